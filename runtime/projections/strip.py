"""Figures of asks over time: the status strip's ten-minute windows and the day's busiest ten minutes."""

from bisect import bisect_left
from collections.abc import Sequence

TEN_MINUTES = 10 * 60 * 1_000_000
MINUTE = 60 * 1_000_000
WINDOWS = 12


def windows(raised: Sequence[int], now: int) -> tuple[int, ...]:
    """Asks in each of the last twelve ten-minute windows up to now, oldest first."""
    counts = [0] * WINDOWS
    for at in raised:
        ago = (now - at) // TEN_MINUTES
        if 0 <= ago < WINDOWS:
            counts[WINDOWS - 1 - ago] += 1
    return tuple(counts)


def busiest(raised: Sequence[int]) -> int:
    """The most asks within any ten minutes; ``raised`` in order."""
    return max((at + 1 - bisect_left(raised, end - TEN_MINUTES + 1) for at, end in enumerate(raised)), default=0)
