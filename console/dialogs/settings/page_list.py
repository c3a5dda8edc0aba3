"""The list of pages at the left of the settings: a model of titles, and how a title is painted."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL
from console.widgets.data_table import Index
from console.widgets.painting import box, focus_ring, words
from console.widgets.plain_label import plain_tooltip

ICON = int(Qt.ItemDataRole.UserRole) + 2
BESIDE_TITLE = 38 + 8
"""Pixels at 100 % that a line takes beside its title."""
ROOT = QModelIndex()


class PageList(QAbstractListModel):
    """(key, title, icon) of each page."""

    def __init__(self, pages: Sequence[tuple[str, str, str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages = tuple(pages)

    def key_at(self, row: int) -> str:
        """The key of a page."""
        return self._pages[row][0]

    def row_of(self, key: str) -> int:
        """Where a page stands."""
        return next((at for at, page in enumerate(self._pages) if page[0] == key), 0)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._pages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._pages[index.row()][1]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._pages[index.row()][1])
        return self._pages[index.row()][2] if role == ICON else None


class PageDelegate(QStyledItemDelegate):
    """As in the rail of the window."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, px, rect = self._theme, self._theme.px, QRectF(option.rect).adjusted(0, 1, 0, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        mirror_row(painter, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            box(painter, rect, px(RADIUS_CONTROL), fill=theme.color("raised" if chosen else "hover"))
        side = px(16)
        place = QRectF(rect.left() + px(12), rect.center().y() - side / 2, side, side)
        paint_icon(painter, theme, str(index.data(ICON)), "text" if chosen else "text2", place)
        role: Role = "body_strong" if chosen else "body_medium"
        room = rect.adjusted(px(38), 0, -px(8), 0)
        said = theme.cut(role, str(index.data()), room.width())
        words(painter, theme, room, said, role, "text" if chosen else "text2")
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, theme, rect, px(RADIUS_CONTROL))
        painter.restore()
