"""Earlier decisions on the card: those of the same tool with the same names of arguments, and what came of them."""

import msgspec
import pytest

from runtime.domain.action import Action
from runtime.domain.events.asks import AskRejected
from runtime.domain.ids import AskId, ask_stream
from runtime.projections.ask_rows import shape_of
from tests.fixtures.support_desk import ANNA, NOON, SECOND, raised, rolled_back
from tests.unit.runtime.projections.conftest import Desk

MINUTE = 60 * SECOND


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ('{"order":"9","amount":1}', "shop.refund(amount,order)"),
        ('{"amount":null,"order":{"why":1}}', "shop.refund(amount,order)"),
        ('{"amount":1}', "shop.refund(amount)"),
        ("{}", "shop.refund()"),
        ("not JSON", "shop.refund()"),
    ],
)
def test_a_shape_is_the_tool_and_the_names_whatever_their_order_and_values(arguments: str, shape: str) -> None:
    assert shape_of("shop.refund", arguments) == shape


async def test_similar_decisions_are_of_one_tool_and_the_same_names_whatever_the_values(desk: Desk) -> None:
    asked = {
        "values": ("shop.refund", '{"amount_cents":1,"order":"9"}'),
        "names": ("shop.refund", '{"amount_cents":8400,"order":"1042","why":"broken"}'),
        "fewer": ("shop.refund", '{"order":"1042"}'),
        "tool": ("shop.repay", '{"amount_cents":8400,"order":"1042"}'),
    }
    for at, (name, (tool, arguments)) in enumerate(asked.items()):
        stream, when = ask_stream(AskId(name)), NOON - 3 * MINUTE + at
        ask = raised(name, "r3", "2.1", when, f"Refund by {name}")
        ruling = AskRejected(AskId(name), "anna", "No", when, 10)
        changed = msgspec.structs.replace(ask, action=Action(tool, arguments))
        await desk.write([(stream, when, "console", changed), (stream, when + 1, ANNA, ruling)])
    await desk.write(rolled_back("r1", "2.1", NOON - MINUTE))
    card = await desk.history.ask("a4")
    assert card is not None
    assert [(one.ask_id, one.how, one.rolled_back) for one in card.similar] == [
        ("values", "rejected", False),
        ("a2", "rejected", False),
        ("a1", "approved", True),
    ]
