"""When too much is asked at once, and when it is calm again."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.events.people import FloodBegan, FloodEnded
from runtime.domain.flood import (
    CALM_BELOW,
    CALM_FOR,
    MINUTE,
    WINDOW,
    decide_begin_flood,
    decide_end_flood,
    is_calm,
    is_flood,
    rate,
)
from runtime.domain.refusals import Refusal

NOW = 10_000 * MINUTE


def test_ten_asks_in_ten_minutes_are_a_flood_and_nine_are_not() -> None:
    ten = [NOW - at * MINUTE for at in range(9, -1, -1)]
    assert is_flood(ten, NOW)
    assert not is_flood(ten[1:], NOW)
    assert not is_flood([NOW - WINDOW, *ten[1:]], NOW)  # what is ten minutes old counts no longer


def test_it_is_calm_only_after_five_minutes_below_five() -> None:
    burst = [NOW] * 10
    assert not is_calm(burst, NOW + WINDOW)
    assert not is_calm(burst, NOW + WINDOW + CALM_FOR - 1)
    assert is_calm(burst, NOW + WINDOW + CALM_FOR)


def test_a_short_rise_within_the_five_minutes_is_not_calm() -> None:
    rise = [NOW - 4 * MINUTE - WINDOW + 1] * 4 + [NOW - 4 * MINUTE]
    assert rate(rise, NOW - 4 * MINUTE) == CALM_BELOW
    assert rate(rise, NOW) < CALM_BELOW
    assert not is_calm(rise, NOW)


@given(st.lists(st.integers(NOW - 20 * MINUTE, NOW), max_size=25).map(sorted))
def test_calm_is_what_looking_every_moment_would_say(raised: list[int]) -> None:
    moments = {NOW - CALM_FOR, NOW, *(at for at in raised if NOW - CALM_FOR <= at <= NOW)}
    assert is_calm(raised, NOW) == all(rate(raised, at) < CALM_BELOW for at in moments)


def test_a_flood_begins_and_ends_once() -> None:
    assert decide_begin_flood(0, 10) == FloodBegan(10)
    assert isinstance(decide_begin_flood(5, 10), Refusal)
    assert decide_end_flood(5, FloodEnded(5, 12)) == FloodEnded(5, 12)
    assert isinstance(decide_end_flood(0, FloodEnded(5, 12)), Refusal)
    assert isinstance(decide_end_flood(6, FloodEnded(5, 12)), Refusal)
