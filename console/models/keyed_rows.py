"""A list model whose rows have keys: it becomes another list with as few row changes as the order allows."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Row = TypeVar("Row")


class KeyedRows(QAbstractListModel, Generic[Row]):
    """Subclasses say what the key of a row is, what it is called and what a screen reader says of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def key_of(self, row: Row) -> str:
        """What makes a row the same one after a change."""
        raise NotImplementedError

    def title_of(self, row: Row) -> str:
        """The row in a few words."""
        raise NotImplementedError

    def said_of(self, row: Row) -> str:
        """The row as a full sentence."""
        raise NotImplementedError

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title_of(self.rows[index.row()])
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self.said_of(self.rows[index.row()])
        return None

    def place_of(self, key: str) -> int:
        """Where a row stands, or -1."""
        return next((at for at, row in enumerate(self.rows) if self.key_of(row) == key), -1)

    def keys(self) -> list[str]:
        """From top to bottom."""
        return [self.key_of(row) for row in self.rows]

    def show_rows(self, wanted: Sequence[Row]) -> None:
        """Become ``wanted``; rows that stay keep their selection."""
        keys = [self.key_of(row) for row in wanted]
        self._drop_all_but(set(keys))
        place = 0
        while place < len(wanted):
            if place < len(self.rows) and self.key_of(self.rows[place]) == keys[place]:
                self.put(place, wanted[place])
                place += 1
                continue
            old = self.place_of(keys[place])
            if old >= 0:
                self.beginMoveRows(ROOT, old, old, ROOT, place)
                self.rows.insert(place, self.rows.pop(old))
                self.endMoveRows()
                continue
            place += self._insert_run(place, wanted, keys)

    def put(self, place: int, row: Row) -> None:
        """The row of a place is now this one."""
        if self.rows[place] != row:
            self.rows[place] = row
            self.dataChanged.emit(self.index(place), self.index(place))

    def append(self, rows: Sequence[Row]) -> None:
        """More rows below, in one change."""
        if rows:
            first = len(self.rows)
            self.beginInsertRows(ROOT, first, first + len(rows) - 1)
            self.rows.extend(rows)
            self.endInsertRows()

    def drop(self, first: int, last: int) -> None:
        """Take the rows of these places away."""
        if last >= first:
            self.beginRemoveRows(ROOT, first, last)
            del self.rows[first : last + 1]
            self.endRemoveRows()

    def _drop_all_but(self, keep: set[str]) -> None:
        last = len(self.rows) - 1
        while last >= 0:
            if self.key_of(self.rows[last]) in keep:
                last -= 1
                continue
            first = last
            while first > 0 and self.key_of(self.rows[first - 1]) not in keep:
                first -= 1
            self.drop(first, last)
            last = first - 1

    def _insert_run(self, place: int, wanted: Sequence[Row], keys: Sequence[str]) -> int:
        """New rows that stand together are inserted together."""
        here = set(self.keys())
        end = place + 1
        while end < len(wanted) and keys[end] not in here:
            end += 1
        self.beginInsertRows(ROOT, place, end - 1)
        self.rows[place:place] = wanted[place:end]
        self.endInsertRows()
        return end - place
