"""The audit table as an item model: newest first, older pages at the end, new entries on top without a reset."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from console.presenters.audit_text import AMBER, STRONG, AuditCells, audit_cells
from console.theme.fonts import Role
from console.theme.tokens import Token
from console.widgets.data_table import CELL, Cell, Index
from console.widgets.plain_label import plain_tooltip
from runtime.projections.rows import AuditRow

SEQ, TIME, WHO, EVENT, WHAT, DECIDED, COST = range(7)
WIDTHS = (82, 98, 124, 194, 206, 112, 62)
ROOT = QModelIndex()
_CACHE_MAX = 4_000
MOST_KEPT = 1_000
"""Entries that slid down as newer ones came stay up to here, and are read again when somebody scrolls there."""


class AuditRowsModel(QAbstractTableModel):
    """``more_wanted`` when a person scrolled to the end of what is there."""

    more_wanted = Signal()

    def __init__(self, now: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.rows: list[AuditRow] = []
        self._complete, self._asked = True, False
        self._room = MOST_KEPT
        self._names: Mapping[str, str] = {}
        self._cells: dict[tuple[int, int], AuditCells] = {}

    # -- what it holds -------------------------------------------------------------------------------------------
    def show_page(self, rows: Sequence[AuditRow], complete: bool) -> None:
        """Another filter: these are its newest entries."""
        self.beginResetModel()
        self.rows = list(rows)
        self._complete, self._asked = complete, False
        self._room = MOST_KEPT
        self.endResetModel()

    def add_older(self, rows: Sequence[AuditRow], complete: bool) -> None:
        """The next page, below."""
        self._complete, self._asked = complete, False
        known = self.rows[-1].seq if self.rows else 0
        older = [row for row in rows if not known or row.seq < known]
        if older:
            self.beginInsertRows(ROOT, len(self.rows), len(self.rows) + len(older) - 1)
            self.rows.extend(older)
            self.endInsertRows()
            self._room = max(self._room, len(self.rows))  # nobody loses what they scrolled to

    def add_newer(self, rows: Sequence[AuditRow]) -> int:
        """What was recorded since, on top; answers how many were new."""
        newest = self.rows[0].seq if self.rows else 0
        newer = [row for row in rows if row.seq > newest]
        if newer:
            self.beginInsertRows(ROOT, 0, len(newer) - 1)
            self.rows[:0] = newer
            self.endInsertRows()
        return len(newer)

    def room(self, in_sight: int) -> int:
        """How many entries stay where the row ``in_sight`` is the last one that somebody sees."""
        return max(self._room, in_sight + 1)

    def let_go(self, room: int) -> None:
        """Those beyond so many leave the list; while a page is being read they stay, or a gap would come to be."""
        if len(self.rows) > room and not self._asked:
            self.beginRemoveRows(ROOT, room, len(self.rows) - 1)
            del self.rows[room:]
            self._complete = False
            self.endRemoveRows()

    def set_names(self, names: Mapping[str, str]) -> None:
        """People's names by id."""
        if names != self._names:
            self._names = dict(names)
            self._cells.clear()
            if self.rows:
                self.dataChanged.emit(self.index(0, WHO), self.index(len(self.rows) - 1, DECIDED))

    @property
    def newest(self) -> int:
        """The seq on top; 0 = empty."""
        return self.rows[0].seq if self.rows else 0

    @property
    def oldest(self) -> int:
        """The seq at the end; 0 = empty."""
        return self.rows[-1].seq if self.rows else 0

    def row_of(self, seq: int) -> int:
        """Where an entry stands, or -1."""
        low, high = 0, len(self.rows)
        while low < high:
            middle = (low + high) // 2
            if self.rows[middle].seq > seq:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self.rows) and self.rows[low].seq == seq else -1

    # -- Qt ------------------------------------------------------------------------------------------------------
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(WIDTHS)

    def canFetchMore(self, parent: Index = ROOT) -> bool:
        return not parent.isValid() and not self._complete and not self._asked

    def fetchMore(self, parent: Index = ROOT) -> None:
        if self.canFetchMore(parent):
            self._asked = True
            self.more_wanted.emit()

    def page_failed(self) -> None:
        """The page did not come; scrolling asks again."""
        self._asked = False

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            titles = (
                self.tr("Seq"),
                self.tr("Time"),
                self.tr("Agent or person"),
                self.tr("Event"),
                self.tr("What"),
                self.tr("Decided by"),
                self.tr("Cost $"),
            )
            return titles[section] if role == Qt.ItemDataRole.DisplayRole else plain_tooltip(titles[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (SEQ, COST):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == CELL:
            return self._cell(row, index.column())
        cells = self._cells_of(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(cells)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return cells.sentence if index.column() == 0 else self._texts(cells)[index.column()] or self.tr("none")
        return None

    def _texts(self, cells: AuditCells) -> tuple[str, ...]:
        what = " ".join(filter(None, (cells.tool, cells.what)))
        return cells.seq, cells.time, cells.who, cells.event, what, cells.decided_by, cells.cost

    def _cells_of(self, row: AuditRow) -> AuditCells:
        now = self._now()
        key = (row.seq, now // 3_600_000_000)  # what is "today" changes at most once an hour
        found = self._cells.get(key)
        if found is None:
            if len(self._cells) > _CACHE_MAX:
                self._cells.clear()
            found = self._cells[key] = audit_cells(row, now, self._names)
        return found

    def _cell(self, row: AuditRow, column: int) -> Cell:
        cells = self._cells_of(row)
        if column == EVENT:
            amber = row.mark in AMBER
            icon_ink: Token = "warn" if amber else "accent" if row.mark == "ask" else "text2"
            role: Role = "body_strong" if row.mark in STRONG else "body_medium"
            return Cell(cells.event, "warn" if amber else "text", role, cells.icon, icon_ink)
        if column == WHAT:
            return Cell(cells.what, "text2", "body", mono=cells.tool)
        if column == SEQ:
            return Cell(cells.seq, "text2", right=True)
        if column == COST:
            return Cell(cells.cost, "text2", right=True)
        if column == DECIDED:
            return Cell(cells.decided_by, "text2")
        return Cell(cells.time if column == TIME else cells.who, role="body_medium" if column == TIME else "body")
