"""Points, words and numbers of every picture: none, few and very many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from console.presenters.pictures.activity_picture import activity_picture
from console.presenters.pictures.picture import MOST_SPOTS, Picture, Spot, thinned
from console.presenters.pictures.record_pictures import coverage_picture, reliability_picture
from console.presenters.pictures.run_pictures import course_picture, covered, time_picture
from console.presenters.pictures.spend_picture import LANES, spend_picture
from runtime.projections.rows import (
    ActivityMinute,
    AgentRecord,
    ConfidenceLevel,
    RunCourse,
    Span,
    SpendRow,
)
from tests.fixtures.story_pictures import story_course, story_record

NOW, MINUTE = 1_795_190_400_000_000, 60_000_000
TODAY = date(2026, 11, 20)
NO_COURSE = RunCourse("r", NOW, NOW, False, 0.7, 0)


def sound(picture: Picture) -> None:
    """Everything lies inside, is said, and has its numbers."""
    for spot in picture.spots:
        assert 0 <= spot.x <= 1
        assert 0 <= spot.y <= 1
        assert spot.said
    assert all(len(row) == len(picture.columns) for row in picture.rows)
    assert bool(picture.lanes) != bool(picture.empty)


@pytest.mark.parametrize(
    "picture",
    [
        course_picture(NO_COURSE),
        time_picture(NO_COURSE),
        activity_picture([], "Actions"),
        activity_picture([ActivityMinute(NOW, 0, 0)], "Actions", "refunds"),
        spend_picture([], TODAY),
        reliability_picture(AgentRecord("refunds", 0.7, (), 4)),
        coverage_picture(AgentRecord("refunds", 0.7, (), 4)),
    ],
)
def test_where_there_is_nothing_it_says_so(picture: Picture) -> None:
    sound(picture)
    assert picture.empty.endswith(".")


def test_the_course_of_a_run_is_told_point_by_point() -> None:
    picture = course_picture(story_course(NOW, "r"))
    sound(picture)
    sure, spend = picture.lanes
    assert sure.target == 0.7
    assert (sure.value, spend.value) == ("84 %", "$1.80 of $5.00")
    assert sure.spots[8].said.endswith("turn 8: confidence 66 %, below the floor of 70 %")
    assert [spot.warn for spot in sure.spots].count(True) == 2
    assert spend.spots[5].said.endswith("turn 5: price unknown, $0.90 spent")
    assert picture.sentence == "Below the floor in 2 of 12 answers. 1 answer without a known price, in no sum."
    assert [round(11 * spot.x) for spot in sure.spots] == list(range(12))
    assert all(":" in label for label in (picture.labels[0], picture.labels[2]))
    assert picture.rows[5][3] == "unknown"
    assert picture.rows[6][2:5] == ("72", "0.150000", "1.050000")


def test_one_answer_is_enough_for_a_picture() -> None:
    course = story_course(NOW, "r", answers=1)
    sound(course_picture(replace(course, threshold=0.0, cap_micros=0)))
    assert [[spot.x for spot in lane.spots] for lane in course_picture(course).lanes] == [[0.5], [0.5]]


def test_thousands_of_answers_are_thinned_and_keep_their_extremes() -> None:
    course = story_course(NOW, "r", answers=5_000)
    dip = replace(course.stated[2_345], confidence=0.11)
    course = replace(course, stated=(*course.stated[:2_345], dip, *course.stated[2_346:]))
    for picture in (course_picture(course), time_picture(course)):
        sound(picture)
        assert all(len(lane.spots) <= MOST_SPOTS for lane in picture.lanes)
        assert len(picture.rows) >= 5_000
    picture = course_picture(course)
    assert any("confidence 11 %" in spot.said for spot in picture.lanes[0].spots)
    assert "of 10,000 points; the table has all." in picture.sentence
    whole = course_picture(story_course(NOW, "r"))
    assert "Drawn with" not in whole.sentence


def test_thinning_keeps_the_first_and_the_last() -> None:
    spots = [Spot(at / 999, at % 7 / 7, str(at)) for at in range(1_000)]
    kept = thinned(spots, 50)
    assert (kept[0], kept[-1]) == (spots[0], spots[-1])
    assert len(kept) <= 50
    assert thinned(spots[:50], 50) == tuple(spots[:50])


def test_time_adds_up_and_overlaps_count_once() -> None:
    spans = [Span("tool", 0, 10, ""), Span("tool", 5, 12, ""), Span("tool", 20, 21, "")]
    assert covered(spans) == 13
    picture = time_picture(story_course(NOW, "r"))
    sound(picture)
    assert [(lane.name, lane.value) for lane in picture.lanes] == [
        ("Model", "1 min"),
        ("Tools", "24.0 s"),
        ("Waiting for a person", "2 min 14 s"),
        ("In the queue", "1.0 s"),
    ]
    assert picture.sentence == "Of 5 min: waiting for a person 45 %, the rest 27 %, model 20 %, tools 8 %."
    assert "Waiting for a person" in picture.spots[-2].said
    assert "Refund order 1042, $84.00" in picture.spots[-2].said


def test_an_hour_of_actions_says_where_somebody_was_asked() -> None:
    minutes = [ActivityMinute(NOW + at * MINUTE, at % 5, 2 if at == 7 else 0, 3 if at == 7 else 0) for at in range(60)]
    picture = activity_picture(minutes, "Actions")
    sound(picture)
    assert picture.spots[7].said.endswith("2 actions, asked 3 times, highest priority 2")
    assert [spot.priority for spot in picture.spots].count(2) == 1
    assert "you were asked in 1 of 60 minutes" in picture.sentence
    assert picture.rows[7][1:] == (2, 3, "2")


def test_spend_has_one_scale_and_keeps_every_agent() -> None:
    rows = [
        SpendRow((TODAY - timedelta(days=ago)).isoformat(), f"agent {name}", "m", 1, 10, 1, 100_000 * (name + 1), 0)
        for name in range(LANES + 3)
        for ago in (0, 4, 30)
    ]
    picture = spend_picture(rows, TODAY)
    sound(picture)
    assert [lane.name for lane in picture.lanes] == [*(f"agent {at}" for at in range(8, 2, -1)), "3 other agents"]
    assert all(len(lane.spots) == 31 for lane in picture.lanes)
    assert max(spot.y for spot in picture.spots) == 1.0
    assert picture.lanes[0].spots[-1].said == "agent 8, today: $0.90"
    assert picture.lanes[-1].value == "$1.80"  # (1 + 2 + 3) * 3 * $0.10
    assert picture.sentence == "$13.50 of 9 agents; most by agent 8, $2.70."
    assert len(picture.rows) == len(rows)
    assert [lane.name for lane in spend_picture(rows[: 3 * (LANES + 1)], TODAY).lanes][-1] == "agent 0"


def test_reliability_says_too_few_below_thirty_cases() -> None:
    picture = reliability_picture(story_record("refunds"))
    sound(picture)
    assert [spot.said for spot in picture.spots] == [
        "Says 50 to 59 %: right in 1 of 4 cases. Too few cases to say",
        "Says 60 to 69 %: right in 5 of 9 cases. Too few cases to say",
        "Says 70 to 79 %: right in 24 of 31 cases, 77 %, between 60 and 89 %",
        "Says 80 to 89 %: right in 63 of 83 cases, 76 %, between 66 and 84 %",
        "Says 90 to 100 %: right in 51 of 60 cases, 85 %, between 74 and 92 %",
    ]
    assert [spot.few for spot in picture.spots] == [True, True, False, False, False]
    assert not any(spot.warn for spot in picture.spots)  # no gap above 10 points where there are enough cases
    assert picture.rows[0][5] == "Too few cases to say"
    assert "144 of 187 cases, 77 %" in picture.sentence
    over = reliability_picture(AgentRecord("refunds", 0.7, (ConfidenceLevel(95, 0.95, 40, 20),)))
    assert over.spots[0].warn
    few = reliability_picture(AgentRecord("refunds", 0.7, (ConfidenceLevel(100, 1.0, 29, 29),)))
    assert few.sentence == "Right in 29 of 29 cases. Too few cases to say."
    assert "%" not in few.spots[0].said.split(":")[1]


def test_risk_and_coverage_is_cumulated_from_the_surest_down() -> None:
    picture = coverage_picture(story_record("refunds"))
    sound(picture)
    assert [spot.x for spot in picture.spots] == sorted(spot.x for spot in picture.spots)
    assert picture.rows[0] == (95, 60, "32", 9, "15")
    assert picture.rows[-1] == (52, 187, "100", 43, "23")
    assert picture.spots[1].said == "From 88 % up: 103 of 187 calls (55 %), 22 wrong (21 %)"
    assert picture.lanes[0].target_x == 174 / 187
    assert picture.sentence == "Floor 70 % (dashed): 174 of 187 calls (93 %), 36 wrong (21 %)."
    few = coverage_picture(AgentRecord("refunds", 0.0, (ConfidenceLevel(90, 0.9, 3, 3),)))
    assert few.spots[0].few
    assert few.sentence.endswith("0 wrong. Too few cases to say.")
    above = coverage_picture(AgentRecord("refunds", 0.95, (ConfidenceLevel(90, 0.9, 3, 3),)))
    assert above.sentence == "No call was at or above its floor of 95 %."
