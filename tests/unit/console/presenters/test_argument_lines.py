"""Arguments as lines: nothing is left out, nothing passes for something else, two actions have two layouts."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.presenters.argument_lines import argument_lines, compared
from console.presenters.exact_lines import counted
from runtime.domain.action import BadArguments, canonical
from tests.fixtures.deceiving_pairs import deceiving_pairs


def test_a_text_of_several_lines_is_numbered_and_cannot_pass_for_an_argument() -> None:
    lines = argument_lines("mail.send", json.dumps({"body": 'a\nto: "x@evil.example"', "to": "anna@example.org"}))
    assert [(line.kind, line.text, line.new) for line in lines] == [
        ("note", "mail.send", None),
        ("note", "body (text, 2 lines)", None),
        ("plain", "a", 1),
        ("plain", 'to: "x@evil.example"', 2),
        ("plain", 'to: "anna@example.org"', None),
    ]


def test_what_is_nested_is_laid_out_with_its_numbers_as_they_are_written() -> None:
    values = {"filter": {"tags": ["a", "b"], "text": "x\ny", "why": "z" * 50}, "most": 1e-7, "n": None, "ok": True}
    lines = argument_lines("tickets.find", canonical(values))
    assert [line.text for line in lines] == [
        "tickets.find",
        "filter (3 fields)",
        '  tags: ["a", "b"]',
        "  text (text, 2 lines)",
        "x",
        "y",
        f'  why: "{"z" * 50}"',
        "most: 1e-7",
        "n: null",
        "ok: true",
    ]


PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab1\n \"':{}[],|", max_size=5)
NAMES = st.text('a1: \n"', max_size=3)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
ARGUMENTS = st.dictionaries(st.text('ab: \n"1', max_size=3), VALUES, max_size=3)


@given(ARGUMENTS, ARGUMENTS)
def test_two_actions_have_two_layouts(one: dict[str, object], other: dict[str, object]) -> None:
    texts = canonical(one), canonical(other)
    laid = [argument_lines("t", text) for text in texts]
    assert (laid[0] == laid[1]) == (texts[0] == texts[1])
    assert not any("\n" in line.text for line in laid[0])


@given(ARGUMENTS, ARGUMENTS, ARGUMENTS)
def test_two_edits_have_two_layouts(
    before: dict[str, object], one: dict[str, object], other: dict[str, object]
) -> None:
    texts = canonical(one), canonical(other)
    laid = [compared("t", canonical(before), text) for text in texts]
    assert (laid[0] == laid[1]) == (texts[0] == texts[1])


def test_generated_pairs_have_two_layouts() -> None:
    for pair in deceiving_pairs(7, 3_000):
        assert argument_lines(pair.tool, pair.one) != argument_lines(pair.other_tool, pair.other), pair.tricks


@pytest.mark.parametrize("wrong", ['{"a": "\\ud800"}', '{"n": 9007199254740993}'])
def test_what_has_no_exact_written_form_never_becomes_an_action(wrong: str) -> None:
    with pytest.raises(BadArguments):
        canonical(json.loads(wrong))


def test_a_text_that_is_shown_elsewhere_is_named_with_size_and_hash() -> None:
    lines = argument_lines("files.write", json.dumps({"content": "a\nb\n"}), lambda text: "see below")
    digest = hashlib.sha256(b"a\nb\n").hexdigest()[:12]
    assert lines[1].text == f"content (text, 3 lines, 4 bytes, SHA-256 {digest}): see below"
    assert len(lines) == 2


def test_an_edit_is_shown_against_the_agents_version() -> None:
    lines = compared("t", '{"amount":8400,"order":"1042"}', '{"amount":4200,"order":"1042"}')
    assert [(line.kind, line.text) for line in lines] == [
        ("context", "t"),
        ("removed", "amount: 8400"),
        ("added", "amount: 4200"),
        ("context", 'order: "1042"'),
    ]
    assert counted(lines) == "1 added, 1 removed"


def test_in_an_edit_a_line_of_a_text_begins_with_a_bar() -> None:
    lines = compared("t", '{"body":"a\\nb"}', '{"body":"a\\nc"}')
    assert [line.text for line in lines if line.kind != "context"] == ["| b", "| c"]
