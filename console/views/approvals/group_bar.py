"""Below a card of look-alikes: Approve each and Reject each of one size, and why nothing can be approved yet."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from console.context import ConsoleContext
from console.theme.tokens import ACTION_BAR
from console.views.ground import Ground
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel

_ICONS = ("check", "x")
_LEAST_NOTE = 240
"""Pixels at 100 %; with less the note stands under the buttons."""


class GroupBar(Ground):
    """Where the room ends the note goes below the buttons, then the icons go; only the width decides."""

    def __init__(self, context: ConsoleContext) -> None:
        theme, clock = context.theme, context.monotonic
        super().__init__(theme, "surface")
        self._px = theme.px
        self.approve = ActionButton(theme, self.tr("Approve each"), _ICONS[0], "A", clock=clock)
        self.reject = ActionButton(theme, self.tr("Reject each"), _ICONS[1], "R", clock=clock)
        self.note = ElidedLabel(theme, "", "meta", "text2")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(self._px(8))
        for button in (self.approve, self.reject):
            self._buttons.addWidget(button)
        self._buttons.addStretch(0)
        self._all = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._all.setContentsMargins(self._px(24), 0, self._px(24), 0)
        self._all.addLayout(self._buttons)
        self._all.addWidget(self.note, 1)
        theme.changed.connect(self._share_room)
        self._share_room()

    def _share_room(self) -> None:
        px, room, directions = self._px, self.width() - 2 * self._px(24), QBoxLayout.Direction
        for drawn in (True, False):
            for button, icon in zip((self.approve, self.reject), _ICONS, strict=True):
                button.set_icon(icon if drawn else None)
            wide = max(self.approve.sizeHint().width(), self.reject.sizeHint().width())
            if 2 * wide + px(8) <= room:
                break
        for button in (self.approve, self.reject):
            button.setFixedWidth(wide)
        below = 2 * wide + px(8 + _LEAST_NOTE) > room
        self._all.setDirection(directions.TopToBottom if below else directions.LeftToRight)
        self._buttons.setStretch(2, 1 if below else 0)
        self._all.setSpacing(px(2 if below else 8))
        edge = px(5) if below else 0
        self._all.setContentsMargins(px(24), edge, px(24), edge)
        self.setFixedHeight(px(ACTION_BAR + (8 if below else 0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
