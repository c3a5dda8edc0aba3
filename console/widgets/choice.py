"""One of some words from a list that opens; painted like the text fields beside it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL
from console.widgets.painting import box, focus_ring, painting, words

FIELD_HEIGHT = 30
_LEAST = 120


class Choice(QComboBox):
    """The wheel scrolls the page and never chooses. ``wide`` (px at 100 %) where there is room; 0: all there is.

    What has longer words is as wide as they are, unless it stays as it ``stands``.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        wide: int = 360,
        height: int = FIELD_HEIGHT,
        stands: bool = False,
    ) -> None:
        super().__init__(parent)
        self._theme, self._wide, self._stands = theme, wide, stands
        self.setFixedHeight(theme.px(height))
        if wide:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        hint, px = super().sizeHint(), self._theme.px
        if not self._wide:
            return hint
        measure = self._theme.metrics("body").horizontalAdvance
        said = max((measure(self.itemText(at)) for at in range(self.count())), default=0) + px(10 + 30) + 2
        return QSize(px(self._wide) if self._stands else max(px(self._wide), said), hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(min(self._wide or _LEAST, _LEAST)), super().minimumSizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px, rect = self._theme, self._theme.px, QRectF(self.rect())
        with painting(self) as painter:
            edge = theme.color("ctl" if self.isEnabled() else "line2")
            box(painter, rect, px(RADIUS_CONTROL), fill=theme.color("raised"), border=edge, width=theme.border)
            room = rect.adjusted(px(10), 0, -px(30), 0)
            said = theme.cut("body", self.currentText(), room.width())
            words(painter, theme, room, said, "body", "text" if self.isEnabled() else "text3")
            side = px(16)
            where = QRectF(rect.right() - px(24), rect.center().y() - side / 2, side, side)
            paint_icon(painter, theme, "chevron-down", "text2", where)
            if self.hasFocus():
                focus_ring(painter, theme, rect, px(RADIUS_CONTROL))
