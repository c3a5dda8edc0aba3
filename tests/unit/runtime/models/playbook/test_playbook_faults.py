"""Faults of a playbook are found when it is saved, each with its place."""

import pytest

from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec, ValueSpec
from runtime.models.playbook.faults import playbook_faults
from runtime.models.playbook.values import BadPattern, cents, compile_pattern, converted

SCHEMAS = {"sql.order": {"properties": {"order_id": {}}, "required": ["order_id"]}}
END = StepSpec("end", "End", finish="completed")


def faults(*steps: StepSpec, values: tuple[ValueSpec, ...] = ()) -> tuple[str, ...]:
    intent = IntentSpec("refund", "Refund", ("refund",), values, steps)
    return playbook_faults(PlaybookSpec((intent,)), SCHEMAS)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (StepSpec("a", "A", "sql.nothing"), "steps[0].tool: 'sql.nothing' is not among"),
        (
            StepSpec("a", "A", "sql.order", {"id": 1, "order_id": 2}),
            "steps[0].arguments.id: sql.order does not take it",
        ),
        (StepSpec("a", "A", "sql.order"), "steps[0].arguments.order_id: sql.order needs it"),
        (StepSpec("a", "A", "sql.order", {"order_id": "{{nope}}"}), "no value of this name"),
        (StepSpec("a", "A", "sql.order", {"order_id": "{{results.b.x}}"}), "no earlier step"),
        (StepSpec("a", "A", finish="completed", say="{{task.sender | shout}}"), "'shout' is no filter"),
        (StepSpec("a", "A", finish="completed", say="{{task.sender"), "never closed"),
        (StepSpec("a", "A", finish="completed", when="values.x >"), "steps[0].when: At line 1, column"),
        (StepSpec("a", "A", finish="completed", when="values.x == 1"), "no value named x"),
        (StepSpec("a", "A", finish="completed", when="results.x.ok"), "no earlier step has the id x"),
        (StepSpec("a", "A", finish="perhaps"), "'perhaps' is not one of"),
        (StepSpec("a", "A"), "either calls a tool or finishes"),
        (StepSpec("a b", "A", finish="completed"), "is no name"),
        (StepSpec("a", "A", finish="completed", on_failure="panic"), "on_failure: 'panic'"),
        (StepSpec("a", "A", finish="completed", on_rejection="retry"), "on_rejection: 'retry'"),
        (StepSpec("a", "A", finish="completed", confidence=7), "not a number from 0 to 1"),
    ],
)
def test_faults_of_steps_have_their_place(step: StepSpec, words: str) -> None:
    found = faults(step)
    assert any(words in fault and fault.startswith("playbook.intents[0].steps[0]") for fault in found), found


def test_names_that_come_twice_are_faults() -> None:
    twice = IntentSpec("refund", "Refund", ("x",), (), (END, END))
    found = playbook_faults(PlaybookSpec((twice, twice)))
    assert "playbook.intents[0].steps[1].id: 'end' is there more than once." in found
    assert "playbook.intents[1].name: 'refund' is there more than once." in found


def test_words_in_quotes_are_not_taken_for_names() -> None:
    assert faults(StepSpec("a", "A", finish="completed", when="task.text == 'results.x values.y'")) == ()


@pytest.mark.parametrize(
    "pattern", ["(", "", "(a+)+$", "((ab)*c)*", "(a|b*)+", "(x{1,50}y+){1,80}", "a+b+c+d+e+", "a" * 501]
)
def test_patterns_that_are_wrong_or_may_never_end_are_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compile_pattern(pattern)
    assert "values[0].pattern" in faults(END, values=(ValueSpec("v", pattern),))[0]


def test_values_are_of_their_kind_or_not_taken() -> None:
    assert converted("1,042", "integer") == 1042
    assert converted("Blue Mug", "lower") == "blue mug"
    assert converted("x", "number") is None
    assert [cents(text) for text in ("$84", "84.00", "84,5", "1,284.00", "1.284,00", "$1,284")] == [
        8400, 8400, 8450, 128400, 128400, 128400,
    ]  # fmt: skip
    assert "values[0].kind" in faults(END, values=(ValueSpec("v", "x", kind="date"),))[0]
