"""A count in a pill, as on the rail: grey as a rule, red for urgent asks."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.theme.theme import Theme
from console.widgets.painting import CENTRE, PaintedLabel, box, painting, words

_HEIGHT = 18


class Badge(PaintedLabel):
    """`urgent` draws a red square instead of the grey pill; `name` says what is counted."""

    def __init__(
        self, theme: Theme, count: int = 0, *, urgent: bool = False, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, name, parent)
        self._urgent, self._what = urgent, name
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(count)

    @property
    def count(self) -> int:
        return self._count

    def set_count(self, count: int) -> None:
        self._count = count
        self.setAccessibleName(f"{count} {self._what}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._theme
        height = theme.px(_HEIGHT)
        room = theme.px(8 if self._urgent else 12)
        return QSize(max(height, theme.metrics("key").horizontalAdvance(str(self._count)) + room), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        radius = theme.px(4) if self._urgent else self.height() / 2
        with painting(self) as painter:
            box(painter, self.rect(), radius, fill=theme.color("critFill" if self._urgent else "line2"))
            words(painter, theme, self.rect(), str(self._count), "key", "onCrit" if self._urgent else "text", CENTRE)
