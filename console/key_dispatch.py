"""Turns key presses of a window into actions: single letters outside text fields only, auto-repeat ignored."""

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from console.actions import Actions, is_plain
from console.key_repeat import KeyRepeat

# What a text field does itself with these keys comes first.
_FIELD_KEYS = frozenset({"Return", "Enter", "Ctrl+Z", "Ctrl+C", "Ctrl+X", "Ctrl+V", "Ctrl+A", "Ctrl+Y", "Ctrl+Shift+Z"})
_BUTTON_KEYS = frozenset({"Space", "Return", "Enter", "Up", "Down", "Left", "Right"})
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


def key_name(event: QKeyEvent) -> str:
    """The key as the action table spells it. Printed signs ("?", "[") count as typed, whatever Shift they need."""
    key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _MODIFIERS:
        return ""
    text = event.text()
    if not modifiers & ~Qt.KeyboardModifier.ShiftModifier and len(text) == 1 and text.isprintable() and text != " ":
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        return f"Shift+{text.upper()}" if shift and text.isalpha() else text.upper()
    return QKeySequence(key.value | modifiers.value).toString(QKeySequence.SequenceFormat.PortableText)


def is_text_field(widget: QObject) -> bool:
    """Whether letters typed here are text."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QAbstractSpinBox)


class KeyDispatch(QObject):
    """Listens to whatever has the focus inside ``window``; a filter on the whole program would see every event."""

    def __init__(self, window: QWidget, actions: Actions, where: Callable[[], int]) -> None:
        super().__init__(window)
        self._window, self._actions, self._where = window, actions, where
        self._down: dict[int, str] = {}
        self._typed = 0
        self._repeat = KeyRepeat(self)
        self._listening: QWidget | None = None
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._listening is not None:
            with contextlib.suppress(RuntimeError):  # it is going: Qt moves the focus on before it says so
                self._listening.removeEventFilter(self)
                self._listening.destroyed.disconnect(self._forget)
            self._listening = None
        if new is None or new.window() is not self._window:
            self._let_go()
        elif new is not self._window:
            new.installEventFilter(self)
            new.destroyed.connect(self._forget)
            self._listening = new

    def _forget(self) -> None:
        self._listening = None

    def _let_go(self) -> None:
        """The window lost the keyboard: what was held counts as released."""
        self._repeat.settle()
        held, self._down = self._down, {}
        for action_id in held.values():
            self._actions.release(action_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.KeyPress:
            # What a field let through (Enter in a line of text) reaches the window too, and is no second press there.
            if watched is self._window and event.key() == self._typed:
                return False
            self._typed = 0
            return self._pressed(watched, event)
        if event.type() == QEvent.Type.KeyRelease:
            self._typed = 0
            return self._released(event)
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        repeated = self._repeat.is_repeat(event)
        name = key_name(event)
        types = is_plain(name) or name.startswith("Shift+") or name in _FIELD_KEYS
        if not name or (types and is_text_field(watched)):
            self._typed = event.key()
            return False
        action = self._actions.find(name, self._where())
        if action is None:
            return False
        if repeated and not action.repeats:
            return True
        if name in _BUTTON_KEYS and isinstance(watched, QAbstractButton):
            return False
        if not self._actions.press(action.id):
            return is_plain(name)  # a letter that can do nothing now must not search in a list instead
        self._down[event.key()] = action.id
        return True

    def _released(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return event.key() in self._down
        key = event.key()
        ours = key in self._down
        self._repeat.lift(event, lambda: self._up(key))
        return ours

    def _up(self, key: int) -> None:
        action_id = self._down.pop(key, "")
        if action_id:
            self._actions.release(action_id)
