"""What is typed into the audit filter becomes terms and text; what can't be used is told."""

from datetime import datetime

import pytest

from console.presenters.audit_filter import KINDS, Term, filter_of, is_everything, kinds_named, read_typed, with_term
from runtime.domain.events import EVENT_TYPES

NOW = round(datetime(2026, 11, 20, 16, 30).timestamp() * 1_000_000)


def moment(*parts: int) -> int:
    return round(datetime(*parts).timestamp() * 1_000_000)  # type: ignore[arg-type]


def test_terms_and_words_are_told_apart() -> None:
    typed = read_typed('agent:refunds event:ask-raised "by: me" refund  mug', NOW)
    assert typed.terms == (Term("agent", "refunds"), Term("event", "ask-raised"))
    assert typed.text == '"by: me" refund mug'
    assert typed.faults == ()


def test_a_name_with_blanks_stands_in_quotes() -> None:
    assert read_typed('agent:"support triage"', NOW).terms == (Term("agent", "support triage"),)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("14:00", moment(2026, 11, 20, 14, 0)),
        ("2026-11-02", moment(2026, 11, 2)),
        ("today", moment(2026, 11, 20)),
        ("yesterday", moment(2026, 11, 19)),
        ("2h", NOW - 7_200_000_000),
        ("30min", NOW - 1_800_000_000),
        ("2026-11-02T08:15", moment(2026, 11, 2, 8, 15)),
    ],
)
def test_times_are_local(word: str, expected: int) -> None:
    typed = read_typed(f"from:{word}", NOW)
    assert filter_of(typed.terms, "", NOW).since == expected


@pytest.mark.parametrize("typed", ["event:nonsense", "from:25:00", "from:2026-13-40", "until:soon", 'agent:""'])
def test_what_cannot_be_used_is_told_and_left_out(typed: str) -> None:
    read = read_typed(typed, NOW)
    assert read.terms == ()
    assert len(read.faults) == 1
    assert is_everything(filter_of(read.terms, read.text, NOW))


def test_the_beginning_of_a_kind_names_all_of_them() -> None:
    assert kinds_named("ask-raised") == ["ask-raised"]
    assert "ask-approved" in kinds_named("Approved"), "the word that the column Event shows"
    assert kinds_named("") == []
    assert {"ask-raised", "ask-approved", "ask-rejected", "ask-closed"} <= set(kinds_named("ask"))
    assert len(KINDS) == len(set(KINDS)) == len(EVENT_TYPES)


def test_events_add_up_and_other_terms_replace() -> None:
    terms = with_term(with_term((), Term("agent", "a")), Term("agent", "b"))
    assert terms == (Term("agent", "b"),)
    both = with_term(with_term((), Term("event", "ask-raised")), Term("event", "run-finished"))
    assert filter_of(both, "x", NOW).kinds == ("ask-raised", "run-finished")
