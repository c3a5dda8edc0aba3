"""The points of a picture as an item model, so that a screen reader meets them as the lines of a list."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from console.presenters.pictures.picture import Spot

Index = QModelIndex
ROOT = QModelIndex()


class SpotsModel(QAbstractListModel):
    """Points change in place and come and go at the end: the one that is pointed at stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spots: list[Spot] = []

    def show_spots(self, spots: Sequence[Spot]) -> None:
        """Become these points."""
        common = min(len(spots), len(self.spots))
        changed = [at for at in range(common) if self.spots[at] != spots[at]]
        self.spots[:common] = spots[:common]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))
        if len(spots) < len(self.spots):
            self.beginRemoveRows(ROOT, len(spots), len(self.spots) - 1)
            del self.spots[len(spots) :]
            self.endRemoveRows()
        elif len(spots) > len(self.spots):
            self.beginInsertRows(ROOT, len(self.spots), len(spots) - 1)
            self.spots.extend(spots[common:])
            self.endInsertRows()

    def rowCount(self, parent: object = ROOT) -> int:
        return 0 if isinstance(parent, QModelIndex) and parent.isValid() else len(self.spots)

    def data(self, index: object, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not isinstance(index, QModelIndex) or not index.isValid() or index.row() >= len(self.spots):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.spots[index.row()].said
        return None
