"""Short facts in a small box, and filters that can be taken away."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from console.presenters.visible_text import marked
from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP, TARGET_MIN
from console.widgets.painting import GROUND, INK, LEFT, PaintedLabel, Tone, box, focus_ring, painting, words


class Chip(PaintedLabel):
    """A word or two with a tone, such as "tier 2" or "reversible"."""

    def __init__(
        self, theme: Theme, text: str, tone: Tone = "neutral", icon: str | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "", parent)
        self._tone, self._icon = tone, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._words = marked(text)
        self.setAccessibleName(self._words)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._words

    def set_tone(self, tone: Tone) -> None:
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        wide = self._theme.metrics("meta_medium").horizontalAdvance(self._words) + 2 * px(7) + 1
        return QSize(wide + (px(18) if self._icon else 0), px(22))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        ink = INK[self._tone]
        with painting(self) as painter:
            box(
                painter,
                self.rect(),
                px(RADIUS_CHIP),
                fill=theme.color(GROUND[self._tone]),
                border=theme.color("line2" if self._tone == "neutral" else ink),
                width=theme.border,
            )
            left = px(7)
            if self._icon:
                paint_icon(painter, theme, self._icon, ink, QRectF(left, (self.height() - px(14)) / 2, px(14), px(14)))
                left += px(18)
            words(
                painter,
                theme,
                QRectF(left, 0, self.width() - left, self.height()),
                self._words,
                "meta_medium",
                "text" if self._tone == "neutral" else ink,
                LEFT,
            )


class FilterChip(QPushButton):
    """A filter in force; click, Space, Enter, Backspace or Delete takes it away and emits `removed`."""

    removed = Signal()

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words = theme, marked(text)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Filter {filter}").format(filter=self._words))
        self.setAccessibleDescription(self.tr("Press to take it away"))
        self.clicked.connect(self.removed)
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        return self._words

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        taking = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
        if event.key() in taking and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(self._theme.metrics("meta_medium").horizontalAdvance(self._words) + px(32), px(TARGET_MIN))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        with painting(self) as painter:
            box(
                painter,
                self.rect(),
                px(RADIUS_CHIP),
                fill=theme.color("sunken"),
                border=theme.color("line2"),
                width=theme.border,
            )
            words(painter, theme, self.rect().adjusted(px(8), 0, 0, 0), self._words, "meta_medium", "text")
            side = px(12)
            paint_icon(
                painter,
                theme,
                "x",
                "text2",
                QRectF(self.width() - side - px(6), (self.height() - side) / 2, side, side),
            )
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(RADIUS_CHIP))
