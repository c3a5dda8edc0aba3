"""Local days: other zones, changes of clocks, quarters of an hour; the forecast; ten-minute windows."""

import itertools
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from runtime.projections.forecast import forecast
from runtime.projections.local_days import LocalDays
from runtime.projections.strip import TEN_MINUTES, busiest, windows

HOUR = 3600 * 1_000_000


def micros(*when: int, zone: tzinfo = UTC) -> int:
    return int(datetime(*when, tzinfo=zone).timestamp()) * 1_000_000  # type: ignore[arg-type,misc]


def test_a_day_begins_at_local_midnight() -> None:
    half = timezone(timedelta(hours=5, minutes=30))
    days = LocalDays(half)
    now = micros(2026, 9, 21, 1, 0, zone=half)
    assert days.day_of(now) == date(2026, 9, 21)
    assert days.today(now) == now - HOUR
    assert [name for name, _, _ in days.back(now, 3)] == ["2026-09-19", "2026-09-20", "2026-09-21"]
    assert days.today(now) % (15 * 60 * 1_000_000) == 0


def test_days_with_a_change_of_clocks_meet_without_gap() -> None:
    try:
        days = LocalDays(ZoneInfo("Europe/Berlin"))
    except KeyError:
        pytest.skip("This machine has no table of time zones.")
    found = days.back(micros(2026, 10, 26, 12), 3)
    assert [(end - start) // HOUR for _, start, end in found] == [24, 25, 24]
    assert all(earlier[2] == later[1] for earlier, later in itertools.pairwise(found))


def test_the_zone_of_this_machine_is_used_when_none_is_given() -> None:
    now = micros(2026, 9, 21, 12)
    start = LocalDays().today(now)
    assert 0 <= now - start < 25 * HOUR
    assert datetime.fromtimestamp(start / 1_000_000).hour == 0


@pytest.mark.parametrize(
    ("spent", "share", "expected"),
    [(1_000, 0.5, 2_000), (1_000, 1.0, 1_000), (1_000, 0.0, 1_000), (1_000, 1 / 48, 1_000), (0, 0.5, 0)],
)
def test_the_forecast(spent: int, share: float, expected: int) -> None:
    assert forecast(spent, share) == expected


def test_windows_and_the_busiest_ten_minutes() -> None:
    now = 1_000 * TEN_MINUTES
    raised = [now - 12 * TEN_MINUTES - 1, now - 12 * TEN_MINUTES + 1, now - TEN_MINUTES, now - 5, now]
    assert windows(raised, now) == (1, *[0] * 9, 1, 2)
    assert busiest([0, 1, 2, TEN_MINUTES + 1, TEN_MINUTES + 2]) == 3
    assert busiest([]) == 0
    assert busiest([0, TEN_MINUTES]) == 1
