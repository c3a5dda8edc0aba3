"""A row of buttons goes on below where the room ends; read from the right, it begins there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.widgets.button import ActionButton
from console.widgets.flow_layout import FlowLayout

pytestmark = pytest.mark.window


def row_of_three(qtbot: QtBot, qapp: QApplication) -> tuple[QWidget, list[ActionButton]]:
    theme = Theme("dark")
    theme.apply(qapp)
    frame = QWidget()
    qtbot.addWidget(frame)
    row = FlowLayout(8, frame)
    buttons = [ActionButton(theme, text) for text in ("Approve this version", "Reject", "Leave it as it was")]
    for button in buttons:
        row.addWidget(button)
    frame.show()
    return frame, buttons


def test_buttons_stand_in_one_line_where_there_is_room(qtbot: QtBot, qapp: QApplication) -> None:
    frame, buttons = row_of_three(qtbot, qapp)
    frame.resize(900, 200)
    assert len({button.y() for button in buttons}) == 1
    assert [button.x() for button in buttons] == sorted(button.x() for button in buttons)


def test_they_go_on_below_and_keep_their_words(qtbot: QtBot, qapp: QApplication) -> None:
    frame, buttons = row_of_three(qtbot, qapp)
    layout = frame.layout()
    assert layout is not None
    narrow = buttons[0].sizeHint().width() + 4
    assert layout.heightForWidth(narrow) > layout.heightForWidth(900)
    frame.resize(narrow, layout.heightForWidth(narrow))
    assert len({button.y() for button in buttons}) > 1
    assert all(button.width() == button.sizeHint().width() for button in buttons)
    assert all(frame.rect().contains(button.geometry()) for button in buttons)


def test_read_from_the_right_the_first_is_at_the_right(qtbot: QtBot, qapp: QApplication) -> None:
    frame, buttons = row_of_three(qtbot, qapp)
    frame.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    frame.resize(900, 200)
    layout = frame.layout()
    assert layout is not None
    layout.setGeometry(frame.rect())
    assert buttons[0].geometry().right() == frame.rect().right()
    assert buttons[0].x() > buttons[1].x() > buttons[2].x()
