"""The form of an edit begins in its first field."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.views.approvals.schema_form import SchemaForm

pytestmark = pytest.mark.window


def test_the_keyboard_goes_to_the_first_field(qtbot: QtBot) -> None:
    schema = {"properties": {"amount": {"type": "integer", "title": "Amount"}, "why": {"type": "string"}}}
    form = SchemaForm(Theme("dark"), schema)
    qtbot.addWidget(form)
    first = form.focusProxy()
    assert isinstance(first, QWidget)
    assert first.accessibleName() == "Amount"
