"""Conditions: what is refused when saved, what is true, and that a failure to judge is never an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.condition import BadCondition, ConditionFailed, compile_condition

NAMES: dict[str, type | str] = {
    "amount_cents": int,
    "recipient": str,
    "confidence": "number",
    "urgent": bool,
    "values": "map",
    "tags": list,
}


def holds(text: str, **values: object) -> bool:
    return compile_condition(text, NAMES).holds(values)


@given(st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1))
def test_whole_numbers_compare_exactly(amount: int) -> None:
    assert holds("amount_cents > 50000", amount_cents=amount) is (amount > 50000)


@given(st.text(max_size=40))
def test_recipients_outside_are_told_apart(local: str) -> None:
    local = local.replace("\x00", "")
    assert holds("!recipient.endsWith('@example.org')", recipient=local + "@example.org") is False
    assert holds("!recipient.endsWith('@example.org')", recipient=local + "@example.org.evil") is True


@given(st.text(max_size=60))
def test_any_text_either_compiles_or_is_refused_with_a_sentence(text: str) -> None:
    try:
        assert compile_condition(text, NAMES).text == text
    except BadCondition as refused:
        sentence = str(refused)
    else:
        sentence = "It compiles."
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("amont > 5", "line 1, column 1: 'amont' is not a name"),
        ("urgent &&\n  nothing > 5", "line 2, column 3"),
        ("amount_cents", "not yes or no"),
        ("recipient + 'x'", "not yes or no"),
        ("amount_cents > ", "ends too early"),
        ("amount_cents > 'x'", "does not work on int, string"),
        ("confidence > 0", "number with a point"),
        ("", "empty"),
        ("(" * 300 + "true" + ")" * 300, "cannot be read"),
        ("true || " * 400 + "true", "at most 2,000"),
    ],
)
def test_faults_are_told_when_saved(text: str, words: str) -> None:
    with pytest.raises(BadCondition) as refused:
        compile_condition(text, NAMES)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        ("amount_cents > 50000", {}, "amount_cents has no value"),
        ("values.order > 3", {"values": {}}, "no field 'order'"),
        ("values.order > 3", {"values": {"order": "7"}}, "cannot be compared"),
        ("values.order", {"values": {"order": "7"}}, "could not be judged"),
        ("amount_cents > 50000", {"amount_cents": "60000"}, "amount_cents is a str"),
        ("amount_cents > 50000", {"amount_cents": 60000.5}, "whole number"),
        ("amount_cents > 0", {"amount_cents": True}, "not a whole number"),
        ("amount_cents > 0", {"amount_cents": None}, "amount_cents is a NoneType"),
        ("amount_cents > 0", {"amount_cents": 2**70}, "too large"),
        ("1 / amount_cents > 0", {"amount_cents": 0}, "divide by zero"),
        ("confidence > 0.5", {"confidence": True}, "not a number"),
        ("size(tags) > 0", {"tags": [object()]}, "tags[0]"),
    ],
)
def test_what_cannot_be_judged_is_neither_true_nor_false(text: str, values: dict[str, object], words: str) -> None:
    with pytest.raises(ConditionFailed) as failed:
        holds(text, **values)
    assert words in str(failed.value)


def test_fields_and_lists_of_any_kind() -> None:
    assert holds("has(values.order) && values.order.total > 10.0", values={"order": {"total": 11}})
    assert not holds("has(values.order) && values.order.total > 10.0", values={})
    assert holds("'vip' in tags", tags=("new", "vip"))


def test_names_beside_the_declared_ones_are_ignored() -> None:
    assert holds("urgent", urgent=True, other=object())


def test_a_type_or_name_conditions_do_not_know_is_refused() -> None:
    with pytest.raises(BadCondition):
        compile_condition("x == 1", {"x": bytes})
    with pytest.raises(BadCondition):
        compile_condition("true", {"not a name": int})
