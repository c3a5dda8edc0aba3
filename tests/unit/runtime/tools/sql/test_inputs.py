"""Texts made from a statement's arguments: amounts read as money for people, resources stay exact for rules."""

from runtime.tools.sql.inputs import filled, input_model, resource_of, title_of
from runtime.tools.sql.options import ParameterOptions, StatementOptions

STATEMENT = StatementOptions(
    name="refund",
    purpose="Refund.",
    kind="change",
    sql="INSERT INTO refunds VALUES (:order_id, :amount_cents, :again)",
    parameters={
        "order_id": ParameterOptions(type="integer", description="Order."),
        "amount_cents": ParameterOptions(type="integer", description="Amount."),
        "again": ParameterOptions(type="boolean", description="Once more."),
    },
    title="Refund order {order_id}, {amount_cents}",
    resource="shop:refunds/{order_id}/{amount_cents}",
)
GIVEN = input_model(STATEMENT)(order_id=1042, amount_cents=128400, again=True)


def test_amounts_in_cents_are_said_as_money() -> None:
    assert title_of(STATEMENT, GIVEN) == "Refund order 1042, $1,284.00"
    assert filled("{amount_cents} once more: {again}", GIVEN) == "$1,284.00 once more: yes"


def test_resources_keep_the_exact_numbers() -> None:
    assert resource_of("shop", STATEMENT, GIVEN) == "shop:refunds/1042/128400"
