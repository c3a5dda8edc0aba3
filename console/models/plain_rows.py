"""A small table for settings: rows with a key and painted cells; it changes in place, so that the selection stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from console.widgets.data_table import CELL, Cell, Index
from console.widgets.plain_label import plain_tooltip

ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class PlainRow:
    """``key`` says which thing it is."""

    key: str
    cells: tuple[Cell, ...]


class PlainRows(QAbstractTableModel):
    """Holds at most some hundred rows."""

    def __init__(self, titles: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self.rows: list[PlainRow] = []

    def show_rows(self, rows: Sequence[PlainRow]) -> None:
        """Become these rows."""
        common = min(len(rows), len(self.rows))
        for at in range(common):
            if self.rows[at] != rows[at]:
                self.rows[at] = rows[at]
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(self._titles) - 1))
        if len(rows) < len(self.rows):
            self.beginRemoveRows(ROOT, len(rows), len(self.rows) - 1)
            del self.rows[len(rows) :]
            self.endRemoveRows()
        elif len(rows) > len(self.rows):
            self.beginInsertRows(ROOT, len(self.rows), len(rows) - 1)
            self.rows.extend(rows[common:])
            self.endInsertRows()

    def key_at(self, row: int) -> str:
        """The key of a row, or nothing."""
        return self.rows[row].key if 0 <= row < len(self.rows) else ""

    def row_of(self, key: str) -> int:
        """Where a key stands, or -1."""
        return next((at for at, row in enumerate(self.rows) if row.key == key), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._titles[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cells = self.rows[index.row()].cells
        cell = cells[index.column()]
        if role == CELL:
            return cell
        text = " ".join(filter(None, (cell.mono, cell.text)))
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if index.column():
                return text or self.tr("none")
            told = (" ".join(filter(None, (one.mono, one.text))) or self.tr("none") for one in cells)
            return ", ".join(f"{title} {value}" for title, value in zip(self._titles, told, strict=True))
        return None
