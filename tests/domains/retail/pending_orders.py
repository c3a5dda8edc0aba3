"""Changing what is not sent yet: cancelling, another address, other items, another way to pay; and a user's address."""

from tests.domains.domain import Refused
from tests.domains.records import Record, Records
from tests.domains.retail.choosing_items import first_missing, item_in, replacements
from tests.domains.retail.gift_cards import covers, entry, pay_in
from tests.domains.retail.looking_up import order_of, payment_method_of, user_of

REASONS = ("no longer needed", "ordered by mistake")
NOT_PENDING = "Non-pending order cannot be modified"


def cancel_pending_order(shop: Records, order_id: str, reason: str) -> Record:
    """Cancelled, and every payment given back the way it came."""
    order = order_of(shop, order_id)
    if order["status"] != "pending":
        raise Refused("Non-pending order cannot be cancelled")
    if reason not in REASONS:
        raise Refused("Invalid reason")
    for payment in list(order["payment_history"]):
        pay_in(payment_method_of(shop, order["user_id"], payment["payment_method_id"]), payment["amount"])
        order["payment_history"].append(entry("refund", payment["amount"], payment["payment_method_id"]))
    order.update(status="cancelled", cancel_reason=reason)
    return order


def modify_pending_order_address(shop: Records, order_id: str, **address: str) -> Record:
    """Sent elsewhere."""
    order = order_of(shop, order_id)
    if "pending" not in order["status"]:
        raise Refused(NOT_PENDING)
    order["address"] = address
    return order


def modify_user_address(shop: Records, user_id: str, **address: str) -> Record:
    """The user lives elsewhere."""
    user = user_of(shop, user_id)
    user["address"] = address
    return user


def modify_pending_order_payment(shop: Records, order_id: str, payment_method_id: str) -> Record:
    """Paid in another way; the first payment is given back."""
    order = order_of(shop, order_id)
    if "pending" not in order["status"]:
        raise Refused(NOT_PENDING)
    method = payment_method_of(shop, order["user_id"], payment_method_id)
    history = order["payment_history"]
    if [payment["transaction_type"] for payment in history] != ["payment"]:
        raise Refused("There should be exactly one payment for a pending order")
    former, amount = history[0]["payment_method_id"], history[0]["amount"]
    if former == payment_method_id:
        raise Refused("The new payment method should be different from the current one")
    if not covers(method, amount):
        raise Refused("Insufficient gift card balance to pay for the order")
    history += [entry("payment", amount, payment_method_id), entry("refund", amount, former)]
    pay_in(method, -amount)
    pay_in(payment_method_of(shop, order["user_id"], former), amount)
    return order


def modify_pending_order_items(
    shop: Records, order_id: str, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
) -> Record:
    """Other variants of the same products; the difference is paid or given back at once."""
    order = order_of(shop, order_id)
    if order["status"] != "pending":
        raise Refused(NOT_PENDING)
    if missing := first_missing(order, item_ids):
        raise Refused(f"{missing} not found")
    if len(item_ids) != len(new_item_ids):
        raise Refused("The number of items to be exchanged should match")
    variants, more = replacements(shop, order, item_ids, new_item_ids)
    method = payment_method_of(shop, order["user_id"], payment_method_id)
    if not covers(method, more):
        raise Refused("Insufficient gift card balance to pay for the new item")
    order["payment_history"].append(entry("payment" if more > 0 else "refund", abs(more), payment_method_id))
    pay_in(method, -more)
    for item_id, new_item_id in zip(item_ids, new_item_ids, strict=True):
        # The recorded shop gives every modified item price and options of the last one named; so do we.
        last = variants[-1]
        item_in(order, item_id).update(item_id=new_item_id, price=last["price"], options=last["options"])
    order["status"] = "pending (item modified)"
    return order
