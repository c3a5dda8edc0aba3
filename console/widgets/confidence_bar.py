"""How sure the agent says it is beside how often it was right, with the interval of the observation."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import CENTRE, LEFT, PaintedLabel, box, painting, words

GAP_AMBER = 0.10


class ConfidenceBar(PaintedLabel):
    """Shares from 0 to 1. Without `observed` (too few cases) only the stated triangle is drawn, or nothing.

    `captions` are the words beside the marks, such as ("says 82 %", "was right 71 %"); the presenter decides them.
    """

    def __init__(
        self,
        theme: Theme,
        stated: float | None = None,
        observed: float | None = None,
        interval: tuple[float, float] | None = None,
        captions: tuple[str, str] = ("", ""),
        sentence: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, sentence, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_values(stated, observed, interval, captions, sentence)

    def set_values(
        self,
        stated: float | None,
        observed: float | None,
        interval: tuple[float, float] | None,
        captions: tuple[str, str],
        sentence: str,
    ) -> None:
        self._stated, self._observed, self._interval, self._captions = stated, observed, interval, captions
        self.setAccessibleName(sentence or ". ".join(filter(None, captions)))
        self.update()

    @property
    def is_amber(self) -> bool:
        """The agent's word and the record differ by more than 10 points."""
        return (
            self._stated is not None
            and self._observed is not None
            and round(abs(self._stated - self._observed), 6) > GAP_AMBER
        )

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(64))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(64))

    def _x(self, share: float) -> float:
        return self.width() * min(1.0, max(0.0, share))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        middle = self.height() / 2 + px(1)
        with painting(self) as painter:
            track = QRectF(0, middle - px(3), self.width(), px(6))
            box(painter, track, px(3), fill=theme.color("line" if theme.is_dark else "line2"))
            if self._interval is not None:
                left, right = (self._x(share) for share in self._interval)
                bar = QRectF(left, middle - px(5), max(px(4), right - left), px(10))
                box(painter, bar, px(3), fill=theme.color("series"))
            if self._observed is not None:
                at = self._x(self._observed)
                painter.fillRect(QRectF(at - 1, middle - px(7), 2, px(14)), theme.color("text"))
                self._caption(painter, at, self.height() - px(18), self._captions[1], "text")
            words(painter, theme, QRectF(0, self.height() - px(18), px(40), px(18)), "0 %", "meta", "text3", LEFT)
            if self._stated is not None:
                self._paint_stated(painter, middle)

    def _paint_stated(self, painter: QPainter, middle: float) -> None:
        theme, px = self._theme, self._theme.px
        half = px(5)
        at = min(max(self._x(self._stated or 0.0), half), self.width() - half)  # whole at 0 and 100 % too
        ink: Token = "warn" if self.is_amber else "text2"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ink))
        top, bottom = middle - px(13), middle - px(6)
        painter.drawPolygon(QPolygonF([QPointF(at - half, top), QPointF(at + half, top), QPointF(at, bottom)]))
        self._caption(painter, at, 0, self._captions[0], ink)

    def _caption(self, painter: QPainter, at: float, top: float, text: str, ink: Token) -> None:
        wide = self._theme.metrics("meta_strong").horizontalAdvance(text) + 2
        left = min(max(0.0, at - wide / 2), self.width() - wide)
        if top > 0:  # the lower caption leaves room for "0 %"
            left = max(left, float(self._theme.px(34)))
        words(painter, self._theme, QRectF(left, top, wide, self._theme.px(18)), text, "meta_strong", ink, CENTRE)
