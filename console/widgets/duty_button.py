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
    """Shows ``on_duty`` in words; pressing it asks for the other one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.on_duty: bool | None = None
        """None = nobody is at this seat."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(self.tr("Duty"))
        theme.changed.connect(self._restyle)

    def show_duty(self, text: str, *, on_duty: bool | None) -> None:
        """The state, its words, and what a press does."""
        self.on_duty = on_duty
        self.setText(text)
        said = self.tr("{duty}. Press to go off duty.") if on_duty else self.tr("{duty}. Press to go on duty.")
        whole = self.tr("Duty") if on_duty is None else said.format(duty=text)
        self.setAccessibleName(whole)
        self.setToolTip(plain_tooltip(whole))
        self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.target)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(40), self._theme.target)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        ink: Token = "text" if self.underMouse() or self.isDown() else "text2"
        cut = theme.cut("meta", self.text(), self.width())
        with painting(self) as painter:
            words(painter, theme, QRectF(self.rect()), cut, "meta", ink)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), theme.px(RADIUS_CHIP))

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
