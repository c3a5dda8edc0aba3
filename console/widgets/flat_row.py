"""One line of text in a list of Qt's own: flat ground, the chosen one as in the tables."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import FOCUS_RING
from console.widgets.painting import words

Index = QModelIndex | QPersistentModelIndex


class FlatRow(QStyledItemDelegate):
    """Fusion would paint the chosen row with a gradient."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme, self._view = theme, view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = self._theme, QRectF(option.rect)
        painter.save()
        mirror_row(painter, option)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("accentBg"))
            painter.fillRect(QRectF(rect.left(), rect.top(), theme.px(3), rect.height()), theme.color("accent"))
            if self._view.hasFocus():
                for top in (rect.top(), rect.bottom() - FOCUS_RING):
                    painter.fillRect(QRectF(rect.left(), top, rect.width(), FOCUS_RING), theme.color("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))
        room = rect.adjusted(theme.px(12), 0, -theme.px(8), 0)
        said = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        shown = theme.cut("body", said, room.width())
        words(painter, theme, room, shown, "body", "text")
        painter.restore()
