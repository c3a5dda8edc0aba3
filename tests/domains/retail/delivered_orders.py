"""Sending back what was delivered: for other items, or for the money."""

from tests.domains.domain import Refused
from tests.domains.records import Record, Records
from tests.domains.retail.choosing_items import first_missing, replacements
from tests.domains.retail.gift_cards import GIFT_CARD, covers
from tests.domains.retail.looking_up import order_of, payment_method_of


def exchange_delivered_order_items(
    shop: Records, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
) -> Record:
    """Asked for: other variants of the same products. The difference is noted, and paid when the items arrive."""
    order = order_of(shop, order_id)
    if order["status"] != "delivered":
        raise Refused("Non-delivered order cannot be exchanged")
    if missing := first_missing(order, item_ids):
        raise Refused(f"Number of {missing} not found.")
    if len(item_ids) != len(new_item_ids):
        raise Refused("The number of items to be exchanged should match.")
    _, more = replacements(shop, order, item_ids, new_item_ids)
    more = round(more, 2)
    if not covers(payment_method_of(shop, order["user_id"], payment_method_id), more):
        raise Refused("Insufficient gift card balance to pay for the price difference")
    order.update(
        status="exchange requested",
        exchange_items=sorted(item_ids),
        exchange_new_items=sorted(new_item_ids),
        exchange_payment_method_id=payment_method_id,
        exchange_price_difference=more,
    )
    return order


def return_delivered_order_items(shop: Records, order_id: str, item_ids: list[str], payment_method_id: str) -> Record:
    """Asked for: the money back, to a gift card or the way it was paid."""
    order = order_of(shop, order_id)
    if order["status"] != "delivered":
        raise Refused("Non-delivered order cannot be returned")
    method = payment_method_of(shop, order["user_id"], payment_method_id)
    original = order["payment_history"][0]["payment_method_id"]
    if method["source"] != GIFT_CARD and payment_method_id != original:
        raise Refused("Payment method should be the original payment method")
    if first_missing(order, item_ids):
        raise Refused("Some item not found")
    order.update(status="return requested", return_items=sorted(item_ids), return_payment_method_id=payment_method_id)
    return order
