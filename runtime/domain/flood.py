"""When too much is asked at once (UX section 7): 10 asks in 10 min, until fewer than 5 for 5 min. Times in µs."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from runtime.domain.events.people import FloodBegan, FloodEnded
from runtime.domain.refusals import Refusal

MINUTE = 60_000_000
WINDOW = 10 * MINUTE
FLOOD_FROM = 10
CALM_BELOW = 5
CALM_FOR = 5 * MINUTE
LOOKED_AT = WINDOW + CALM_FOR
"""How far back the times of asks are needed."""


def rate(raised: Sequence[int], at: int) -> int:
    """How many of these times (in order) lie within the 10 minutes up to ``at``."""
    return bisect_right(raised, at) - bisect_right(raised, at - WINDOW)


def is_flood(raised: Sequence[int], now: int) -> bool:
    """Whether so many came that a flood begins."""
    return rate(raised, now) >= FLOOD_FROM


def is_calm(raised: Sequence[int], now: int) -> bool:
    """Whether it was below 5 in 10 minutes all the last 5 minutes long: the rate only grows where something came."""
    begun = now - CALM_FOR
    came = raised[bisect_left(raised, begun) :]
    return all(rate(raised, at) < CALM_BELOW for at in (begun, *(at for at in came if at <= now)))


def decide_begin_flood(flood_since: int, asks: int) -> FloodBegan | Refusal:
    """The flood begins, once."""
    if flood_since:
        return Refusal("The flood has begun already.", "state")
    return FloodBegan(asks)


def decide_end_flood(flood_since: int, summary: FloodEnded) -> FloodEnded | Refusal:
    """It is over."""
    if not flood_since or summary.began != flood_since:
        return Refusal("There is no such flood.", "state")
    return summary
