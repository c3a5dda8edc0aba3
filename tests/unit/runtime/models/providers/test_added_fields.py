"""Confidence and reason are added to every tool and taken off again, whatever a model makes of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.models.providers.added_fields import FieldNames, names_for, put_on, sound, take_off, with_fields

NAMES = FieldNames()
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"], "$defs": {"x": {}}}


def test_both_fields_are_added_and_required_and_the_schema_given_is_left_alone() -> None:
    before = json.dumps(SCHEMA)
    added = with_fields(SCHEMA, names_for(SCHEMA))
    assert set(added["properties"]) == {"path", "confidence", "reason"}
    assert added["required"] == ["path", "reason", "confidence"]
    assert added["$defs"] == {"x": {}}
    assert json.dumps(SCHEMA) == before


def test_a_tool_with_an_argument_of_that_name_keeps_it() -> None:
    schema = {"type": "object", "properties": {"confidence": {"type": "string"}, "reason": {"type": "string"}}}
    names = names_for(schema)
    assert names == FieldNames("stated_confidence", "stated_reason")
    off = take_off('{"confidence":"high","reason":"theirs","stated_confidence":0.9,"stated_reason":"ours"}', names)
    assert json.loads(off.arguments) == {"confidence": "high", "reason": "theirs"}
    assert (off.confidence, off.reason) == (0.9, "ours")


@pytest.mark.parametrize(
    "stated",
    ["", '"0.9"', "true", "null", "-0.1", "1.01", "85", "1e400", "[0.9]", '{"is":1}', "1" + "0" * 400],
)
def test_what_is_no_confidence_is_unknown(stated: str) -> None:
    field = f',"confidence":{stated}' if stated else ""
    off = take_off(f'{{"path":"a"{field},"reason":"because"}}', NAMES)
    assert off.confidence is None


@pytest.mark.parametrize(("stated", "read"), [("0", 0.0), ("1", 1.0), ("0.75", 0.75), ("1.0", 1.0)])
def test_a_confidence_is_read(stated: str, read: float) -> None:
    off = take_off(f'{{"confidence":{stated},"path":"a","reason":["not","text"]}}', NAMES)
    assert (off.arguments, off.confidence, off.reason) == ('{"path":"a"}', read, "")


@pytest.mark.parametrize(
    "arguments",
    [
        '{"path":"a","path":"b","confidence":1}',
        '{"confidence":0.1,"confidence":0.9}',
        '{"path":"\\ud8',
        "[1]",
        "NaN",
        "{",
    ],
)
def test_arguments_that_cannot_be_read_stay_as_they_are_and_no_confidence_is_taken_from_them(arguments: str) -> None:
    off = take_off(arguments, NAMES)
    assert (off.arguments, off.confidence, off.reason) == (arguments, None, "")


def test_no_arguments_at_all_are_an_empty_object() -> None:
    assert take_off("", NAMES).arguments == "{}"


def test_halves_of_characters_are_joined_or_replaced() -> None:
    assert sound("\ud83d\ude00") == "😀"
    assert sound("a\ud83d") == "a\ufffd"
    off = take_off('{"path":"\\ud83d","reason":"\\ud83d\\ude00"}', NAMES)
    assert off.arguments == '{"path":"\\ud83d"}'
    assert off.reason == "😀"


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES, max_size=5), st.floats(0, 1), st.text(max_size=50)
)
def test_what_was_put_on_comes_off_again(arguments: dict[str, object], confidence: float, reason: str) -> None:
    names = names_for({"properties": arguments})
    written = json.dumps(put_on(json.dumps(arguments), confidence, sound(reason), names))
    off = take_off(written, names)
    assert json.loads(off.arguments) == arguments
    assert (off.confidence, off.reason) == (confidence, sound(reason))
