"""The head of Fleet: title and count, the filters with theirs, what is begun here; in two lines where it is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from console.presenters.fleet_text import filter_texts
from console.theme.theme import Theme
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented

_LEAST_COUNT = 120
"""Pixels at 100 % that the words beside the title want."""


class FleetHead(QWidget):
    """Only the width decides whether it wraps. Until the agents are read the filters have no counts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, px = theme, theme.px
        self._title = PlainLabel(theme, self.tr("Fleet"), "page", wrap=False)
        self.count = ElidedLabel(theme, self.tr("Being read"), "meta", "text2")
        self.filter = Segmented(theme, filter_texts(None), self.tr("Which agents"), "all", wraps=True)
        self.new_agent = ActionButton(theme, self.tr("New agent"), "agent", None, "quiet")
        self.new_run = ActionButton(theme, self.tr("New run"), "plus", "N")
        first, self._tools = QHBoxLayout(), QHBoxLayout()
        for line in (first, self._tools):
            line.setSpacing(px(8))
        first.addWidget(self._title)
        first.addWidget(self.count, 1)
        self._tools.addWidget(self.filter, 1, Qt.AlignmentFlag.AlignVCenter)
        self._tools.addSpacing(px(8))
        self._tools.addWidget(self.new_agent)
        self._tools.addWidget(self.new_run)
        self._all = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._all.setContentsMargins(px(6), 0, px(6), 0)
        self._all.setSpacing(px(8))
        self._all.addLayout(first, 1)
        self._all.addLayout(self._tools)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px, directions = self._theme.px, QBoxLayout.Direction
        wanted = self._title.sizeHint().width() + self._tools.sizeHint().width() + px(_LEAST_COUNT + 4 * 8)
        self._all.setDirection(directions.TopToBottom if wanted > self.width() else directions.LeftToRight)
