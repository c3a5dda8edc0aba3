"""A key held down counts once, whether or not the window system says that it repeats."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from console.actions import Action, Actions
from console.key_dispatch import KeyDispatch
from console.theme.theme import Theme
from console.widgets.button import ActionButton

pytestmark = pytest.mark.window
PRESS, RELEASE = QEvent.Type.KeyPress, QEvent.Type.KeyRelease


def send(widget: QWidget, kind: QEvent.Type, key: Qt.Key, text: str, stamp: int) -> None:
    """A key event as the window system hands it over: with a time, and without a word about repeats."""
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
    event.setTimestamp(stamp)
    QApplication.sendEvent(widget, event)


class Room:
    """A window with a text field, an action on A that must be held, and one on J that repeats."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.window = QWidget()
        self.pane = QWidget()
        self.pane.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.field = QLineEdit()
        column = QVBoxLayout(self.window)
        column.addWidget(self.pane)
        column.addWidget(self.field)
        actions = Actions()
        actions.add(
            Action("approve", "Approve", ("A",)),
            lambda: self.said.append("down"),
            release=lambda: self.said.append("up"),
        )
        actions.add(Action("next", "Next", ("J",), repeats=True), lambda: self.said.append("next"))
        self.dispatch = KeyDispatch(self.window, actions, lambda: 1)
        self.window.show()
        self.window.activateWindow()

    def hold(self, widget: QWidget, key: Qt.Key, text: str, times: int) -> None:
        send(widget, PRESS, key, text, 1000)
        for stamp in range(1660, 1660 + 40 * times, 40):
            send(widget, RELEASE, key, text, stamp)
            send(widget, PRESS, key, text, stamp)


@pytest.fixture
def room(qapp: QApplication) -> Iterator[Room]:
    made = Room()
    yield made
    made.dispatch._repeat.settle()
    made.window.close()
    made.window.deleteLater()


def test_a_held_key_goes_down_once_and_up_once(room: Room) -> None:
    room.pane.setFocus()
    room.hold(room.pane, Qt.Key.Key_A, "a", 20)
    assert room.said == ["down"]
    send(room.pane, RELEASE, Qt.Key.Key_A, "a", 3000)
    room.dispatch._repeat.settle()
    assert room.said == ["down", "up"]


def test_a_loop_that_was_busy_takes_what_came_meanwhile_first(room: Room, qapp: QApplication) -> None:
    room.pane.setFocus()
    send(room.pane, PRESS, Qt.Key.Key_A, "a", 1000)
    send(room.pane, RELEASE, Qt.Key.Key_A, "a", 1660)
    late = QKeyEvent(PRESS, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    late.setTimestamp(1660)
    room.dispatch._repeat._timer.timeout.emit()  # it rang before the loop came to what had been sent
    QApplication.postEvent(room.pane, late)
    qapp.processEvents()
    assert room.said == ["down"]
    send(room.pane, RELEASE, Qt.Key.Key_A, "a", 3000)
    room.dispatch._repeat.settle()
    assert room.said == ["down", "up"]


def test_two_presses_are_two(room: Room) -> None:
    room.pane.setFocus()
    for stamp in (1000, 1100):
        send(room.pane, PRESS, Qt.Key.Key_A, "a", stamp)
        send(room.pane, RELEASE, Qt.Key.Key_A, "a", stamp + 50)
    room.dispatch._repeat.settle()
    assert room.said == ["down", "up", "down", "up"]


def test_moving_goes_on_while_the_key_is_held(room: Room) -> None:
    room.pane.setFocus()
    room.hold(room.pane, Qt.Key.Key_J, "j", 3)
    assert room.said == ["next"] * 4


def test_letters_typed_in_a_field_stay_text(room: Room) -> None:
    room.field.setFocus()
    room.hold(room.field, Qt.Key.Key_A, "a", 3)
    assert room.field.text() == "aaaa"
    assert room.said == []


def test_the_space_bar_held_on_a_button_is_one_press(qapp: QApplication) -> None:
    seconds = [100.0]
    button = ActionButton(Theme("dark"), "Approve", "check", "A", clock=lambda: seconds[0])
    said: list[str] = []
    button.activated.connect(lambda: said.append("approved"))
    button.hold_broken.connect(lambda: said.append("released early"))
    button.set_hold(1000)
    button.show()
    send(button, PRESS, Qt.Key.Key_Space, " ", 1000)
    for stamp in range(1660, 2100, 40):
        seconds[0] = 100.0 + (stamp - 1000) / 1000
        send(button, RELEASE, Qt.Key.Key_Space, " ", stamp)
        send(button, PRESS, Qt.Key.Key_Space, " ", stamp)
    button.refresh()
    assert said == ["approved"]
    send(button, RELEASE, Qt.Key.Key_Space, " ", 2200)
    button._repeat.settle()
    assert said == ["approved"]
    button.close()
    button.deleteLater()
