"""The figures of UX section 7 from asks of a span of time, each by its own rule."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.projections.queue_health import health
from runtime.projections.queue_rows import MINUTE, HealthFigures

SECOND = MINUTE // 60
HOUR = 60 * MINUTE
NOW = 100 * HOUR


def ask(at: int, **more: Any) -> dict[str, Any]:
    """One that was raised then and waits; an answer is wanted within 20 min."""
    plain = {"ask_id": f"ask-{at}", "title": "Write a", "priority": 3, "raised_at": at, "answer_by": at + 20 * MINUTE}
    nothing = {"ruling": "", "ruled_by": "", "ruled_at": 0, "looked_ms": 0, "seen_at": 0, "seen": 0, "closed_how": ""}
    rest = {"closed_at": 0, "undone": 0, "harmful": "", "repeats": 1}
    return {**plain, **nothing, **rest, **more}


def ruled(at: int, after: int, looked_ms: int = 0, *, by: str = "anna", **more: Any) -> dict[str, Any]:
    """One that was approved so long after it was raised."""
    return ask(at, ruling="approved", ruled_by=by, ruled_at=at + after, looked_ms=looked_ms, **more)


def figures(*asks: dict[str, Any], now: int = NOW) -> HealthFigures:
    return health(asks, (), 0, NOW, now)


def test_the_busiest_ten_minutes_and_eight_hours_are_the_fullest_of_any_span() -> None:
    minutes = [*(at * MINUTE for at in (0, 9, 10, 11, 18)), 8 * HOUR - 1, 8 * HOUR, 8 * HOUR + 1]
    found = figures(*(ask(at) for at in minutes))
    assert found.busiest_10_min == 4, "9, 10, 11 and 18 min; the whole span does not belong to it: 8 is not within"
    assert found.busiest_shift == 7, "from 9 min on; what is exactly 8 h later does not belong to the first"
    assert (found.asks, figures().busiest_10_min, figures().busiest_shift) == (8, 0, 0)


def test_shares_people_looks_and_how_soon_the_urgent_were_seen_and_decided() -> None:
    found = figures(
        ruled(0, 5 * MINUTE, 30_000, priority=1, seen_at=2 * MINUTE),
        ruled(1, 5 * MINUTE + 1, 2_999, priority=1, seen_at=2 * MINUTE + 2, by="ben"),
        ruled(2, SECOND, 10_000, priority=1),
        ruled(3, MINUTE, 3_000, priority=2),
        ruled(4, MINUTE, 100, priority=3),
        ask(5, priority=2),
    )
    assert found.by_priority == (3, 2, 1)
    assert found.people == 2
    assert (found.urgent, found.urgent_rulings, found.urgent_look_median_ms) == (3, 3, 10_000)
    assert (found.looked_under_3_s, found.measured_looks) == (1, 4), "priority 3 may be quick; 3 s are not under 3 s"
    assert found.urgent_seen_in_2_min == 2, "at 2 min, and by being decided; a moment later is too late"
    assert found.urgent_decided_in_5_min == 2


def test_what_was_missed_expired_stale_repeated_undone_or_harmful_is_counted() -> None:
    long_ago = NOW - HOUR
    found = figures(
        ruled(long_ago, 20 * MINUTE, priority=1),
        ruled(long_ago, 20 * MINUTE + 1, priority=1),
        ask(NOW - MINUTE, priority=1),
        ask(long_ago, closed_how="expired", closed_at=long_ago + 40 * MINUTE),
        ask(long_ago, closed_how="expired", closed_at=long_ago + 40 * MINUTE + 1, seen=1),
        ask(long_ago, repeats=3),
        ask(NOW, repeats=2),
        ruled(NOW, 0, undone=1, ask_id="u"),
        ruled(NOW, 0, harmful="wrong list", ask_id="h"),
    )
    assert found.urgent_missed == 1, "at the very moment is in time"
    assert (found.expired_unseen, found.expired_seen) == (1, 1)
    assert found.stale == 2, "more than twice the time: the one that was seen, and the one that still waits"
    assert found.repeats == 1
    assert found.undone == (("u", "Write a", "anna"),)
    assert found.harmful == (("h", "Write a", "anna", "wrong list"),)


@pytest.mark.parametrize("ruling", ["rejected", ""])
def test_only_what_was_approved_counts_as_undone(ruling: str) -> None:
    assert figures(ask(0, ruling=ruling, undone=1, harmful="x")).undone == ()
