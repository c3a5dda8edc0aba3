"""The left pane of Approvals: title, flood banner, the list. The selection moves only by a person's hand."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QVBoxLayout

from console.context import ConsoleContext
from console.presenters.health_text import pace_hint
from console.presenters.queue_groups import AskGroup
from console.presenters.times import clock_time
from console.theme.theme import Theme
from console.theme.tokens import LIST_LEAST
from console.views.approvals.list_delegate import AskDelegate
from console.views.approvals.list_model import AskListModel, Header, Wanted, grouped_items, key_of
from console.views.ground import Ground
from console.widgets.banner import Banner
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from runtime.domain.words import AskState
from runtime.projections.rows import AskRow, QueueState

ALL, MINE, SHELF = "all", "mine", "shelved"
OVER_SHOWN = 15 * 60_000_000
"""So long the sum of a flood that is over stays."""


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
        choices = ((ALL, self.tr("All")), (MINE, self.tr("Mine")), (SHELF, self.tr("Shelved")))
        self.tabs = Segmented(theme, choices, self.tr("Which requests"), ALL)
        self.tabs.chosen.connect(lambda _key: self._arrange())
        tab_row = QHBoxLayout()
        tab_row.setContentsMargins(px(12), 0, px(12), 0)
        tab_row.addWidget(self.tabs)
        tab_row.addStretch(1)
        self.hint = PlainLabel(theme, "", "meta", "text2")
        self.hint.setContentsMargins(px(16), px(6), px(16), px(8))
        self.hint.hide()
        flood_row = QHBoxLayout()
        flood_row.setContentsMargins(px(12), 0, px(12), 0)
        flood_row.addWidget(self.flood)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(head)
        column.addLayout(tab_row)
        column.addLayout(flood_row)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        self.setMinimumWidth(px(LIST_LEAST))
        self.selected = ""
        self.pulled_out: set[str] = set()
        self._asks: list[AskRow] = []
        self._decided: list[AskRow] = []
        self._state: QueueState | None = None
        self._row = 0
        self._quiet = False
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self.model.tick)
        self._tick.start()

    def show_rows(self, asks: list[AskRow], decided: list[AskRow], state: QueueState) -> None:
        """Become what is true now; the chosen ask stays chosen wherever it stands."""
        self._asks, self._decided, self._state = asks, decided, state
        self._arrange()
        self._show_flood(state)
        hint = pace_hint(state)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        waiting = [row for row in asks if row.state is AskState.WAITING]
        self._count.setText(self.tr("{count} waiting").format(count=len(waiting)))
        mine = sum(row.holder == self._context.operator() and not row.shelved_until for row in asks)
        shelved = sum(bool(row.shelved_until) for row in asks)
        counts = ((ALL, self.tr("All"), len(asks)), (MINE, self.tr("Mine"), mine), (SHELF, self.tr("Shelved"), shelved))
        self.tabs.set_choices([(key, f"{words} {count}") for key, words, count in counts])

    def _arrange(self) -> None:
        """The list as the chosen tab wants it. What is on the card stays a line of its own under a person's hands."""
        if self._state is None:
            return
        alone = frozenset({self.selected, *self.pulled_out})
        back = min((row.shelved_until for row in self._asks if row.shelved_until), default=0)
        aside = self.tr("next returns {time}").format(time=clock_time(back)[:5]) if back else ""
        flood = bool(self._state.flood_since)
        wanted = Wanted(self.tabs.current, self._context.operator(), flood, alone, aside)
        self._quiet = True
        try:
            self.model.show_items(grouped_items(self._asks, self._decided, wanted))
            self._restore()
        finally:
            self._quiet = False

    def _show_flood(self, state: QueueState) -> None:
        """The banner while a flood is on, and for a while what it was."""
        if state.flood_since:
            # When it was so: the rate falls by itself, and the strip tells what it is now.
            began = clock_time(state.flood_since)[:5]
            headline = self.tr("{count} asks in 10 minutes at {time}").format(count=state.flood_asks, time=began)
            text = self.tr("Alike asks are grouped and priority 3 is held until the rate is under 5 for 5 min.")
            self.flood.set_message(headline, text, weight="warn")
        elif state.last_flood is not None and self._context.now() - state.last_flood.ended < OVER_SHOWN:
            over = state.last_flood
            headline = self.tr("The flood is over: {count} asks").format(count=over.asks)
            said = self.tr("{decided} decided, {expired} expired, {waiting} still waited. Most from {agents}.")
            most = ", ".join(f"{name} {count}" for name, count in over.agents[:2])
            text = said.format(decided=over.decided, expired=over.expired, waiting=over.waiting, agents=most)
            self.flood.set_message(headline, text, weight="info")
        shown = bool(state.flood_since) or (
            state.last_flood is not None and self._context.now() - state.last_flood.ended < OVER_SHOWN
        )
        self.flood.setVisible(shown)

    def group_of(self, key: str) -> AskGroup | None:
        """The group with this key, where it is listed."""
        row = self.model.row_of(key)
        item = self.model.item(row) if row >= 0 else None
        return item if isinstance(item, AskGroup) else None

    def pull_out(self, ask_id: str) -> None:
        """One ask of a group becomes a line of its own, and is chosen."""
        self.pulled_out.add(ask_id)
        self._arrange()
        self.select(ask_id)

    def take_apart(self, group: AskGroup) -> None:
        """Each ask of the group becomes a line of its own; the first of them is chosen."""
        self.pulled_out.update(row.ask_id for row in group.rows)
        self._arrange()
        self.select(group.first.ask_id)

    def select_first(self) -> None:
        """The topmost line."""
        keys = self.model.ask_ids()
        if keys:
            self.select(keys[0])

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
        if not isinstance(item, Header) and key_of(item) != self.selected:
            self.selected, self._row = key_of(item), current.row()
            self.chosen.emit(self.selected)
