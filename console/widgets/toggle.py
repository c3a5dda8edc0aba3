"""A switch: on to the right in accent, off to the left in grey; read aloud as a check box."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import RIGHT, box, focus_ring, painting


class Toggle(QCheckBox):
    """The label stands before the switch, as in "Follow live"."""

    def __init__(self, theme: Theme, text: str, checked: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, text
        self.setAccessibleName(text)
        self.setChecked(checked)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        return self._words

    def setText(self, text: str) -> None:
        self._words = text
        self.setAccessibleName(text)
        self._restyle()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        label = self._theme.metrics("body").horizontalAdvance(self._words) + px(8) + 2 if self._words else 0
        return QSize(label + px(28) + px(4) + (0 if self._words else px(4)), self._theme.target)

    def minimumSizeHint(self) -> QSize:
        """As wide as its longest word: the words go on in the next line where there is no room."""
        longest = max(map(self._theme.metrics("body").horizontalAdvance, self._words.split()), default=0)
        return QSize(min(self.sizeHint().width(), longest + self._beside()), self._theme.target)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(1, width - self._beside()), 10_000)
        lines = self._theme.metrics("body").boundingRect(room, int(Qt.TextFlag.TextWordWrap), self._words)
        return max(self._theme.target, lines.height())

    def _beside(self) -> int:
        """Pixels of the switch and of the gap before it."""
        px = self._theme.px
        return px(8) + px(28) + px(4)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px, on = self._theme, self._theme.px, self.isChecked()
        off: Token = "text3"
        track = QRectF(self.width() - px(4) - px(28), (self.height() - px(16)) / 2, px(28), px(16))
        with painting(self) as painter:
            label = QRectF(0, 0, track.left() - px(8), self.height())
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text2" if self.isEnabled() else off))
            painter.drawText(label, int(RIGHT) | int(Qt.TextFlag.TextWordWrap), self._words)
            fill = theme.color("accent") if on else theme.color("sunken")
            edge = theme.color("accent" if on else "ctl")
            box(painter, track, px(8), fill=fill if self.isEnabled() else None, border=edge, width=theme.border)
            knob = QRectF(track.right() - px(13) if on else track.left() + px(3), track.top() + px(3), px(10), px(10))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(("bg" if on else "text2") if self.isEnabled() else off))
            painter.drawEllipse(knob)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(6))
