"""Finding users, orders, products and items; nothing here changes anything."""

import unicodedata
from typing import Any

from tests.domains.domain import Refused
from tests.domains.records import Record, Records


def user_of(shop: Records, user_id: str) -> Record:
    """The user's record, or the refusal that there is none."""
    return _there(shop.find("users", user_id), "User")


def order_of(shop: Records, order_id: str) -> Record:
    """The order's record."""
    return _there(shop.find("orders", order_id), "Order")


def product_of(shop: Records, product_id: str) -> Record:
    """The product's record."""
    return _there(shop.find("products", product_id), "Product")


def payment_method_of(shop: Records, user_id: str, payment_method_id: str) -> dict[str, Any]:
    """One of the user's ways to pay."""
    return _there(user_of(shop, user_id)["payment_methods"].get(payment_method_id), "Payment method")


def _there(record: Record | None, what: str) -> Record:
    if record is None:
        raise Refused(f"{what} not found")
    return record


def _folded(text: str) -> str:
    """Case and accents do not count: they are not heard on the telephone."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def find_user_id_by_email(shop: Records, email: str) -> str:
    """The first user with this address."""
    wanted = _folded(email)
    for user_id, user in shop.all("users"):
        if _folded(user["email"]) == wanted:
            return user_id
    raise Refused("User not found")


def find_user_id_by_name_zip(shop: Records, first_name: str, last_name: str, zip: str) -> str:
    """The first user of this name there."""
    wanted = (_folded(first_name), _folded(last_name))
    for user_id, user in shop.all("users"):
        name, there = user["name"], user["address"]["zip"]
        if there == zip and (_folded(name["first_name"]), _folded(name["last_name"])) == wanted:
            return user_id
    raise Refused("User not found")


def get_user_details(shop: Records, user_id: str) -> Record:
    """The whole record."""
    return user_of(shop, user_id)


def get_order_details(shop: Records, order_id: str) -> Record:
    """The whole record."""
    return order_of(shop, order_id)


def get_product_details(shop: Records, product_id: str) -> Record:
    """The whole record, with every variant."""
    return product_of(shop, product_id)


def get_item_details(shop: Records, item_id: str) -> Record:
    """The variant with this number, whichever product has it."""
    for _, product in shop.all("products"):
        if item_id in product["variants"]:
            return _there(product["variants"][item_id], "Item")
    raise Refused("Item not found")


def list_all_product_types(shop: Records) -> dict[str, str]:
    """Product numbers by name."""
    return {product["name"]: product_id for product_id, product in sorted(shop.all("products"), key=_name)}


def _name(entry: tuple[str, Record]) -> str:
    return str(entry[1]["name"])


def transfer_to_human_agents(shop: Records, summary: str) -> str:
    """In the benchmark nobody takes over; it only says so."""
    return "Transfer successful"
