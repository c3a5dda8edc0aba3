"""The health figures in words: every threshold of UX section 7 speaks where it is passed, and only there."""

import pytest
from msgspec.structs import replace

from console.presenters.health_text import headline, measures, pace_hint, rule_measures, spoken, week_table
from runtime.projections.rows import HealthFigures, QueueState, RuleRate

GOOD = HealthFigures(
    since=0,
    until=7 * 24 * 3600 * 1_000_000,
    asks=200,
    people=1,
    busiest_10_min=5,
    busiest_shift=100,
    by_priority=(20, 20, 160),
    rules=(RuleRate("w", 29, 29, 0, 0), RuleRate("m", 100, 95, 5, 0), RuleRate("n", 100, 50, 50, 0)),
    urgent_look_median_ms=20_000,
    urgent_rulings=20,
    looked_under_3_s=0,
    measured_looks=40,
    urgent=20,
    urgent_seen_in_2_min=18,
    urgent_decided_in_5_min=18,
    urgent_missed=0,
    expired_unseen=0,
    expired_seen=0,
    stale=0,
    repeats=0,
    undone=(),
)


def test_what_is_as_it_should_be_says_nothing() -> None:
    assert spoken(GOOD) == ()
    assert headline(GOOD).endswith("all measures are as they should be.")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"asks": 1009}, "Asks a person in 10 min"),
        ({"busiest_10_min": 6}, "Busiest 10 min"),
        ({"busiest_shift": 101}, "Busiest 8 h"),
        ({"by_priority": (21, 19, 160)}, "Priority 1"),
        ({"urgent_look_median_ms": 19_999}, "Look at priority 1"),
        ({"looked_under_3_s": 1}, "Looked under 3 s, priority 1 and 2"),
        ({"urgent_missed": 1}, "Priority 1 not answered in time"),
        ({"reviewed": 12, "should_have_asked": 1}, "Reviewed of what ran without asking"),
        ({"expired_unseen": 1}, "Expired unseen"),
        ({"expired_seen": 1}, "Expired, though looked at"),
        ({"stale": 1}, "Waited twice too long"),
        ({"repeats": 1}, "Asked a third time in 10 min"),
        ({"undone": (("a", "Write a", "anna"),)}, "Approved, undone or harmful later"),
        ({"harmful": (("a", "Write a", "anna", "wrong list"),)}, "Approved, undone or harmful later"),
        ({"rules": (RuleRate("w", 30, 29, 1, 0),)}, "w"),
        ({"rules": (RuleRate("w", 100, 49, 51, 0),)}, "w"),
    ],
)
def test_each_threshold_speaks_by_itself(change: dict[str, object], name: str) -> None:
    assert [one.name for one in spoken(replace(GOOD, **change))] == [name]


def test_few_cases_say_nothing_about_a_share() -> None:
    assert spoken(replace(GOOD, asks=29, by_priority=(20, 0, 9))) == ()
    assert rule_measures([RuleRate("w", 29, 29, 0, 0)])[0].aim == "too few cases to say"


def test_the_week_is_a_table_with_every_measure_and_no_share_without_its_count() -> None:
    table = week_table(replace(GOOD, undone=(("a", "Write a", "anna"),)))
    assert len(table.rows) == len(measures(GOOD)) + 3 + 1
    assert all(" of " in str(cells[1]) for cells in table.rows if "%" in str(cells[1]))
    assert table.rows[-1][:3] == ("Undone later", "Write a", "approved by anna")


def test_half_an_hour_of_more_than_one_decision_a_minute_gives_a_quiet_hint() -> None:
    state = QueueState((), 0, 0, 0, None, 30)
    assert pace_hint(state) == ""
    assert pace_hint(replace(state, decided_in_30_min=31)).startswith("31 decisions in 30 min.")
