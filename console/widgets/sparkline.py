"""A small line of values with its target dashed and its last value as a dot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import INK, PaintedLabel, Tone, painting


class Sparkline(PaintedLabel):
    """`low` and `high` fix the scale; without them it fits the values and the target."""

    def __init__(
        self,
        theme: Theme,
        values: Sequence[float] = (),
        target: float | None = None,
        *,
        low: float | None = None,
        high: float | None = None,
        tone: Tone = "neutral",
        width: int = 76,
        height: int = 20,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, name, parent)
        self._target, self._low, self._high, self._tone = target, low, high, tone
        self._wide, self._tall = width, height
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.set_values(values)

    def set_values(self, values: Sequence[float], target: float | None = None, tone: Tone | None = None) -> None:
        self._values = tuple(values)
        self._target = self._target if target is None else target
        self._tone = tone or self._tone
        self.update()

    @property
    def values(self) -> tuple[float, ...]:
        return self._values

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(self._wide), self._theme.px(self._tall))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _range(self) -> tuple[float, float]:
        seen = [*self._values, *([] if self._target is None else [self._target])]
        low = self._low if self._low is not None else min(seen, default=0.0)
        high = self._high if self._high is not None else max(seen, default=1.0)
        return (low, high) if high > low else (low - 1, low + 1)

    def points(self) -> list[QPointF]:
        """Where the values lie in the widget, oldest on the left."""
        margin = self._theme.px(3)
        wide, tall = self.width() - 2 * margin, self.height() - 2 * margin
        low, high = self._range()
        step = wide / max(1, len(self._values) - 1)
        heights = [(min(high, max(low, value)) - low) / (high - low) for value in self._values]
        if len(heights) == 1:
            y = margin + tall * (1 - heights[0])
            return [QPointF(margin, y), QPointF(margin + wide, y)]
        return [QPointF(margin + at * step, margin + tall * (1 - up)) for at, up in enumerate(heights)]

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        ink: Token = "series" if self._tone == "neutral" else INK[self._tone]
        colour = theme.color(ink)
        with painting(self) as painter:
            if self._target is not None:
                low, high = self._range()
                margin = theme.px(3)
                up = (self._target - low) / (high - low)
                y = round(margin + (self.height() - 2 * margin) * (1 - up)) + 0.5
                pen = QPen(theme.color("ctl" if theme.is_high_contrast else "line2"), theme.border)
                pen.setDashPattern([3, 2])
                painter.setPen(pen)
                painter.drawLine(QPointF(margin, y), QPointF(self.width() - margin, y))
            points = self.points()
            if not points:
                return
            pen = QPen(colour, 1.4 * theme.scale)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(points))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(points[-1], theme.px(2.5), theme.px(2.5))
