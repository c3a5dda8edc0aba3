"""The words of an ask: times left, undo, who decided; no percentage without its count."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from console.presenters.ask_evidence import evidence_json, evidence_text
from console.presenters.ask_text import (
    answer_text,
    decided_sentence,
    expires_text,
    facts,
    left_text,
    list_meta_within,
    own_words,
    run_name,
)
from console.presenters.record_text import record_text, wilson
from console.presenters.strip_text import strip_text
from console.presenters.times import DAY, HOUR, MINUTE, SECOND, duration, milliseconds, short_duration
from runtime.domain.words import AskState
from runtime.projections.rows import StripFigures, TrackRecord
from tests.fixtures.story_rows import NOW, story_asks

REFUND = next(ask for ask in story_asks(NOW) if ask.row.ask_id == "ask-refund")


def test_spans_have_two_units_at_most() -> None:
    assert duration(134 * SECOND) == "2 min 14 s"
    assert duration(2 * MINUTE) == "2 min"
    assert duration(3 * HOUR + 5 * MINUTE + 9 * SECOND) == "3 h 5 min"
    assert duration(2 * DAY + 4 * HOUR) == "2 d 4 h"
    assert duration(-5) == "0 s"
    assert short_duration(59 * MINUTE + 59 * SECOND) == "59 min"
    assert milliseconds(38) == "38 ms"
    assert milliseconds(1240) == "1.2 s"


def test_time_left_stands_still_while_the_run_is_paused() -> None:
    later = NOW + 5 * MINUTE
    assert left_text(REFUND.row, later) == "6 min left"
    paused = replace(REFUND.row, paused_since=NOW)
    assert left_text(paused, later) == "paused"
    assert expires_text(paused, later) == "Paused with 11 min 46 s left"
    assert expires_text(REFUND.row, NOW + HOUR) == "Expired"
    held = replace(REFUND.row, state=AskState.HELD, ruling="approved")
    assert expires_text(held, later) == "Expires in 6 min 46 s"
    assert expires_text(replace(held, ruling="rejected"), later) == ""


def test_when_an_answer_is_wanted_is_another_time_than_when_it_expires() -> None:
    row = replace(REFUND.row, answer_by=NOW + 5 * MINUTE)
    assert answer_text(row, NOW) == "answer within 5 min"
    assert answer_text(row, NOW + 6 * MINUTE) == "answer wanted 1 min ago"
    assert answer_text(replace(row, state=AskState.HELD), NOW) == ""
    assert answer_text(replace(row, paused_since=NOW), NOW) == ""


def test_the_facts_say_before_approval_that_it_cannot_be_undone() -> None:
    touches, undo, why, cost = facts(REFUND)
    assert touches.headline == "1 payment, $84.00"
    assert (undo.headline, undo.tone) == ("No", "crit")
    assert why.headline == "refunds-ask"
    assert (cost.headline, cost.detail) == ("$1.84", "of $5.00 for this run")


def test_where_the_list_is_narrow_what_is_touched_gives_way_before_whether_it_can_be_undone() -> None:
    def within(room: int) -> str:
        return list_meta_within(REFUND.row, room, len, lambda said, wide: said[: max(0, wide - 1)] + "…")

    assert within(33) == "1 payment, $84.00, not reversible"
    assert within(32) == "1 payment, $84.…, not reversible"
    assert within(22) == "1 pay…, not reversible"
    assert within(21) == within(4) == "not reversible"


def test_expiry_is_told_apart_from_a_rejection() -> None:
    row = replace(REFUND.row, state=AskState.CLOSED)
    expired = replace(REFUND, row=row, closed_how="expired", closed_at=NOW)
    assert decided_sentence(expired, "", False, 10, NOW).startswith("Nobody answered in time.")
    rejected = replace(REFUND, row=replace(row, ruling="rejected", ruled_by="maria"), closed_at=NOW)
    assert decided_sentence(rejected, "Maria", False, 10, NOW).startswith("Maria rejected this.")


def test_own_words_are_cut_at_600_characters() -> None:
    assert own_words("short") == ("short", False)
    shown, more = own_words("x" * 601)
    assert more
    assert len(shown) == 602


def test_too_few_cases_show_no_share() -> None:
    text = record_text(TrackRecord(0.9, 12, 11), 0.9)
    assert text.observed is None
    assert text.sentence == "Too few cases to say. Right in 11 of 12 cases with this tool."


def test_a_poor_record_hides_what_the_agent_says_and_a_gap_is_amber() -> None:
    poor = record_text(TrackRecord(0.9, 100, 60), 0.9)
    assert poor.stated is None
    assert poor.captions[0] == ""
    gap = record_text(TrackRecord(0.82, 143, 102), 0.82)
    assert gap.warn
    assert gap.captions == ("says 82 %", "was right 71 %")
    assert "102 of 143" in gap.sentence
    low, high = wilson(102, 143)
    assert 0.63 < low < 102 / 143 < high < 0.79


def test_the_strip_is_amber_only_when_it_must_be() -> None:
    calm = StripFigures(3, 2, 0, 0, 0, 10, 100, 20, 5, (), False)
    assert not strip_text(calm).many_asks
    assert not strip_text(calm).near_cap
    busy = StripFigures(3, 2, 1, 9, 1, 101, 100, 120, 6, (), False)
    text = strip_text(busy)
    assert text.many_asks
    assert text.over_cap
    assert text.agents == ("2", "of 3, 1 paused")
    assert strip_text(StripFigures(1, 0, 0, 0, 0, 0, 0, 0, 0, (), False)).spend == ("$0.00", "no cap")


def test_where_nothing_waits_the_strip_says_when_the_last_was_decided() -> None:
    at = round(datetime(2026, 11, 30, 14, 38).astimezone().timestamp() * 1_000_000)
    calm = StripFigures(1, 0, 0, 0, 0, 0, 0, 0, 0, (), False, last_decided_at=at)
    assert strip_text(calm).waiting == ("0", "last at 14:38")
    assert strip_text(replace(calm, last_decided_at=0)).waiting == ("0", "")
    assert strip_text(replace(calm, waiting=2, urgent=1)).waiting == ("2", "1 urgent")


def test_evidence_holds_the_exact_arguments_and_the_digest() -> None:
    for made in (evidence_text(REFUND, "Small shop"), evidence_json(REFUND, "Small shop")):
        assert REFUND.digest in made
        assert "8400" in made
    assert run_name("019a1b2c3d4e5f") == "4E5F"
