"""The field for a note says whether somebody will still read it."""

import pytest
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.views.note_field import NoteField

pytestmark = pytest.mark.window


def test_a_run_that_has_ended_promises_no_next_step(qtbot: QtBot) -> None:
    field = NoteField(Theme("dark"))
    qtbot.addWidget(field)
    field.set_agent("refunds")
    assert field.placeholderText() == "Tell refunds something. It reads this before its next step"
    field.set_agent("refunds", ended=True)
    assert "next step" not in field.placeholderText()
    assert field.accessibleName() == field.placeholderText()
