"""Actions per minute as bars, with marks below where people were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.theme.theme import Theme
from console.widgets.painting import CENTRE, LEFT, RIGHT, PaintedLabel, box, painting, words
from console.widgets.priority_mark import paint_priority


class Bars(PaintedLabel):
    """`marks` maps the place of a bar to a priority; `labels` stand left, middle and right below."""

    def __init__(
        self,
        theme: Theme,
        values: Sequence[float] = (),
        marks: Mapping[int, int] | None = None,
        labels: tuple[str, str, str] = ("", "", ""),
        *,
        sentence: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, sentence, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_values(values, marks, labels, sentence)

    def set_values(
        self,
        values: Sequence[float],
        marks: Mapping[int, int] | None = None,
        labels: tuple[str, str, str] = ("", "", ""),
        sentence: str = "",
    ) -> None:
        self._values, self._marks, self._labels = tuple(values), dict(marks or {}), labels
        if sentence:
            self.setAccessibleName(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(320), self._theme.px(150))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.px(90))

    def bar_rects(self) -> list[QRectF]:
        """Where the bars stand; an empty minute keeps its place with a height of zero."""
        if not self._values:
            return []
        px = self._theme.px
        floor = self.height() - px(44)
        slot = self.width() / len(self._values)
        most = max(*self._values, 0) if len(self._values) > 1 else max(self._values[0], 0)
        gap = 1 if slot < 6 else px(2)
        tall = [floor * max(0.0, value) / most if most else 0.0 for value in self._values]
        return [QRectF(at * slot, floor - up, max(1.0, slot - gap), up) for at, up in enumerate(tall)]

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        with painting(self) as painter:
            bars = self.bar_rects()
            colour = theme.color("ctl" if theme.is_high_contrast else "line2")
            for bar in bars:
                if bar.height() > 0:
                    box(painter, bar, min(2.0, bar.height() / 2), fill=colour)
            floor = self.height() - px(44)
            painter.fillRect(QRectF(0, floor, self.width(), theme.border), theme.color("line"))
            for place, priority in sorted(self._marks.items(), key=lambda mark: -mark[1]):
                if 0 <= place < len(bars):
                    side = px(16)
                    left = min(max(0.0, bars[place].center().x() - side / 2), self.width() - side)
                    paint_priority(painter, theme, priority, QRectF(left, floor + px(4), side, side))
            below = QRectF(0, self.height() - px(20), self.width(), px(20))
            for label, flags in zip(self._labels, (LEFT, CENTRE, RIGHT), strict=True):
                words(painter, theme, below, label, "meta", "text2", flags)
