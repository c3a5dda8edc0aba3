"""Who is on duty, at the foot of the rail: words that can be pressed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP, Token
from console.widgets.painting import focus_ring, painting, words
from console.widgets.plain_label import plain_tooltip


class DutyButton(QAbstractButton):
    """Its text says the state; pressing it asks for the other one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(self.tr("Duty"))
        theme.changed.connect(self._restyle)

    def show_duty(self, text: str, *, on_duty: bool) -> None:
        """The state in words, and what a press does."""
        self.setText(text)
        turn = self.tr("go off duty") if on_duty else self.tr("go on duty")
        self.setAccessibleName(f"{text}: {turn}")
        self.setToolTip(plain_tooltip(f"{text}. {turn[:1].upper()}{turn[1:]}"))
        self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(40), self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        ink: Token = "text" if self.underMouse() or self.isDown() else "text2"
        cut = theme.metrics("meta").elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        with painting(self) as painter:
            words(painter, theme, QRectF(self.rect()), cut, "meta", ink)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), theme.px(RADIUS_CHIP))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
