"""Gift cards hold their balance in the shop's own records; every other way to pay is settled elsewhere."""

from typing import Any

GIFT_CARD = "gift_card"


def covers(method: dict[str, Any], amount: float) -> bool:
    """Whether this way to pay can pay so much."""
    return bool(method["source"] != GIFT_CARD or method["balance"] >= amount)


def pay_in(method: dict[str, Any], amount: float) -> None:
    """A gift card gets the money at once (or gives it, where the amount is negative)."""
    if method["source"] == GIFT_CARD:
        method["balance"] = round(method["balance"] + amount, 2)


def entry(kind: str, amount: float, payment_method_id: str) -> dict[str, Any]:
    """A line of an order's payment history."""
    return {"transaction_type": kind, "amount": amount, "payment_method_id": payment_method_id}
