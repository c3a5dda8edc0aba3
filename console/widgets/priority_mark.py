"""The three marks of priority: filled red square, amber triangle, grey ring, each with its number."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import CENTRE, PaintedLabel, box, painting, words


def paint_priority(painter: QPainter, theme: Theme, priority: int, rect: QRectF) -> None:
    """The mark of priority 1, 2 or 3, centred in `rect`; for delegates too."""
    side = min(rect.width(), rect.height())
    square = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    number, ink = str(priority), _INK.get(priority, "text2")
    if priority == 1:
        box(painter, square, side * 0.2, fill=theme.color("critFill"))
    elif priority == 2:
        fill = theme.color("warnFill")
        rounding = side * 0.14
        painter.setPen(QPen(fill, rounding, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(fill)
        inner = square.adjusted(rounding / 2, rounding, -rounding / 2, -rounding)
        tip = QPointF(inner.center().x(), inner.top())
        painter.drawPolygon(QPolygonF([tip, inner.bottomRight(), inner.bottomLeft()]))
        square = square.translated(0, side * 0.12)
    else:
        painter.setPen(QPen(theme.color("text3"), max(1.25, side / 16)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(square.adjusted(1, 1, -1, -1))
    words(painter, theme, square, number, "key", ink, CENTRE)


_INK: dict[int, Token] = {1: "onCrit", 2: "onWarn", 3: "text2"}


class PriorityMark(PaintedLabel):
    """The mark as a part of its own, 20 px in lists and 24 px in headers."""

    def __init__(self, theme: Theme, priority: int, size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent)
        self._side = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_priority(priority)

    @property
    def priority(self) -> int:
        return self._priority

    def set_priority(self, priority: int) -> None:
        if priority not in (1, 2, 3):
            raise ValueError(f"A priority is 1, 2 or 3, not {priority}.")
        self._priority = priority
        self.setAccessibleName(self.tr("Priority {number}").format(number=priority))
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            paint_priority(painter, self._theme, self._priority, QRectF(self.rect()))
