"""A ruling in its hold: what was decided, the seconds left, a shrinking bar, and the way to take it back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from console.theme.theme import Theme
from console.theme.tokens import BUTTON_SMALL, RADIUS_CONTROL
from console.widgets.button import ActionButton
from console.widgets.painting import box, painting
from console.widgets.plain_label import PlainLabel

_TICK_MS = 50


class HeldBar(QFrame):
    """Driven by a deadline on `clock` (seconds, monotonic); `sentence` is given the whole seconds left.

    `taken_back` when the person asks for it, `ended` once when the time is over. It never decides anything itself.
    """

    taken_back = Signal()
    ended = Signal()

    def __init__(
        self, theme: Theme, *, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self._deadline, self._total = 0.0, 1.0
        self._sentence: Callable[[int], str] = str
        self._said = ""
        self._label = PlainLabel(theme, "", "body_medium", parent=self)
        self.button = ActionButton(theme, self.tr("Take back"), "undo-2", "Ctrl Z", "quiet", BUTTON_SMALL, parent=self)
        self.button.activated.connect(self.taken_back)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self.button)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    @property
    def text(self) -> str:
        return self._said

    @property
    def share_left(self) -> float:
        return min(1.0, max(0.0, (self._deadline - self._clock()) / self._total))

    def show_hold(self, sentence: Callable[[int], str], deadline: float, total: float) -> None:
        """Starts counting down to `deadline`; `total` is the whole length of the hold in seconds."""
        self._sentence, self._deadline, self._total = sentence, deadline, max(0.001, total)
        self.button.show()
        self.show()
        self._tick.start()
        self.refresh()

    def show_message(self, text: str) -> None:
        """A plain message in the same place, without a countdown."""
        self._tick.stop()
        self._deadline = 0.0
        self._say(text)
        self.button.hide()
        self.show()
        self.update()

    def clear(self) -> None:
        self._tick.stop()
        self._say("")
        self.hide()

    def refresh(self) -> None:
        """One step of the countdown; the timer calls it, and so may whoever moves the clock."""
        left = self._deadline - self._clock()
        if left <= 0:
            if self._tick.isActive():
                self._tick.stop()
                self.hide()
                self.ended.emit()
            return
        self._say(self._sentence(math.ceil(left)))
        self.update()

    def _say(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self._label.setText(text)
            self.setAccessibleName(text)

    def _restyle(self) -> None:
        px = self._theme.px
        self._row.setContentsMargins(px(12), px(4), px(4), px(6))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        with painting(self) as painter:
            box(
                painter,
                self.rect(),
                px(RADIUS_CONTROL),
                fill=theme.color("raised"),
                border=theme.color("line2"),
                width=theme.border,
            )
            if self._deadline:
                room = QRectF(self.rect()).adjusted(px(2), self.height() - px(4), -px(2), -px(1))
                room.setWidth(room.width() * self.share_left)
                box(painter, room, px(1), fill=theme.color("accent"))
