"""The left pane of Approvals: title, flood banner, the list. The selection moves only by a person's hand."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QVBoxLayout

from console.context import ConsoleContext
from console.theme.theme import Theme
from console.views.approvals.list_delegate import AskDelegate
from console.views.approvals.list_model import AskListModel, grouped_items
from console.views.ground import Ground
from console.widgets.banner import Banner
from console.widgets.plain_label import PlainLabel
from runtime.domain.words import AskState
from runtime.projections.rows import AskRow

FLOOD_FROM, FLOOD_BELOW = 10, 5
_ANNOUNCE_EVERY_S = 10.0


class AskList(QListView):
    """No search by typing: letters are gestures here."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(theme.px(24))

    def keyboardSearch(self, search: str) -> None:
        """Nothing."""


class ListPane(Ground):
    """``chosen(ask_id)`` when a person chose another ask."""

    chosen = Signal(str)

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context.theme, "surface")
        theme, px = context.theme, context.theme.px
        self._context = context
        self.model = AskListModel(context.now, self)
        self.list = AskList(theme)
        self.list.setModel(self.model)
        self.list.setAccessibleName(self.tr("Requests that wait for you"))
        self.delegate = AskDelegate(theme, self.model, context.now, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self._count = PlainLabel(theme, "", "meta", "text2", wrap=False)
        self.flood = Banner(theme, "warn", "", "", stacked=True)
        self.flood.hide()
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(15), px(16), px(4))
        head.addWidget(PlainLabel(theme, self.tr("Approvals"), "title", wrap=False))
        head.addStretch(1)
        head.addWidget(self._count)
        flood_row = QHBoxLayout()
        flood_row.setContentsMargins(px(12), 0, px(12), 0)
        flood_row.addWidget(self.flood)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(head)
        column.addLayout(flood_row)
        column.addWidget(self.list, 1)
        self.setMinimumWidth(px(280))
        self.selected = ""
        self._row = 0
        self._quiet = False
        self._known: set[str] | None = None
        self._announced = 0.0
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self.model.tick)
        self._tick.start()

    def show_rows(self, asks: list[AskRow], decided: list[AskRow]) -> None:
        """Become what is true now; the chosen ask stays chosen wherever it stands."""
        self._quiet = True
        try:
            self.model.show_items(grouped_items(asks, decided))
            self._restore()
        finally:
            self._quiet = False
        waiting = sum(row.state is AskState.WAITING for row in asks)
        self._count.setText(self.tr("{count} waiting").format(count=waiting))
        self._announce(asks)

    def show_rate(self, per_10_min: int) -> None:
        """The flood banner, from 10 asks in 10 minutes until they are below 5 again."""
        if per_10_min >= FLOOD_FROM or (self.flood.isVisibleTo(self) and per_10_min >= FLOOD_BELOW):
            headline = self.tr("{count} asks in 10 minutes").format(count=per_10_min)
            text = self.tr("The target is 5 or fewer. Pausing an agent stops its new asks; urgent ones stay on top.")
            self.flood.set_message(headline, text)
            self.flood.show()
        else:
            self.flood.hide()

    def select(self, ask_id: str) -> None:
        """Choose one, as if by hand."""
        row = self.model.row_of(ask_id)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    def step(self, by: int) -> None:
        """The next or previous ask; from an ask that has left the list, the one that took its place."""
        ids = self.model.ask_ids()
        if not ids:
            return
        if self.selected in ids:
            at = min(max(0, ids.index(self.selected) + by), len(ids) - 1)
        else:
            before = [ask_id for ask_id in ids if self.model.row_of(ask_id) < self._row]
            at = min(len(before), len(ids) - 1) if by > 0 else max(0, len(before) - 1)
        self.select(ids[at])

    def set_stale(self, stale: bool) -> None:
        """Grey titles."""
        self.delegate.stale = stale
        self.list.viewport().update()

    def _restore(self) -> None:
        row = self.model.row_of(self.selected)
        selection = self.list.selectionModel()
        if row < 0:
            selection.clear()
            return
        self._row = row
        if selection.currentIndex().row() != row or not selection.isSelected(self.model.index(row)):
            selection.setCurrentIndex(self.model.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if self._quiet or not current.isValid():
            return
        item = self.model.item(current.row())
        if isinstance(item, AskRow) and item.ask_id != self.selected:
            self.selected, self._row = item.ask_id, current.row()
            self.chosen.emit(item.ask_id)

    def _announce(self, asks: list[AskRow]) -> None:
        """New urgent asks are said aloud, at most once in 10 s; what was there at the start is not new."""
        known, self._known = self._known, {row.ask_id for row in asks}
        if known is None:
            return
        new = [row for row in asks if row.ask_id not in known and row.state is AskState.WAITING and row.priority < 3]
        now = self._context.monotonic()
        if not new or now - self._announced < _ANNOUNCE_EVERY_S:
            return
        self._announced = now
        first = min(new, key=lambda row: row.priority)
        said = self.tr("New request, priority {priority}: {title}").format(priority=first.priority, title=first.title)
        event = QAccessibleAnnouncementEvent(self.list, said)
        polite = QAccessible.AnnouncementPoliteness
        event.setPoliteness(polite.Assertive if first.priority == 1 else polite.Polite)
        QAccessible.updateAccessibility(event)
