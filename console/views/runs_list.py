"""The list of runs: filters by state, agent and text, the table, what it says when it is empty."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.models.run_list_model import PAGE, RunListModel
from console.presenters.run_text import STATE_FILTERS
from console.presenters.wording import say
from console.views.ground import Ground
from console.views.run_list_delegate import RunColumns, RunDelegate
from console.widgets.button import ActionButton
from console.widgets.choice import Choice
from console.widgets.empty_state import EmptyState
from console.widgets.plain_label import PlainLabel
from console.widgets.search_field import SearchField
from console.widgets.segmented import Segmented

_TYPED_MS, _TICK_MS, _MOST_BELOW = 200, 1_000, 20


class _List(QListView):
    """Letters are gestures of the view."""

    def keyboardSearch(self, search: str) -> None:
        """Nothing."""


class RunsList(Ground):
    """``opened`` with a run id; ``new_wanted`` when a person wants to start one."""

    opened = Signal(str)
    new_wanted = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context.theme, "surface")
        self._context = context
        self._generation = self._reading = 0
        self.model = RunListModel(context.now, self)
        self._build()
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.look_anew)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._connect()

    def _build(self) -> None:
        theme, px = self._context.theme, self._context.theme.px
        states = [(key, say(words)) for key, words in STATE_FILTERS]
        self.state = Segmented(theme, states, self.tr("State of the runs"), "", wraps=True)
        self.agent = Choice(theme, wide=176, height=32, stands=True)
        self.agent.setAccessibleName(self.tr("Agent"))
        self.agent.addItem(self.tr("All agents"), "")
        self.text = SearchField(theme, self.tr("Filter by title"), "/", 32)
        self.new = ActionButton(theme, self.tr("New run"), "plus", None, "normal", 32)
        self.list = _List()
        self.list.setModel(self.model)
        self.delegate = RunDelegate(theme, self.model, self._context.now, self.list)
        self.list.setItemDelegate(self.delegate)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setAccessibleName(self.tr("Runs"))
        self.columns = RunColumns(theme)
        self.columns.beside = self.delegate.beside = self.list.verticalScrollBar().sizeHint().width()
        self._count = PlainLabel(theme, self.tr("Being read"), "meta", "text2", wrap=False)
        self.empty = EmptyState(
            theme,
            self.tr("No runs yet"),
            self.tr("A run starts when mail arrives or when you start one."),
            self.tr("New run"),
            "runs",
            action_icon="plus",
        )
        self.pages = QStackedWidget()
        table = QWidget()
        rows = QVBoxLayout(table)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.columns)
        rows.addWidget(self.list, 1)
        self.pages.addWidget(table)
        self.pages.addWidget(self.empty)
        head = QHBoxLayout()
        head.setContentsMargins(px(18), px(16), px(16), px(8))
        head.addWidget(PlainLabel(theme, self.tr("Runs"), "page", wrap=False))
        head.setSpacing(px(12))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self.new)
        self._bar = bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        bar.setContentsMargins(px(16), 0, px(16), px(8))
        bar.setSpacing(px(12))
        self._fields = fields = QHBoxLayout()
        fields.setSpacing(px(12))
        fields.addStretch(1)
        fields.addWidget(self.agent)
        fields.addWidget(self.text)
        bar.addWidget(self.state, 0, Qt.AlignmentFlag.AlignVCenter)
        bar.addLayout(fields, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(bar)
        column.addWidget(self.pages, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the states have no room beside the fields, they stand in a line of their own."""
        super().resizeEvent(event)
        both = self.state.sizeHint().width() + self._fields.sizeHint().width() + 3 * self._context.theme.px(16)
        directions = QBoxLayout.Direction
        self._bar.setDirection(directions.TopToBottom if both > self.width() else directions.LeftToRight)

    def _connect(self) -> None:
        self.state.chosen.connect(self.look_anew)
        self.agent.activated.connect(self.look_anew)
        self.text.textChanged.connect(lambda _text: self._typed.start())
        self.text.submitted.connect(self.list.setFocus)
        self.text.left.connect(self.list.setFocus)
        self.list.doubleClicked.connect(lambda index: self.opened.emit(self.model.rows[index.row()].run_id))
        self.model.page_wanted.connect(lambda: self._context.tasks.start(self._next_page(), name="more runs"))
        self.new.activated.connect(self.new_wanted)
        self.empty.activated.connect(self.new_wanted)

    # -- reading -------------------------------------------------------------------------------------------------
    async def refresh(self, change: ChangeSet) -> None:
        """The first page again, and rows below it that were touched."""
        if not (change.everything or change.runs or change.asks or change.agents):
            return
        if change.everything or change.agents:
            await self._read_agents()
        await self._first_page()
        first = {row.run_id for row in self.model.rows[:PAGE]}
        below = [run_id for run_id in change.runs if run_id not in first and self.model.place_of(run_id) >= 0]
        for run_id in below[:_MOST_BELOW]:
            detail = await self._context.runtime.history.run(run_id)
            if detail is not None:
                self.model.update(detail.row)

    def look_anew(self, *_: object) -> None:
        """Another filter."""
        self._generation += 1
        self.model.start_anew()
        self._context.tasks.start(self._first_page(), name="read runs")

    async def _first_page(self) -> None:
        self._reading = number = self._reading + 1
        rows = await self._context.runtime.history.runs(
            agent=self.agent.currentData() or "", state=self.state.current, text=self.text.text().strip(), limit=PAGE
        )
        if number != self._reading:
            return  # read again meanwhile, or by another filter: what was asked last is the newest
        self.model.show_first(rows)
        self._settle()

    async def _next_page(self) -> None:
        generation = self._generation
        rows = await self._context.runtime.history.runs(
            agent=self.agent.currentData() or "",
            state=self.state.current,
            text=self.text.text().strip(),
            before=self.model.last_key(),
            limit=PAGE,
        )
        if generation == self._generation:
            self.model.show_next(rows)
            self._settle()

    async def _read_agents(self) -> None:
        names = sorted((agent.spec.name for agent in await self._context.runtime.history.agents()), key=str.casefold)
        there = [self.agent.itemData(at) for at in range(1, self.agent.count())]
        if names == there:
            return
        chosen = self.agent.currentData() or ""
        self.agent.blockSignals(True)
        while self.agent.count() > 1:
            self.agent.removeItem(1)
        for name in names:
            self.agent.addItem(name, name)
        self.agent.setCurrentIndex(max(0, self.agent.findData(chosen)))
        self.agent.blockSignals(False)

    def _settle(self) -> None:
        count = self.model.rowCount()
        filtered = bool(self.state.current or self.agent.currentData() or self.text.text().strip())
        more = self.tr("newest {count}") if self.model.has_more else self.tr("{count} runs")
        self._count.setText(more.format(count=count) if count != 1 else self.tr("1 run"))
        if filtered:
            self.empty.set_texts(self.tr("No run matches"), self.tr("Take a filter away to see more."))
        else:
            self.empty.set_texts(
                self.tr("No runs yet"),
                self.tr("A run starts when mail arrives or when you start one."),
                self.tr("New run"),
            )
        self.pages.setCurrentIndex(0 if count else 1)
        if count and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))

    # -- gestures ------------------------------------------------------------------------------------------------
    def step(self, by: int) -> None:
        """J and K."""
        count = self.model.rowCount()
        if count:
            here = self.list.currentIndex().row() if self.list.currentIndex().isValid() else -1
            self.list.setCurrentIndex(self.model.index(min(max(0, here + by), count - 1)))

    def leave_text(self) -> None:
        """Esc in the field: first it is emptied, then left."""
        if self.text.text():
            self.text.clear()
        else:
            self.list.setFocus()

    def chosen(self) -> str:
        """The chosen run, or nothing."""
        index = self.list.currentIndex()
        return self.model.rows[index.row()].run_id if index.isValid() and index.row() < self.model.rowCount() else ""

    def open_chosen(self) -> None:
        """Enter."""
        if self.chosen():
            self.opened.emit(self.chosen())

    def set_stale(self, stale: bool) -> None:
        """Grey, and no run is started on what may not be so any more."""
        self.delegate.stale = stale
        self.new.setEnabled(not stale)
        self.list.viewport().update()

    def run_clock(self, running: bool) -> None:
        """Durations of runs at work go on while the list is on screen."""
        if running:
            self._tick.start()
        else:
            self._tick.stop()

    def _ticked(self) -> None:
        if self.model.rowCount():
            roles = [Qt.ItemDataRole.DisplayRole]
            self.model.dataChanged.emit(self.model.index(0), self.model.index(self.model.rowCount() - 1), roles)
