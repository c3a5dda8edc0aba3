"""A person as initials in a circle."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.presenters.visible_text import marked
from console.theme.theme import Theme
from console.widgets.painting import CENTRE, PaintedLabel, painting, words


def initials(name: str) -> str:
    """At most two letters: of the first and the last word."""
    parts = [part for part in marked(name).split() if part]
    picked = [parts[0], parts[-1]] if len(parts) > 1 else parts
    return "".join(part[0].upper() for part in picked) or "?"


class Avatar(PaintedLabel):
    def __init__(self, theme: Theme, name: str, size: int = 28, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, parent)
        self._side = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_name(self, name: str) -> None:
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(self._side), self._theme.px(self._side))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setPen(self._theme.color("line2"))
            painter.setBrush(self._theme.color("line2"))
            painter.drawEllipse(self.rect().adjusted(0, 0, -1, -1))
            words(painter, self._theme, self.rect(), initials(self.accessibleName()), "key", "text", CENTRE)
