"""Actions: canonical arguments, the approval digest and the idempotency key."""

import json
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.action import (
    Action,
    BadArguments,
    Binding,
    approval_digest,
    canonical,
    idempotency_key,
    parse_arguments,
)
from runtime.domain.ids import RunId

BINDING = Binding(Action("mail.send", '{"to":"a"}', "c"), "support", 1, 2, RunId("r"), 3, "demo", (("x", "y"),))

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), plain, max_size=5))
def test_canonical_text_reads_back_to_the_same_value(value: dict[str, object]) -> None:
    text = canonical(value)
    assert parse_arguments(text) == value
    assert canonical(parse_arguments(text)) == text


@pytest.mark.parametrize(
    "text",
    ['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', "[1]", '"x"', "{", '{"a":NaN}', '{"a":Infinity}', "", "[" * 100_000],
)
def test_what_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(BadArguments):
        parse_arguments(text)


def test_integers_from_two_to_the_53_on_have_no_canonical_form() -> None:
    assert canonical({"n": 2**53 - 1})
    with pytest.raises(BadArguments, match="given as text"):
        canonical({"n": 2**53})


def test_ten_and_ten_point_nought_are_one_value_and_unicode_forms_are_two() -> None:
    assert canonical({"n": 10.0}) == canonical({"n": 10})
    assert canonical({"n": "\u00e9"}) != canonical({"n": "e\u0301"})


CHANGED = {
    "action": Action("mail.send", '{"to":"b"}', "c"),
    "agent": "other",
    "revision": 9,
    "policy_version": 9,
    "run_id": RunId("other"),
    "turn": 9,
    "folder": "other",
    "inputs": (("x", "z"),),
}


@pytest.mark.parametrize("field", sorted(CHANGED))
def test_every_part_of_the_binding_changes_the_digest(field: str) -> None:
    assert set(CHANGED) == set(Binding.__struct_fields__)
    changed = msgspec.structs.replace(BINDING, **{field: CHANGED[field]})
    assert approval_digest(changed) != approval_digest(BINDING)
    assert approval_digest(msgspec.structs.replace(BINDING)) == approval_digest(BINDING)


def test_the_contract_is_part_of_what_is_approved() -> None:
    other = msgspec.structs.replace(BINDING, action=msgspec.structs.replace(BINDING.action, contract="d"))
    assert approval_digest(other) != approval_digest(BINDING)


def test_keys_differ_by_place_and_content_alone() -> None:
    action = BINDING.action
    keys = {
        idempotency_key(RunId("r"), 1, 1, action),
        idempotency_key(RunId("r"), 1, 2, action),
        idempotency_key(RunId("r"), 2, 1, action),
        idempotency_key(RunId("s"), 1, 1, action),
        idempotency_key(RunId("r"), 1, 1, Action("mail.send", json.dumps({}), "c")),
    }
    assert len(keys) == 5
    assert idempotency_key(RunId("r"), 1, 1, action) in keys


@given(plain | st.floats(allow_nan=False, allow_infinity=False) | st.dictionaries(st.text(), st.floats(0, 1e30)))
def test_the_fast_writing_is_that_of_the_standard(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value).decode()
    except (rfc8785.CanonicalizationError, UnicodeError):
        with pytest.raises(BadArguments):
            canonical(value)
    else:
        assert canonical(value) == expected


@pytest.mark.parametrize("text", ["".join(map(chr, range(0x80))), "\x7f\u0080\u2028\u2029\ufeff\uffff\U0001f600"])
def test_every_control_character_is_written_as_the_standard_writes_it(text: str) -> None:
    assert canonical([text, {text[:1]: text}]) == rfc8785.dumps([text, {text[:1]: text}]).decode()
