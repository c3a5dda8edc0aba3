"""Tells a key that is held down from one pressed again, also where the window system does not say which it was.

A held key arrives as release and press with one time stamp. Qt marks such pairs as repeats on most systems, but not
behind X servers that take their keys from another program (remote desktops, screen sharing).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeyEvent

LIFTED_AFTER_MS = 25


class KeyRepeat(QObject):
    """``is_repeat`` is asked of every press. ``lift`` is told of every release, and says later whether it was one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key, self._stamp = 0, 0
        self._then: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LIFTED_AFTER_MS)
        self._timer.timeout.connect(self._rang)
        self._after_what_came = QTimer(self)
        self._after_what_came.setSingleShot(True)
        self._after_what_came.setInterval(0)
        self._after_what_came.timeout.connect(self.settle)

    def _rang(self) -> None:
        """Where the loop was busy, the press that belongs to the release may wait to be handled: it comes first."""
        self._after_what_came.start()

    def is_repeat(self, event: QKeyEvent) -> bool:
        """Whether this press only continues one that never ended."""
        if event.isAutoRepeat():
            return True
        if event.timestamp() and (event.key(), event.timestamp()) == (self._key, self._stamp):
            self._rest()
            self._then = None
            return True
        self.settle()
        return False

    def lift(self, event: QKeyEvent, then: Callable[[], None]) -> None:
        """Do ``then`` once it is certain that the key is up; at once where no time is known."""
        self.settle()
        if not event.timestamp():
            then()
            return
        self._key, self._stamp, self._then = event.key(), event.timestamp(), then
        self._timer.start()

    def settle(self) -> None:
        """The key is up."""
        self._rest()
        then, self._then = self._then, None
        if then is not None:
            then()

    def _rest(self) -> None:
        self._timer.stop()
        self._after_what_came.stop()
