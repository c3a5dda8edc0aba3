"""Below the card of the sample: Fine and Should have been asked, of one size; words about what they do."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from console.context import ConsoleContext
from console.theme.tokens import ACTION_BAR, BUTTON_LARGE
from console.views.ground import Ground
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel

_LEAST_NOTE = 240
"""Pixels at 100 %; with less the note stands under the buttons."""


class ReviewBar(Ground):
    """Where the room ends the note goes below the buttons, then these stand in two lines; only the width decides."""

    def __init__(self, context: ConsoleContext) -> None:
        theme, clock = context.theme, context.monotonic
        super().__init__(theme, "surface")
        self._px = theme.px
        self.fine = ActionButton(theme, self.tr("Fine"), "check", "F", clock=clock)
        self.should_ask = ActionButton(theme, self.tr("Should have been asked"), "hand", "S", clock=clock)
        self.note = ElidedLabel(theme, "", "meta", "text2")
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(self._px(8))
        for button in (self.fine, self.should_ask):
            self._buttons.addWidget(button)
        self._buttons.addStretch(0)
        self._all = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._all.addLayout(self._buttons)
        self._all.addWidget(self.note, 1)
        theme.changed.connect(self._share_room)
        self.lock("")
        self._share_room()

    def lock(self, why: str) -> None:
        """Off, and why; empty = on. Nothing moves."""
        self.fine.set_locked(why)
        self.should_ask.set_locked(why)
        self.note.setText(why or self.tr("It has run; what you say is recorded."))

    def _share_room(self) -> None:
        px, directions = self._px, QBoxLayout.Direction
        wide = max(self.fine.sizeHint().width(), self.should_ask.sizeHint().width())
        room = self.width() - 2 * px(24)
        for button in (self.fine, self.should_ask):
            button.setFixedWidth(wide)
        in_two = 2 * wide + px(8) > room
        below = in_two or 2 * wide + px(8 + _LEAST_NOTE) > room
        self._buttons.setDirection(directions.TopToBottom if in_two else directions.LeftToRight)
        self._all.setDirection(directions.TopToBottom if below else directions.LeftToRight)
        self._buttons.setStretch(2, 1 if below and not in_two else 0)
        self._all.setSpacing(px(2 if below else 8))
        edge = px(5) if below else 0
        self._all.setContentsMargins(px(24), edge, px(24), edge)
        self.setFixedHeight(px(ACTION_BAR + (8 if below else 0) + (BUTTON_LARGE + 8 if in_two else 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
