"""A picture as data: lanes of points with a sentence each, what stands below them, and the numbers behind. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from console.presenters.wording import number, say

MOST_SPOTS = 240
"""More points than this in one lane are not told apart: the picture then shows fewer, the table has all."""
CLOSEST = 1 / 240
Kind = Literal["line", "stairs", "bars", "spans", "intervals"]
Cells = tuple[str | int, ...]
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Spot:
    """One point. ``x`` and ``y`` run from 0 to 1; ``said`` is the whole sentence a screen reader reads.

    ``low`` and ``high`` are the ends of an interval (upwards), or of a span (across). ``few``: too few cases to say.
    """

    x: float
    y: float
    said: str
    low: float = 0.0
    high: float = 0.0
    few: bool = False
    warn: bool = False
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """Points of one kind above a line of words: ``name`` at the left, ``value`` at the right.

    ``target`` is a dashed line across at that height, ``target_x`` one upwards; ``up`` is said at top and bottom of the
    left edge. ``tall`` is its height at 100 %.
    """

    kind: Kind
    name: str
    value: str
    spots: tuple[Spot, ...]
    tall: int
    target: float | None = None
    target_x: float | None = None
    up: tuple[str, str] = ("", "")
    warn: bool = False
    diagonal: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """``sentence`` tells the whole; ``labels`` stand left, in the middle and right below; ``empty``: why there is none.

    ``columns`` and ``rows`` are the numbers behind it, as they are shown and exported; ``key`` names the file.
    """

    key: str
    title: str
    sentence: str
    lanes: tuple[Lane, ...] = ()
    labels: tuple[str, str, str] = ("", "", "")
    columns: tuple[str, ...] = ()
    rows: tuple[Cells, ...] = ()
    empty: str = ""

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Every point, lane by lane."""
        return tuple(spot for lane in self.lanes for spot in lane.spots)


def counted(number: int, one: str, many: str = "") -> str:
    """``1 call``, ``12 calls``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share_words(part: int, whole: int) -> str:
    """``71 %``; below one and above none it says so."""
    if not whole:
        return "0 %"
    percent = 100 * part / whole
    return "under 1 %" if 0 < percent < 1 else f"{round(percent)} %"


def within(value: float) -> float:
    """Between 0 and 1."""
    return min(1.0, max(0.0, value))


def thinned(spots: Sequence[Spot], most: int = MOST_SPOTS) -> tuple[Spot, ...]:
    """Of each stretch its lowest and its highest point, with the first and the last of all."""
    if len(spots) <= most:
        return tuple(spots)
    stretches = max(1, most // 2 - 1)
    kept = {0, len(spots) - 1}
    for at in range(stretches):
        first, after = at * len(spots) // stretches, (at + 1) * len(spots) // stretches
        places = range(first, after)
        kept.add(min(places, key=lambda place: spots[place].y))
        kept.add(max(places, key=lambda place: spots[place].y))
    return tuple(spots[place] for place in sorted(kept))


def merged_spans(spots: Sequence[Spot], said: Callable[[int, int], str]) -> tuple[Spot, ...]:
    """Spans that can't be told apart become one; ``said`` gets the first and the last place of those that did."""
    found: list[tuple[Spot, int, int]] = []
    many = len(spots) > MOST_SPOTS
    for at, spot in enumerate(spots):
        if found and many and spot.low - found[-1][0].high < CLOSEST:
            before, first, _ = found[-1]
            high = max(before.high, spot.high)
            found[-1] = (replace(before, high=high, x=(before.low + high) / 2), first, at)
        else:
            found.append((spot, at, at))
    return tuple(spot if first == last else replace(spot, said=said(first, last)) for spot, first, last in found)


def thinned_note(lane_spots: Sequence[int], shown: Sequence[int]) -> str:
    """What has to be said where not every point is drawn; "" where all are."""
    if sum(shown) >= sum(lane_spots):
        return ""
    return say(
        " Drawn with {count} of {count_2} points; the table has all.",
        count=number(sum(shown)),
        count_2=number(sum(lane_spots)),
    )
