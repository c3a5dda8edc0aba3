"""The button triggers exactly once per press, and in hold mode only when it was held."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.widgets.button import ActionButton


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Pressed:
    """A button with a clock of ours and a list of what it said."""

    def __init__(self, qtbot: QtBot, key_hint: str | None = "A") -> None:
        self.clock = Clock()
        self.button = ActionButton(Theme("dark"), "Approve", "check", key_hint, clock=self.clock)
        self.said: list[str] = []
        self.button.activated.connect(lambda: self.said.append("activated"))
        self.button.locked_pressed.connect(lambda: self.said.append("locked"))
        self.button.hold_broken.connect(lambda: self.said.append("broken"))
        qtbot.addWidget(self.button)
        self.button.show()

    def key(self, kind: QEvent.Type, key: Qt.Key = Qt.Key.Key_Space, repeat: bool = False) -> None:
        QApplication.sendEvent(self.button, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeat))


@pytest.fixture
def pressed(qtbot: QtBot) -> Pressed:
    return Pressed(qtbot)


def test_a_click_and_the_space_bar_trigger_once(pressed: Pressed, qtbot: QtBot) -> None:
    QTest.mouseClick(pressed.button, Qt.MouseButton.LeftButton)
    assert pressed.said == ["activated"]
    QTest.keyClick(pressed.button, Qt.Key.Key_Space)
    assert pressed.said == ["activated"] * 2


def test_another_key_that_is_let_go_meanwhile_triggers_nothing(pressed: Pressed) -> None:
    QTest.mousePress(pressed.button, Qt.MouseButton.LeftButton)
    pressed.key(QEvent.Type.KeyRelease, Qt.Key.Key_N)
    pressed.key(QEvent.Type.KeyRelease)
    assert pressed.said == [], "the mouse button is still down"
    QTest.mouseRelease(pressed.button, Qt.MouseButton.LeftButton)
    assert pressed.said == ["activated"]
    pressed.key(QEvent.Type.KeyPress)
    pressed.key(QEvent.Type.KeyRelease, Qt.Key.Key_N)
    assert pressed.said == ["activated"]
    pressed.key(QEvent.Type.KeyRelease)
    assert pressed.said == ["activated"] * 2


def test_a_key_that_repeats_triggers_once(pressed: Pressed) -> None:
    pressed.key(QEvent.Type.KeyPress)
    for _ in range(20):
        pressed.key(QEvent.Type.KeyRelease, repeat=True)
        pressed.key(QEvent.Type.KeyPress, repeat=True)
    assert pressed.said == []
    pressed.key(QEvent.Type.KeyRelease)
    assert pressed.said == ["activated"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_never_triggers_not_even_in_a_dialog(key: Qt.Key, pressed: Pressed, qtbot: QtBot) -> None:
    QTest.keyClick(pressed.button, key)
    dialog = QDialog()
    qtbot.addWidget(dialog)
    QVBoxLayout(dialog).addWidget(pressed.button)
    dialog.show()
    pressed.button.setFocus()
    assert not pressed.button.autoDefault()
    QTest.keyClick(dialog, key)
    assert pressed.said == []
    pressed.button.setParent(None)


def test_enter_triggers_where_it_was_allowed(qtbot: QtBot) -> None:
    button = ActionButton(Theme("dark"), "Set cap", key_hint="Enter", enter=True)
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.activated):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_a_hold_triggers_after_its_time_and_once(pressed: Pressed, qtbot: QtBot) -> None:
    pressed.button.set_hold(1_000)
    QTest.mousePress(pressed.button, Qt.MouseButton.LeftButton)
    pressed.clock.now += 0.5
    assert pressed.button.progress == pytest.approx(0.5)
    assert pressed.said == []
    pressed.clock.now += 0.5
    qtbot.waitUntil(lambda: pressed.said == ["activated"])
    QTest.mouseRelease(pressed.button, Qt.MouseButton.LeftButton)
    assert pressed.said == ["activated"]


def test_a_hold_let_go_too_early_triggers_nothing(pressed: Pressed, qtbot: QtBot) -> None:
    pressed.button.set_hold(1_000)
    QTest.mousePress(pressed.button, Qt.MouseButton.LeftButton)
    pressed.clock.now += 0.999
    QTest.mouseRelease(pressed.button, Qt.MouseButton.LeftButton)
    assert pressed.said == ["broken"]
    pressed.clock.now += 5
    pressed.button.click()
    pressed.clock.now += 5
    assert pressed.button.progress == 0
    assert pressed.said == ["broken"]


def test_a_hold_by_key_ignores_auto_repeat(pressed: Pressed) -> None:
    pressed.button.set_hold(1_000)
    pressed.key(QEvent.Type.KeyPress)
    pressed.clock.now += 0.6
    pressed.key(QEvent.Type.KeyRelease, repeat=True)
    pressed.key(QEvent.Type.KeyPress, repeat=True)
    pressed.clock.now += 0.4
    pressed.button.refresh()
    pressed.key(QEvent.Type.KeyPress, repeat=True)
    pressed.clock.now += 5
    pressed.key(QEvent.Type.KeyRelease)
    assert pressed.said == ["activated"]


def test_a_key_held_since_before_the_button_had_focus_starts_nothing(pressed: Pressed) -> None:
    pressed.button.set_hold(1_000)
    for _ in range(50):
        pressed.key(QEvent.Type.KeyPress, repeat=True)
        pressed.clock.now += 0.1
    pressed.key(QEvent.Type.KeyRelease)
    assert pressed.said == []


@pytest.mark.parametrize("how", ["focus", "pointer", "disable", "lock"])
def test_a_hold_ends_when_its_ground_is_lost(how: str, pressed: Pressed, qtbot: QtBot) -> None:
    pressed.button.set_hold(1_000)
    QTest.mousePress(pressed.button, Qt.MouseButton.LeftButton)
    pressed.clock.now += 0.5
    if how == "focus":
        QApplication.sendEvent(pressed.button, QFocusEvent(QEvent.Type.FocusOut))
    elif how == "pointer":
        away, left = QPointF(-50, -50), Qt.MouseButton.LeftButton
        QApplication.sendEvent(
            pressed.button,
            QMouseEvent(
                QEvent.Type.MouseMove, away, away, Qt.MouseButton.NoButton, left, Qt.KeyboardModifier.NoModifier
            ),
        )
    elif how == "disable":
        pressed.button.setEnabled(False)
    else:
        pressed.button.set_locked("This request changed. Look again.")
    pressed.clock.now += 5
    assert pressed.button.progress == 0
    assert "activated" not in pressed.said


def test_a_locked_button_stays_and_says_so(pressed: Pressed, qtbot: QtBot) -> None:
    before = pressed.button.sizeHint()
    pressed.button.set_locked("1 check open")
    QTest.mouseClick(pressed.button, Qt.MouseButton.LeftButton)
    QTest.keyClick(pressed.button, Qt.Key.Key_Space)
    assert pressed.said == ["locked", "locked"]
    assert pressed.button.isEnabled()
    assert pressed.button.sizeHint() == before
    assert "1 check open" in pressed.button.accessibleDescription()
    pressed.button.set_hold(1_000)
    QTest.mouseClick(pressed.button, Qt.MouseButton.LeftButton)
    assert pressed.said == ["locked"] * 3


def test_a_disabled_button_does_nothing(pressed: Pressed, qtbot: QtBot) -> None:
    pressed.button.setEnabled(False)
    QTest.mouseClick(pressed.button, Qt.MouseButton.LeftButton)
    pressed.button.begin()
    assert pressed.said == []


def test_its_words_are_never_cut_and_an_ampersand_stays(qtbot: QtBot) -> None:
    theme = Theme("dark", scale=1.5)
    button = ActionButton(theme, "Pause R&D and every other agent of this workspace", "pause", "Ctrl Shift P")
    qtbot.addWidget(button)
    needed = theme.metrics("body_strong").horizontalAdvance(button.text())
    assert button.minimumSizeHint().width() > needed
    assert button.text() == button.accessibleName() == "Pause R&D and every other agent of this workspace"
    assert button.shortcut().isEmpty()


def test_a_view_can_press_it_with_its_own_key(pressed: Pressed) -> None:
    pressed.button.begin()
    pressed.button.end()
    assert pressed.said == ["activated"]
