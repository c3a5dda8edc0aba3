"""The console's button: never elided, never the default, with its key inside and, where asked, held to trigger."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from console.key_repeat import KeyRepeat
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_LARGE
from console.widgets.button_face import ButtonFace, Kind

_TICK_MS = 16


class ActionButton(ButtonFace):
    """Emits `activated` once per press: a click, the space bar, or `begin`/`end` from a key of the view.

    With `set_hold(ms)` the press must last; `hold_broken` tells of a release before the time.
    While locked (`set_locked(reason)`) it stays focusable and emits `locked_pressed` instead.
    """

    activated = Signal()
    locked_pressed = Signal()
    hold_broken = Signal()
    _hold_ms = 0
    _held_since: float | None = None
    _down_by: int | None = None
    """The key that pressed it: another key that is let go meanwhile ends no press, a mouse button's neither."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: str | None = None,
        key_hint: str | None = None,
        kind: Kind = "normal",
        height: int = BUTTON_LARGE,
        *,
        enter: bool = False,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, text, icon, key_hint, kind, height, parent)
        self._enter, self._clock = enter, clock
        self._repeat = KeyRepeat(self)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self._clicked)

    @property
    def hold_ms(self) -> int:
        return self._hold_ms

    def set_hold(self, ms: int) -> None:
        """How long the press must last; 0 triggers at once."""
        self._drop_hold()
        self._hold_ms = max(0, ms)
        self._describe()

    @property
    def locked(self) -> str:
        return self._locked

    def set_locked(self, reason: str) -> None:
        """Why it can't be done yet, or "" when it can; the button keeps its place, size and focus."""
        self._locked = reason
        if reason:
            self._drop_hold()
        self._describe()
        self.update()

    @property
    def progress(self) -> float:
        """How much of the hold is done, 0 to 1."""
        if self._held_since is None or not self._hold_ms:
            return 0.0
        return min(1.0, (self._clock() - self._held_since) * 1000 / self._hold_ms)

    @property
    def held_share(self) -> float | None:
        return None if self._held_since is None else self.progress

    def begin(self) -> None:
        """The press starts: the view calls this when its key for this button goes down (not on auto-repeat)."""
        if not self.isEnabled() or self._held_since is not None:
            return
        if self._locked:
            self.locked_pressed.emit()
        elif not self._hold_ms:
            self.activated.emit()
        else:
            self._held_since = self._clock()
            self._tick.start()
            self.update()

    def end(self) -> None:
        """The press ends; before the time of the hold nothing is triggered."""
        if self._held_since is None:
            return
        self.refresh()
        if self._held_since is not None:
            self._drop_hold()
            self.hold_broken.emit()

    def refresh(self) -> None:
        """One step of the hold; the timer calls it, and so may whoever moves the clock."""
        if self._held_since is None:
            return
        if self.progress >= 1.0:
            self._drop_hold()
            self.activated.emit()
        self.update()

    def _drop_hold(self) -> None:
        self._held_since = None
        self._tick.stop()
        self.update()

    def _clicked(self) -> None:
        """A whole click: mouse, space bar or assistive technology. In hold mode a click alone is too short."""
        if self._locked or not self._hold_ms:
            self.begin()

    def _describe(self) -> None:
        parts = [self.tr("Key {key}").format(key=self._key_hint)] if self._key_hint else []
        if self._hold_ms:
            parts.append(self.tr("Hold for {seconds} s").format(seconds=f"{self._hold_ms / 1000:g}"))
        if self._locked:
            parts.append(self._locked)
        self.setAccessibleDescription(". ".join(parts))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        space = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (space or (enter and self._enter)):
            event.ignore()  # Enter, arrows and the letters belong to the view
            return
        event.accept()
        if self._repeat.is_repeat(event):
            return
        self._down_by = event.key()
        self.setDown(True)
        if self._hold_ms:
            self.begin()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or not self.isDown() or event.key() != self._down_by:
            event.ignore()
            return
        self._repeat.lift(event, self._key_up)

    def _key_up(self) -> None:
        self._down_by = None
        if not self.isDown():
            return  # the focus left while the key was down
        self.setDown(False)
        if self._hold_ms:
            self.end()
        else:
            self.click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        held = self._hold_ms and not self._locked and self.isDown()
        if held and event.button() == Qt.MouseButton.LeftButton:
            self.begin()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold_ms:
            self.end()
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._hold_ms and not self.isDown():
            self.end()  # the pointer left the button while holding

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._down_by = None
        self.setDown(False)
        self.end()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._drop_hold()
        super().changeEvent(event)
