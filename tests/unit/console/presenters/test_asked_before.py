"""The first line of a repeated ask names what differs from last time."""

from __future__ import annotations

import json

from console.presenters.asked_before import differs_text
from runtime.domain.action import Action
from runtime.projections.rows import AskedBefore

MINUTE = 60_000_000


def said(before: dict[str, object], after: dict[str, object], how: str = "rejected", by: str = "Anna") -> str:
    last = AskedBefore(Action("t", json.dumps(before)), how, by, MINUTE)
    return differs_text(Action("t", json.dumps(after)), last, 3 * MINUTE)


def test_the_first_time_says_nothing() -> None:
    assert differs_text(Action("t", "{}"), None, 0) == ""


def test_the_fields_that_differ_are_named_with_both_values() -> None:
    assert said({"amount": 9900, "order": "1"}, {"amount": 8400, "order": "1"}) == (
        "Differs from last time: amount 8400, was 9900. That was rejected by Anna 2 min ago."
    )
    assert said({"a": 1, "b": 2}, {"b": 2, "c": "1"}, "expired", "") == (
        'Differs from last time: c "1" is new; a is left out, was 1. That was unanswered in time 2 min ago.'
    )


def test_a_number_that_became_a_text_and_a_hidden_sign_are_told() -> None:
    assert 'n "1", was 1.' in said({"n": 1}, {"n": "1"})
    assert "true, was 1." in said({"n": 1}, {"n": True})
    assert "[U+200B]" in said({"n": "a"}, {"n": "a\u200b"})


def test_long_values_are_counted_and_many_fields_cut() -> None:
    assert "body (72 characters, were 72; compare below)" in said({"body": "x" * 69 + "a"}, {"body": "x" * 69 + "b"})
    many = said({}, dict.fromkeys("abcdef", 1))
    assert many.startswith("Differs from last time: a 1 is new; b 1 is new; c 1 is new; d 1 is new and 2 more.")


def test_the_same_again_says_so() -> None:
    assert said({"a": 1}, {"a": 1}).startswith("The same as last time. That was rejected by Anna")
