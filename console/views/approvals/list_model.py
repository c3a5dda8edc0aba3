"""The approvals list as a Qt item model: group headers and asks, changed row by row so that nothing jumps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from console.presenters.ask_text import row_sentence
from console.presenters.queue_groups import SHELVED, AskGroup, sections
from console.presenters.wording import say
from runtime.domain.words import AskState
from runtime.projections.rows import AskRow

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Header:
    """A group: its name, how many, and what is wanted of a person."""

    name: str
    count: str
    aside: str

    @property
    def key(self) -> str:
        """Headers keep their row while they exist."""
        return f"header:{self.name}"


Item = Header | AskRow | AskGroup


def key_of(item: Item) -> str:
    """What makes an item the same one after a change."""
    return item.ask_id if isinstance(item, AskRow) else item.key


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is listed. ``tab``: all, mine or shelved; ``alone``: asks that stay lines of their own."""

    tab: str = "all"
    mine: str = ""
    flood: bool = False
    alone: frozenset[str] = frozenset()
    shelf_aside: str = ""


def grouped_items(asks: Sequence[AskRow], decided: Sequence[AskRow], wanted: Wanted = Wanted()) -> list[Item]:
    """Sections by urgency in the order given; what was decided is listed only when nothing waits."""
    items: list[Item] = []
    shown = [row for row in asks if wanted.tab != "mine" or row.holder == wanted.mine]
    for section in sections(shown, wanted.flood, wanted.alone, wanted.shelf_aside):
        on_the_shelf = section.name == say(SHELVED)
        if on_the_shelf != (wanted.tab == "shelved"):
            if on_the_shelf and wanted.tab == "all":
                items.append(Header(section.name, section.count, section.aside))
            continue
        items.extend((Header(section.name, section.count, section.aside), *section.entries))
    if not asks and decided and wanted.tab == "all":
        items.extend((Header(say("Decided"), str(len(decided)), say("newest first")), *decided))
    return items


class AskListModel(QAbstractListModel):
    """``item(row)`` for the delegate. Times are worked out when painted; ``tick`` repaints them."""

    def __init__(self, now: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._items: list[Item] = []

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def item(self, row: int) -> Item:
        """What stands there."""
        return self._items[row]

    def row_of(self, ask_id: str) -> int:
        """Where an ask stands, or -1."""
        return next((at for at, item in enumerate(self._items) if key_of(item) == ask_id), -1)

    def ask_ids(self) -> list[str]:
        """The asks and groups from top to bottom, by their keys."""
        return [key_of(item) for item in self._items if not isinstance(item, Header)]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._items[index.row()], Header):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.name if isinstance(item, Header) else item.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            if isinstance(item, Header):
                return f"{item.name}, {item.count}, {item.aside}"
            if isinstance(item, AskGroup):
                return f"{item.title}, {item.meta}, {row_sentence(item.first, self._now())}"
            return row_sentence(item, self._now())
        return None

    def show_items(self, wanted: Sequence[Item]) -> None:
        """Become ``wanted`` with as few row changes as the order allows."""
        keys = [key_of(item) for item in wanted]
        keep = set(keys)
        for row in range(len(self._items) - 1, -1, -1):
            if key_of(self._items[row]) not in keep:
                self._remove(row)
        for row, item in enumerate(wanted):
            if row < len(self._items) and key_of(self._items[row]) == keys[row]:
                self._put(row, item)
                continue
            old = next((at for at in range(row + 1, len(self._items)) if key_of(self._items[at]) == keys[row]), -1)
            if old >= 0:
                self.beginMoveRows(ROOT, old, old, ROOT, row)
                self._items.insert(row, self._items.pop(old))
                self.endMoveRows()
                self._put(row, item)
            else:
                self.beginInsertRows(ROOT, row, row)
                self._items.insert(row, item)
                self.endInsertRows()

    def tick(self) -> None:
        """A second has passed: waiting and time left are other ones."""
        if self._items:
            roles = [Qt.ItemDataRole.DisplayRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1), roles)

    def waits(self) -> int:
        """How many are not yet over."""
        return sum(isinstance(item, AskRow) and item.state is not AskState.CLOSED for item in self._items)

    def _remove(self, row: int) -> None:
        self.beginRemoveRows(ROOT, row, row)
        del self._items[row]
        self.endRemoveRows()

    def _put(self, row: int, item: Item) -> None:
        if self._items[row] != item:
            self._items[row] = item
            self.dataChanged.emit(self.index(row), self.index(row))
