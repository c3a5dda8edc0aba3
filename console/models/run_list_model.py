"""The runs as a Qt item model: newest first, pages of 200 fetched as the person scrolls."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal

from console.models.keyed_rows import ROOT, Index, KeyedRows
from console.presenters.run_text import row_sentence
from console.widgets.plain_label import plain_tooltip
from runtime.projections.rows import RunRow

PAGE = 200
MOST_KEPT = 5 * PAGE
"""Runs that slid down as newer ones came stay in the list up to here, and are read again when somebody scrolls."""


class RunListModel(KeyedRows[RunRow]):
    """``page_wanted`` when the end of what is loaded came into sight."""

    page_wanted = Signal()

    def __init__(self, now: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.has_more = False
        self.fetching = False
        self._room = MOST_KEPT

    def key_of(self, row: RunRow) -> str:
        return row.run_id

    def title_of(self, row: RunRow) -> str:
        return row.title

    def said_of(self, row: RunRow) -> str:
        return row_sentence(row, self._now())

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            row = self.rows[index.row()]
            return plain_tooltip("\n".join(part for part in (row.title, row.summary) if part))
        return super().data(index, role)

    def show_first(self, page: Sequence[RunRow]) -> None:
        """The newest page; what was loaded below it stays."""
        self.fetching = False
        if len(page) < PAGE:
            self.has_more = False
            self.show_rows(page)
            return
        there = {row.run_id for row in page}
        last = (page[-1].started_at, page[-1].run_id)
        below = [row for row in self.rows if row.run_id not in there and (row.started_at, row.run_id) < last]
        kept = [*page, *below][: self._room]
        self.has_more = self.has_more or not below or len(kept) < len(page) + len(below)
        self.show_rows(kept)

    def show_next(self, page: Sequence[RunRow]) -> None:
        """The page after the last row."""
        self.fetching = False
        self.has_more = len(page) >= PAGE
        there = set(self.keys())
        self.append([row for row in page if row.run_id not in there])
        self._room = max(self._room, len(self.rows) + PAGE)  # nobody loses what they scrolled to

    def start_anew(self) -> None:
        """Another filter: the next first page takes the place of everything."""
        self.has_more = False
        self._room = MOST_KEPT
        self.drop(0, len(self.rows) - 1)

    def update(self, row: RunRow) -> None:
        """A run below the first page is another one now."""
        place = self.place_of(row.run_id)
        if place >= 0:
            self.put(place, row)

    def last_key(self) -> tuple[int, str] | None:
        """Where the next page begins."""
        return (self.rows[-1].started_at, self.rows[-1].run_id) if self.rows else None

    def canFetchMore(self, parent: Index = ROOT) -> bool:
        return self.has_more and not self.fetching and not parent.isValid()

    def fetchMore(self, parent: Index = ROOT) -> None:
        if self.canFetchMore(parent):
            self.fetching = True
            self.page_wanted.emit()
