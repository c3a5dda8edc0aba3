"""A key as it is printed on the keyboard: a small box with its name."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP, Token
from console.widgets.painting import CENTRE, PaintedLabel, box, painting, words

HEIGHT = 20


def keycap_width(theme: Theme, key: str) -> int:
    return max(theme.px(HEIGHT), theme.metrics("key").horizontalAdvance(key) + theme.px(12))


def paint_keycap(
    painter: QPainter, theme: Theme, left: float, middle: float, key: str, ink: Token = "text2", line: Token = "line2"
) -> int:
    """Paints one key whose left edge and vertical middle are given; answers its width."""
    width, height = keycap_width(theme, key), theme.px(HEIGHT)
    rect = QRectF(round(left), round(middle - height / 2), width, height)
    box(painter, rect, theme.px(RADIUS_CHIP), border=theme.color(line), width=theme.border)
    words(painter, theme, rect, key, "key", ink, CENTRE)
    return width


class KeyCap(PaintedLabel):
    """One key."""

    def __init__(self, theme: Theme, key: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, key, parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(keycap_width(self._theme, self._key), self._theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            paint_keycap(painter, self._theme, 0, self.height() / 2, self._key)
