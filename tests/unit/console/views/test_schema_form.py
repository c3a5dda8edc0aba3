"""The form of an edit: a field for each argument, made as its schema says, and what is typed sent in its type."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.views.approvals.schema_form import SchemaForm
from console.views.approvals.schema_rules import limits_of
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


def test_choices_switches_limits_and_what_is_required_are_shown(form: SchemaForm) -> None:
    (speed, level), (tell,) = form.findChildren(Choice), form.findChildren(Toggle)
    assert [speed.itemText(at) for at in range(speed.count())] == ["slow", "fast"]
    assert [level.itemText(at) for at in range(level.count())] == ["left out", "1", "2", "none"]
    assert (tell.accessibleName(), tell.accessibleDescription()) == ("tell", "may be left out.")
    said = [label.text() for label in form.findChildren(PlainLabel)]
    assert said == [
        "Amount (required)", "From 1 to 2,000.", "speed (required)", "level (may be left out)",
        "tell (may be left out)", "why (may be left out)", "At most 40 characters.",
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
