"""A check to tick before approving: filled when ticked, with wrapping plain words beside it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from console.presenters.visible_text import marked
from console.theme.icons import paint_icon
from console.theme.mirroring import leading, upright
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP
from console.widgets.painting import box, focus_ring, painting


class CheckBox(QCheckBox):
    def __init__(self, theme: Theme, text: str, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setChecked(checked)
        theme.changed.connect(self._restyle)
        self.setText(text)

    def text(self) -> str:
        return self._words

    def setText(self, text: str) -> None:
        self._words = marked(text)
        self.setAccessibleName(self._words)
        self._restyle()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _wrapped(self, width: int) -> QRect:
        flags = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
        room = QRect(0, 0, max(40, width - self._theme.px(28)), 10_000)
        return self._theme.metrics("body").boundingRect(room, flags, self._words)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(self._theme.target, self._wrapped(width).height() + self._theme.px(6))

    def sizeHint(self) -> QSize:
        wide = self._theme.metrics("body").horizontalAdvance(self._words) + self._theme.px(32)
        return QSize(wide, self._theme.target)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self._theme.target)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px, on = self._theme, self._theme.px, self.isChecked()
        square = QRectF(px(4), px(4), px(16), px(16))  # clear of the ring of the focus
        with painting(self) as painter:
            if on:
                box(painter, square, px(RADIUS_CHIP), fill=theme.color("strong" if self.isEnabled() else "ctl"))
                paint_icon(painter, theme, "check", "onStrong", square.adjusted(px(2), px(2), -px(2), -px(2)))
            else:
                box(painter, square, px(RADIUS_CHIP), border=theme.color("ctl"), width=max(1.25, theme.border))
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text" if self.isEnabled() else "text3"))
            start = leading(Qt.AlignmentFlag.AlignLeft) if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
            with upright(painter, QRectF(px(28), px(4), self.width() - px(28), self.height())) as room:
                painter.drawText(room, int(Qt.TextFlag.TextWordWrap) | int(start), self._words)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(RADIUS_CHIP))
