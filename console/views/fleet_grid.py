"""The cards in a grid of up to four columns; arrows move, Enter opens."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy

from console.models.fleet_model import FleetModel
from console.theme.theme import Theme
from console.views.fleet_delegate import CARD_HEIGHT, GAP, CardDelegate
from runtime.projections.rows import FleetCard

NARROWEST, MOST_COLUMNS = 236, 4
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)


class FleetGrid(QListView):
    """As high as its rows of cards; what has no room is scrolled to. ``opened`` when Enter or two clicks chose one."""

    opened = Signal()

    def __init__(self, theme: Theme, model: FleetModel) -> None:
        super().__init__()
        self._theme, self._cards = theme, model
        self.delegate = CardDelegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self.delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Agents"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.doubleClicked.connect(self.opened)
        model.rowsInserted.connect(self._fit)
        model.rowsRemoved.connect(self._fit)
        theme.changed.connect(self._fit)
        self._fit()

    def keyboardSearch(self, search: str) -> None:
        """Letters are gestures here."""

    def columns(self) -> int:
        """How many cards stand beside each other."""
        return max(1, min(MOST_COLUMNS, self.width() // self._theme.px(NARROWEST + GAP)))

    def chosen(self) -> FleetCard | None:
        """The card that has the selection."""
        index = self.currentIndex()
        return self._cards.card(index.row()) if index.isValid() and index.row() < self._cards.rowCount() else None

    def choose(self, place: int) -> None:
        """Select the card of a place."""
        if 0 <= place < self._cards.rowCount():
            self.setCurrentIndex(self._cards.index(place))

    def move_by(self, key: int) -> None:
        """Arrows, in the order that is read."""
        here, count = self.currentIndex().row(), self._cards.rowCount()
        if here < 0:
            self.choose(0)
            return
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self.columns(), Qt.Key.Key_Down: self.columns(),
            Qt.Key.Key_Home: -here, Qt.Key.Key_End: count - 1 - here,
        }  # fmt: skip
        to = here + steps[Qt.Key(key)]
        if key == Qt.Key.Key_Down and to >= count and here // self.columns() < (count - 1) // self.columns():
            to = count - 1  # the last row is shorter
        self.choose(to)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROWS:
            self.move_by(event.key())
            event.accept()
            return
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def set_stale(self, stale: bool) -> None:
        """Grey values."""
        self.delegate.stale = stale
        self.viewport().update()

    def _fit(self) -> None:
        px = self._theme.px
        columns = self.columns()
        rows = -(-max(1, self._cards.rowCount()) // columns)
        tall = px(CARD_HEIGHT + GAP)
        self.setMaximumHeight(rows * tall + 4)
        self.setMinimumHeight(min(rows, 1) * tall + 4)
        # Qt keeps room for a scroll bar that may come: either there is one or there never is
        bar = (
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if self.height() >= rows * tall
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )
        if self.verticalScrollBarPolicy() != bar:
            self.setVerticalScrollBarPolicy(bar)
        # one pixel less, or the last column would wrap
        cell = QSize((self.viewport().width() - 1) // columns, tall)
        if cell != self.delegate.cell and cell.width() > 0:
            self.delegate.cell = cell
            self.setGridSize(cell)
