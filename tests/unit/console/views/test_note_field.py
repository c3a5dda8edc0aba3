"""The field for a note says whether somebody will still read it."""

import pytest
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.views.note_field import NoteField
from tests.fixtures.clipping import hint_faults

pytestmark = pytest.mark.window


def test_a_run_that_has_ended_promises_no_next_step(qtbot: QtBot) -> None:
    field = NoteField(Theme("dark"))
    qtbot.addWidget(field)
    field.resize(900, field.height())
    field.show()
    field.set_agent("refunds")
    assert field.placeholderText() == "Tell refunds something. It reads this before its next step"
    field.set_agent("refunds", ended=True)
    assert "next step" not in field.placeholderText()
    assert field.accessibleName() == field.placeholderText()


def test_a_hint_that_has_no_room_is_cut_in_one_line_and_told_whole(qtbot: QtBot) -> None:
    field = NoteField(Theme("dark"))
    qtbot.addWidget(field)
    field.resize(900, field.height())
    field.show()
    field.set_agent("the support desk of the north")
    one, whole = field.height(), field.placeholderText()
    assert (field.toolTip(), hint_faults(field)) == ("", [])
    field.resize(360, one)
    assert (field.height(), hint_faults(field)) == (one, [])
    assert field.placeholderText() != whole
    assert whole in field.toolTip()
    assert field.accessibleName() == whole


def test_what_was_begun_to_one_run_is_sent_to_no_other(qtbot: QtBot) -> None:
    field = NoteField(Theme("dark"))
    qtbot.addWidget(field)
    field.turn_to("run-1")
    field.setPlainText("The customer called")
    field.turn_to("run-2")
    assert field.toPlainText() == ""
    field.setPlainText("Another one")
    field.turn_to("run-1")
    assert field.toPlainText() == "The customer called"
    field.recorded("run-2", "Another one")
    field.turn_to("run-2")
    assert field.toPlainText() == "", "it was sent before the run was left, and recorded after"
