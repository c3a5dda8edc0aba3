"""The form of an edit: a field for each argument, made as its schema says, and what is typed sent in its type."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.views.approvals.list_field import ListField
from console.views.approvals.schema_form import SchemaForm
from console.views.approvals.schema_rules import limits_of, title_of
from console.widgets.button import ActionButton
from console.widgets.choice import Choice
from console.widgets.plain_label import PlainLabel
from console.widgets.toggle import Toggle

pytestmark = pytest.mark.window

SCHEMA: dict[str, Any] = {
    "required": ["amount", "speed"],
    "properties": {
        "amount": {"type": "integer", "title": "Amount", "minimum": 1, "maximum": 2000},
        "speed": {"enum": ["slow", "fast"], "type": "string"},
        "level": {"anyOf": [{"enum": [1, 2]}, {"type": "null"}]},
        "tell": {"type": "boolean"},
        "why": {"anyOf": [{"type": "string", "maxLength": 40}, {"type": "null"}]},
    },
}


@pytest.fixture
def form(qtbot: QtBot) -> SchemaForm:
    made = SchemaForm(Theme("dark"), SCHEMA)
    qtbot.addWidget(made)
    return made


def test_the_keyboard_goes_to_the_first_field(form: SchemaForm) -> None:
    first = form.focusProxy()
    assert isinstance(first, QWidget)
    assert first.accessibleName() == "Amount"


def test_a_title_that_was_made_of_the_name_is_said_in_plain_words() -> None:
    assert title_of("order_id", {"title": "Order Id"}) == "Order id"
    assert title_of("order_id", {}) == "Order id"
    assert title_of("order_id", {"title": "Order of the ERP"}) == "Order of the ERP"


def test_choices_switches_limits_and_what_is_required_are_shown(form: SchemaForm) -> None:
    (speed, level), (tell,) = form.findChildren(Choice), form.findChildren(Toggle)
    assert [speed.itemText(at) for at in range(speed.count())] == ["slow", "fast"]
    assert [level.itemText(at) for at in range(level.count())] == ["left out", "1", "2", "none"]
    assert (tell.accessibleName(), tell.accessibleDescription()) == ("Tell", "may be left out.")
    said = [label.text() for label in form.findChildren(PlainLabel)]
    assert said == [
        "Amount (required)", "From 1 to 2,000.", "Speed (required)", "Level (may be left out)",
        "Tell (may be left out)", "Why (may be left out)", "At most 40 characters.",
    ]  # fmt: skip
    (amount,) = form.findChildren(QLineEdit)
    assert amount.accessibleDescription() == "required. From 1 to 2,000."


def test_what_is_changed_is_sent_in_its_type_and_the_rest_stays(form: SchemaForm) -> None:
    given = {"amount": 5, "speed": "slow", "level": None, "tell": None, "why": None, "other": {"a": 1}}
    form.show_values(given)
    assert form.merge(given) == given
    (amount,), (speed, level) = form.findChildren(QLineEdit), form.findChildren(Choice)
    amount.setText("12")
    speed.setCurrentIndex(1)
    level.setCurrentIndex(2)
    form.findChildren(Toggle)[0].setChecked(True)
    form.findChildren(QPlainTextEdit)[0].setPlainText("12")
    merged = form.merge(given)
    assert merged == {"amount": 12, "speed": "fast", "level": 2, "tell": True, "why": "12", "other": {"a": 1}}
    assert type(merged["amount"]) is int
    assert type(merged["level"]) is int
    level.setCurrentIndex(0)
    assert "level" not in form.merge(given)


@pytest.mark.parametrize("typed", ["12.5", "true", "twelve", ""])
def test_what_is_no_whole_number_goes_to_the_judge_as_typed(form: SchemaForm, typed: str) -> None:
    form.show_values({"amount": 5, "speed": "slow"})
    form.findChildren(QLineEdit)[0].setText(typed)
    assert form.merge({"amount": 5, "speed": "slow"})["amount"] == typed


def test_a_value_that_is_not_among_the_choices_stays_until_another_is_chosen(form: SchemaForm) -> None:
    given = {"amount": 5, "speed": "sideways"}
    form.show_values(given)
    assert form.merge(given) == given
    form.findChildren(Choice)[0].setCurrentIndex(0)
    assert form.merge(given)["speed"] == "slow"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"type": "integer", "minimum": 3}, "At least 3."),
        ({"type": "integer", "minimum": 1.0, "maximum": 2000.0}, "From 1 to 2,000."),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1.5}, "At most 1.5. More than 0."),
        ({"type": "string", "minLength": 1}, "At least 1 character."),
        ({"type": "array", "maxItems": 20}, "At most 20 entries."),
        ({"type": "string"}, ""),
    ],
)
def test_limits_are_said_in_words(rule: dict[str, Any], said: str) -> None:
    assert limits_of(rule) == said


NESTED: dict[str, Any] = {
    "$defs": {
        "Line": {
            "type": "object",
            "properties": {"sku": {"type": "string", "pattern": "."}, "count": {"type": "integer", "minimum": 1}},
            "required": ["sku"],
        }
    },
    "properties": {
        "address": {
            "anyOf": [
                {"type": "object", "properties": {"zip": {"type": "string", "pattern": "."}}},
                {"type": "null"},
            ]
        },
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}, "maxItems": 9},
        "to": {"type": "array", "items": {"type": "string", "pattern": "@"}},
    },
}
ORDER = {
    "address": {"zip": "10115", "land": "DE"},
    "lines": [{"sku": "mug", "count": 2, "x": 1}],
    "to": ["a@x.example"],
}


@pytest.fixture
def nested(qtbot: QtBot) -> SchemaForm:
    made = SchemaForm(Theme("dark"), NESTED)
    qtbot.addWidget(made)
    made.show_values(ORDER)
    return made


def field(form: SchemaForm, name: str) -> QLineEdit:
    return next(one for one in form.findChildren(QLineEdit) if one.accessibleName() == name and not one.isHidden())


def test_what_is_nested_has_fields_of_its_own_and_unknown_values_stay(nested: SchemaForm) -> None:
    assert nested.merge(ORDER) == ORDER
    field(nested, "Zip").setText("20095")
    field(nested, "Count").setText("3")
    field(nested, "Entry 1").setText("b@x.example")
    assert nested.merge(ORDER) == {
        "address": {"zip": "20095", "land": "DE"},
        "lines": [{"sku": "mug", "count": 3, "x": 1}],
        "to": ["b@x.example"],
    }


def test_entries_are_added_and_taken_out(nested: SchemaForm, qtbot: QtBot) -> None:
    lines, to = nested.findChildren(ListField)
    with qtbot.waitSignal(nested.changed):
        lines.add.begin()
    assert nested.merge(ORDER)["lines"] == [*ORDER["lines"], {}]
    with qtbot.waitSignal(nested.changed):
        next(one for one in to.findChildren(ActionButton) if "Take" in one.accessibleName()).begin()
    assert nested.merge(ORDER)["to"] == []


def test_what_is_null_or_left_out_stays_so_until_it_is_filled(nested: SchemaForm) -> None:
    given = {"address": None}
    nested.show_values(given)
    assert nested.merge(given) == given
    field(nested, "Zip").setText("1")
    assert nested.merge(given) == {"address": {"zip": "1"}}


def test_a_schema_that_refers_to_itself_has_an_end(qtbot: QtBot) -> None:
    tree = {"type": "object", "properties": {"child": {"$ref": "#/$defs/Tree"}, "name": {"type": "string"}}}
    form = SchemaForm(Theme("dark"), {"$defs": {"Tree": tree}, **tree})
    qtbot.addWidget(form)
    given = {"child": {"child": {"name": "x"}}}
    form.show_values(given)
    assert form.merge(given) == given
