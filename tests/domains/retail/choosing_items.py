"""Which items of an order are meant, and what they are to be exchanged for."""

from collections import Counter
from typing import Any

from tests.domains.domain import Refused
from tests.domains.records import Record, Records
from tests.domains.retail.looking_up import product_of


def first_missing(order: Record, item_ids: list[str]) -> str | None:
    """The first item that is named more often than the order holds it."""
    held, named = Counter(item["item_id"] for item in order["items"]), Counter(item_ids)
    return next((item_id for item_id in item_ids if named[item_id] > held[item_id]), None)


def item_in(order: Record, item_id: str) -> dict[str, Any]:
    """The first item of the order with this number."""
    items: list[dict[str, Any]] = order["items"]
    found = next((item for item in items if item["item_id"] == item_id), None)
    if found is None:
        raise Refused(f"Item {item_id} not found")
    return found


def replacement(shop: Records, item: dict[str, Any], new_item_id: str) -> dict[str, Any]:
    """The variant of the same product that takes its place; it must be on stock."""
    variant: dict[str, Any] | None = product_of(shop, item["product_id"])["variants"].get(new_item_id)
    if variant is None:
        raise Refused("Variant not found")
    if not variant["available"]:
        raise Refused(f"New item {new_item_id} not found or available")
    return variant


def replacements(
    shop: Records, order: Record, item_ids: list[str], new_item_ids: list[str]
) -> tuple[list[dict[str, Any]], float]:
    """The variants in order, and what they cost more than the items they replace."""
    variants, more = [], 0.0
    for item_id, new_item_id in zip(item_ids, new_item_ids, strict=True):
        item = item_in(order, item_id)
        variants.append(replacement(shop, item, new_item_id))
        more += variants[-1]["price"] - item["price"]
    return variants, more
