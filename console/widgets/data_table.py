"""A table of painted rows, 30 px high: one selection a row, no grid, letters are gestures and never search."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from console.presenters.visible_text import marked
from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import FOCUS_RING, TABLE_ROW, Token
from console.widgets.painting import LEFT, RIGHT, words
from console.widgets.plain_label import plain_tooltip

KEPT = 44
"""A column is not made narrower than this, at 100 %."""
_SQUEEZED = 0.85
"""Share of its widths below which a table leaves out what can be left out."""
_LEAST_WORDS = 150
"""A part in mono makes way where fewer pixels, at 100 %, are left for the words behind it."""
CELL = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """How one cell is drawn: an icon, a first part in mono, then the text."""

    text: str
    ink: Token = "text"
    role: Role = "body"
    icon: str = ""
    icon_ink: Token = "text2"
    mono: str = ""
    right: bool = False


class CellDelegate(QStyledItemDelegate):
    """Draws the `CELL` of an index; texts that were cut are kept."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.stale = False
        self._cut: dict[tuple[str, Role, int], str] = {}
        theme.changed.connect(self._cut.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(60), self._theme.px(TABLE_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(CELL)
        painter.save()
        mirror_row(painter, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, index)
        if isinstance(cell, Cell):
            self._paint_cell(painter, QRectF(option.rect), cell)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, rect = self._theme, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(rect, theme.color("accentBg"))
            if index.column() == 0:
                painter.fillRect(QRectF(rect.left(), rect.top(), theme.px(3), rect.height()), theme.color("accent"))
            table = option.widget
            if isinstance(table, QTableView) and table.hasFocus():
                for top in (rect.top(), rect.bottom() - FOCUS_RING):
                    painter.fillRect(QRectF(rect.left(), top, rect.width(), FOCUS_RING), theme.color("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("hover"))

    def _paint_cell(self, painter: QPainter, rect: QRectF, cell: Cell) -> None:
        theme, px = self._theme, self._theme.px
        left, room = rect.left() + px(8), rect.width() - px(16)
        ink: Token = "text3" if self.stale else cell.ink
        if cell.icon:
            side = px(16)
            place = QRectF(left, rect.center().y() - side / 2, side, side)
            paint_icon(painter, theme, cell.icon, "text3" if self.stale else cell.icon_ink, place)
            left, room = left + px(24), room - px(24)
        if cell.mono and not self._words_alone(cell, room):
            shown = self._fit(cell.mono, "mono", int(room))
            words(painter, theme, QRectF(left, rect.top(), room, rect.height()), shown, "mono", "text2")
            across = theme.metrics("mono").horizontalAdvance(shown) + px(8)
            left, room = left + across, room - across
        if room > px(12) and cell.text:
            shown = self._fit(cell.text, cell.role, int(room))
            where = QRectF(left, rect.top(), room, rect.height())
            words(painter, theme, where, shown, cell.role, ink, RIGHT if cell.right else LEFT)

    def _words_alone(self, cell: Cell, room: float) -> bool:
        """Whether both parts have no room and the words say more: the tool's name is then told by the tooltip."""
        if not cell.text:
            return False
        px, metrics = self._theme.px, self._theme.metrics
        left = room - metrics("mono").horizontalAdvance(cell.mono) - px(8)
        return left < min(px(_LEAST_WORDS), metrics(cell.role).horizontalAdvance(cell.text))

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """What was cut is told whole beside the pointer."""
        cell = index.data(CELL)
        whole = self.cut_text(cell, option.rect.width()) if isinstance(cell, Cell) else ""
        QToolTip.showText(event.globalPos(), plain_tooltip(whole), view)  # "" takes the last one away
        return True

    def cut_text(self, cell: Cell, width: int) -> str:
        """All that a cell says, where it does not fit into so many pixels; else nothing."""
        px, metrics = self._theme.px, self._theme.metrics
        needed = px(16) + (px(24) if cell.icon else 0)
        if cell.mono:
            needed += metrics("mono").horizontalAdvance(cell.mono) + (px(8) if cell.text else 0)
        if cell.text:
            needed += metrics(cell.role).horizontalAdvance(" ".join(marked(cell.text).split("\n")))
        return "  ".join(filter(None, (cell.mono, cell.text))) if needed > width else ""

    def _fit(self, text: str, role: Role, width: int) -> str:
        key = (text, role, width)
        if key not in self._cut:
            if len(self._cut) > 4_000:
                self._cut.clear()
            whole = " ".join(marked(text).split("\n"))
            self._cut[key] = self._theme.cut(role, whole, width)
        return self._cut[key]


class DataTable(QTableView):
    """Give it a model whose indexes answer `CELL`, and the widths at 100 %.

    The column `stretch` takes the room that is left. Where there is too little, columns of `spare` are left out, the
    first of them first; then wide ones give way, those of `firm` never: half a time says nothing. Only when each of
    the others is down to `KEPT` does the table scroll.
    """

    def __init__(
        self,
        theme: Theme,
        name: str,
        widths: tuple[int, ...],
        stretch: int,
        parent: QWidget | None = None,
        *,
        firm: tuple[int, ...] = (),
        spare: tuple[int, ...] = (),
    ) -> None:
        super().__init__(parent)
        self._theme, self._widths, self._stretch = theme, widths, stretch
        self._firm, self._spare = firm, spare
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setCornerButtonEnabled(False)
        self.viewport().setAutoFillBackground(False)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.delegate = CellDelegate(theme, self)
        self.setItemDelegate(self.delegate)
        theme.changed.connect(self._restyle)

    def setModel(self, model) -> None:  # type: ignore[no-untyped-def]  # the base class says the same
        super().setModel(model)
        self._restyle()

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are gestures."""

    def chosen_row(self) -> int:
        """The selected row, or -1."""
        rows = self.selectionModel().selectedRows() if self.selectionModel() is not None else []
        return rows[0].row() if rows else -1

    def choose_row(self, row: int) -> None:
        """Select a row as if by hand."""
        if 0 <= row < self.model().rowCount():
            self.selectRow(row)
            self.scrollTo(self.model().index(row, 0))

    def choose_none_from(self, row: int) -> None:
        """No row is chosen any more where it was this one or one below, which are about to leave."""
        if self.currentIndex().row() >= row:
            self.selectionModel().clear()

    def last_in_sight(self) -> int:
        """The lowest row that is seen, or -1 where there is room for more."""
        return self.rowAt(self.viewport().height() - 1)

    def fit_rows(self, least: int, most: int) -> None:
        """As high as its rows, within these bounds; above them it scrolls."""
        shown = min(max(self.model().rowCount(), least), most)
        self.setFixedHeight(self._theme.px(TABLE_ROW * shown + 34))

    def set_stale(self, stale: bool) -> None:
        """Grey texts."""
        self.delegate.stale = stale
        self.viewport().update()

    def _restyle(self) -> None:
        px, head = self._theme.px, self.horizontalHeader()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(px(TABLE_ROW))
        head.setFont(self._theme.font("meta_medium"))
        head.setMinimumSectionSize(px(32))
        head.setFixedHeight(px(32))
        if self.model() is None:
            return
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self.model() is None:
            return
        wanted = [self._theme.px(width) for width in self._widths]
        for column in self._spare:
            left_out = self.viewport().width() < _SQUEEZED * sum(wanted)
            self.setColumnHidden(column, left_out)
            wanted[column] = 0 if left_out else wanted[column]
        kept = [width if at in self._firm else self._theme.px(KEPT) for at, width in enumerate(wanted)]
        give = [max(0, width - least) for width, least in zip(wanted, kept, strict=True)]
        missing = sum(wanted) - self.viewport().width()
        room = sum(give)
        share = min(1.0, missing / room) if missing > 0 and room else 0.0
        wanted = [width - math.ceil(less * share) for width, less in zip(wanted, give, strict=True)]
        wanted[self._stretch] += max(0, self.viewport().width() - sum(wanted))
        for column, width in enumerate(wanted):
            if not self.isColumnHidden(column):
                self.setColumnWidth(column, width)
