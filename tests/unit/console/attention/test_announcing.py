"""What a screen reader hears of new asks: urgent ones interrupt, priority 2 is polite, 3 is silent, one in 10 s."""

from __future__ import annotations

from console.attention.announcing import Heard, listen
from console.attention.facts import WaitingAsk

NOW = 1_000_000_000
APART = 10_000_000


def asks(**priorities: int) -> tuple[WaitingAsk, ...]:
    return tuple(WaitingAsk(name, priority, NOW) for name, priority in priorities.items())


def test_what_waits_at_the_start_is_not_new() -> None:
    heard, said = listen(Heard(), asks(a=1, b=2), NOW)
    assert said is None
    assert listen(heard, asks(a=1, b=2), NOW + APART)[1] is None


def test_urgent_ones_interrupt_and_others_wait_their_turn_together() -> None:
    heard, _ = listen(Heard(), (), NOW)
    heard, said = listen(heard, asks(a=1), NOW)
    assert said is not None
    assert (said.text, said.assertive) == ("1 new urgent request, 1 waiting", True)
    heard, said = listen(heard, asks(a=1, b=2, c=2), NOW + APART - 1)
    assert said is None
    heard, said = listen(heard, asks(a=1, b=2, c=2), NOW + APART)
    assert said is not None
    assert (said.text, said.assertive) == ("2 new requests, 3 waiting", False)
    assert listen(heard, asks(a=1, b=2, c=2), NOW + 3 * APART)[1] is None


def test_priority_3_and_what_was_answered_meanwhile_are_not_said() -> None:
    heard, _ = listen(Heard(), (), NOW)
    heard, _ = listen(heard, asks(a=1), NOW)
    heard, _ = listen(heard, asks(a=1, b=2, c=3), NOW + 1)
    assert listen(heard, asks(a=1, c=3), NOW + APART)[1] is None
