"""One of several choices of a dialog: a ring that is filled when chosen, plain words, our focus ring."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QWidget

from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP, Token
from console.widgets.painting import focus_ring, painting, words


class RadioButton(QRadioButton):
    """The words are one line; a click anywhere on them chooses."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self._theme, self._words = theme, text
        self.setAccessibleName(text)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._words

    def sizeHint(self) -> QSize:
        wide = self._theme.metrics("body").horizontalAdvance(self._words) + self._theme.px(36)
        return QSize(wide, self._theme.target)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px, on = self._theme, self._theme.px, self.isChecked()
        ink: Token = "text" if self.isEnabled() else "text3"
        side = px(14)
        ring = QRectF(px(4), (self.height() - side) / 2, side, side)
        room = QRectF(px(26), 0, self.width() - px(28), self.height())
        with painting(self) as painter:
            painter.setPen(QPen(theme.color("accent" if on else "ctl"), max(1.25, theme.border)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(ring)
            if on:
                painter.setBrush(theme.color("accent"))
                painter.drawEllipse(ring.adjusted(px(4), px(4), -px(4), -px(4)))
            words(painter, theme, room, self._words, "body", ink)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(RADIUS_CHIP))
