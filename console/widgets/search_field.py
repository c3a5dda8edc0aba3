"""A field to search or filter: glass before the text, its key behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.widgets.keycap import keycap_width, paint_keycap
from console.widgets.painting import painting


class SearchField(QLineEdit):
    """`submitted` on Enter; Esc first empties the field, then emits `left`."""

    submitted = Signal(str)
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        placeholder: str,
        key_hint: str | None = None,
        height: int = 36,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._key_hint, self._tall = theme, key_hint, height
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.returnPressed.connect(self._submit)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _submit(self) -> None:
        self.submitted.emit(self.text())

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFont(self._theme.font("body"))
        behind = keycap_width(self._theme, self._key_hint) + px(4) if self._key_hint else 0
        self.setTextMargins(*((behind, 0, px(24), 0) if self.isRightToLeft() else (px(24), 0, behind, 0)))
        self.setFixedHeight(px(self._tall))
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._restyle()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(260), self._theme.px(self._tall))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.left.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, px = self._theme, self._theme.px
        with painting(self) as painter:
            side = px(16)
            paint_icon(painter, theme, "search", "text2", QRectF(px(10), (self.height() - side) / 2, side, side))
            if self._key_hint and not self.hasFocus():
                wide = keycap_width(theme, self._key_hint)
                paint_keycap(painter, theme, self.width() - wide - px(8), self.height() / 2, self._key_hint)
