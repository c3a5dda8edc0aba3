"""Audit: everything that happened, newest first, filtered and searched in the journal; one entry and its place."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.dialogs.export_dialog import AuditExport
from console.models.audit_rows import COST, DECIDED, SEQ, TIME, WHAT, WHO, WIDTHS, AuditRowsModel
from console.notices.notice import Notice
from console.presenters.audit_filter import is_everything
from console.presenters.audit_text import ChainState, count_line, span_line
from console.presenters.wording import later
from console.views.audit_actions import add_audit_actions
from console.views.audit_chain import ChainBadge
from console.views.audit_entry import AuditEntryPane
from console.views.audit_filter_box import AuditFilterBox
from console.views.chain_watch import ChainWatch
from console.views.table import AUDIT
from console.views.view import View
from console.widgets.banner import Banner
from console.widgets.button import ActionButton
from console.widgets.data_table import DataTable
from console.widgets.elided_label import ElidedLabel
from console.widgets.empty_state import EmptyState
from console.widgets.hairline import Hairline
from console.widgets.plain_label import PlainLabel
from console.widgets.splitter import Splitter

PAGE, MOST_PAGES_ON_TOP = 200, 10
NARROW = 1100


class AuditView(View):
    """A table that pages itself, the filter above it, and the chosen entry beside it."""

    title: ClassVar[str] = later("Audit")
    number: ClassVar[int] = AUDIT

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self.watch = ChainWatch(context, self)
        self._names: dict[str, str] = {}
        self._total = 0
        self._filter_number = 0
        self._wanted_seq = 0
        self._build()
        add_audit_actions(self)

    # -- building ------------------------------------------------------------------------------------------------
    def _build(self) -> None:
        context, theme, px = self.context, self.context.theme, self.context.theme.px
        self.filter = AuditFilterBox(theme, context.now)
        self.badge = ChainBadge(theme)
        self.export_button = ActionButton(theme, self.tr("Export"), "export")
        self.model = AuditRowsModel(context.now, self)
        title, less = self.tr("Journal entries, newest first"), (COST, DECIDED, WHO)  # the entry beside it has them
        self.table = DataTable(theme, title, WIDTHS, WHAT, firm=(SEQ, TIME), spare=less)
        self.table.setModel(self.model)
        self.fault = Banner(theme, "warn", "", "")
        self.broken = Banner(theme, "crit", "", "", self.tr("Show the entry"))
        self.empty = EmptyState(theme, "", "", icon="search")
        self.count = ElidedLabel(theme, self.tr("Being read"), "meta", "text2")
        self.span = PlainLabel(theme, "", "meta", "text2", wrap=False)
        for hidden in (self.fault, self.broken, self.empty):
            hidden.hide()
        tools = QHBoxLayout()
        tools.setSpacing(px(8))
        tools.addWidget(self.badge)
        tools.addStretch(1)
        tools.addWidget(self.export_button)
        self._bar = bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        bar.setContentsMargins(px(24), px(16), px(24), px(12))
        bar.setSpacing(px(8))
        bar.addWidget(self.filter, 1)
        bar.addLayout(tools)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(6), px(24), px(6))
        foot.setSpacing(px(16))
        foot.addWidget(self.count, 1)
        foot.addWidget(self.span)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        for part in (self.fault, self.broken, Hairline(theme)):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(foot)
        self.entry = AuditEntryPane(context)
        panes = Splitter(theme, "audit.main", (left, self.entry), (920, 312), settings=context.settings)
        panes.setStretchFactor(0, 1)
        panes.setStretchFactor(1, 0)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(panes)
        self._connect()

    def _connect(self) -> None:
        self.filter.changed.connect(self._filter_changed)
        self.filter.faults.connect(self._tell_faults)
        self.filter.left.connect(self.table.setFocus)
        self.model.more_wanted.connect(self._fetch_older)
        self.table.selectionModel().currentChanged.connect(self._row_chosen)
        self.table.doubleClicked.connect(self.entry.open_decision)
        self.badge.clicked.connect(self.verify)
        self.watch.changed.connect(self._show_chain)
        self.export_button.activated.connect(self.export)
        self.broken.activated.connect(self._show_broken)
        self.empty.activated.connect(self._clear_filter)
        self.entry.copied.connect(self._tell_copied)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < self.context.theme.px(NARROW)
        self._bar.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def keys(self) -> Sequence[str]:
        return (
            "audit.next+audit.previous",
            "audit.filter",
            "audit.copy",
            "audit.form",
            "audit.verify",
            "audit.decision",
            "audit.run",
            "audit.export",
        )

    def capped(self) -> Sequence[tuple[ActionButton, str]]:
        return ((self.entry.decision, "audit.decision"), (self.entry.copy_button, "audit.copy"))

    def panes(self) -> Sequence[QWidget]:
        return (self.table, self.entry.recorded, self.filter.field)

    def set_stale(self, since: int) -> None:
        self.table.set_stale(bool(since))
        self.badge.setEnabled(not since)
        super().set_stale(since)

    def open_item(self, key: str) -> None:
        """An entry by its number, or words to search for."""
        if key.isdigit():
            self._wanted_seq = int(key)
            self.context.tasks.start(self._show_seq(int(key)), name="show an entry")
        else:
            self.filter.search(key)

    # -- reading -------------------------------------------------------------------------------------------------
    async def refresh(self, change: ChangeSet) -> None:
        history = self.context.runtime.history
        if change.everything or change.operators:
            self._names = {person.operator_id: person.name for person in await history.operators()}
            self.model.set_names(self._names)
        if not self.model.rows:
            await self._read_first()
        else:
            await self._read_newer()
        await (self.watch.read() if change.everything or change.chain else self.watch.read_newest())

    async def _read_first(self) -> None:
        number, wanted = self._filter_number, self.filter.wanted()
        history = self.context.runtime.history
        rows = await history.audit(wanted, 0, PAGE)
        total = await history.audit_count(wanted)
        if number != self._filter_number:
            return  # another filter was set meanwhile
        self.model.show_page(rows, len(rows) < PAGE)
        self._total = total
        self._show_counts()

    async def _read_newer(self) -> None:
        number, wanted = self._filter_number, self.filter.wanted()
        history, newest, before, found = self.context.runtime.history, self.model.newest, 0, []
        for _ in range(MOST_PAGES_ON_TOP):
            page = await history.audit(wanted, before, PAGE)
            found += [row for row in page if row.seq > newest]
            if not page or page[-1].seq <= newest or len(page) < PAGE:
                break
            before = page[-1].seq
        else:
            await self._read_first()  # so much happened while it was hidden that it starts from the top
            return
        total = await history.audit_count(wanted)
        if number != self._filter_number:
            return
        bar = self.table.verticalScrollBar()
        at_top, before_value = bar.value() == 0, bar.value()
        added = self.model.add_newer(found)
        if added and not at_top:
            bar.setValue(before_value + added * self.table.rowHeight(0))  # what is read stays under the eyes
        room = self.model.room(self.table.last_in_sight())
        self.table.choose_none_from(room)  # the entry that is read stays beside the list
        self.model.let_go(room)
        self._total = total
        self._show_counts()

    def _fetch_older(self) -> None:
        self.context.tasks.start(self._read_older(), name="load older entries")

    async def _read_older(self) -> None:
        number = self._filter_number
        try:
            rows = await self.context.runtime.history.audit(self.filter.wanted(), self.model.oldest, PAGE)
        except Exception:
            self.model.page_failed()
            raise
        if number == self._filter_number:
            self.model.add_older(rows, len(rows) < PAGE)
            self._show_counts()

    def _show_chain(self) -> None:
        self.badge.show_chain(self.chain, self.context.now())
        self.broken.setVisible(self.chain.broken)
        if self.chain.broken:
            headline = self.tr("The journal was changed at entry {seq}").format(seq=f"{self.chain.first_bad:,}")
            text = self.tr("{sentence} Approvals are off. Export the log before anything else is done.")
            self.broken.set_message(headline, text.format(sentence=self.chain.sentence), self.tr("Show the entry"))
        if self.entry.entry is not None:
            self.entry.place.show_entry(self.entry.entry, self.chain)
        self.keys_changed.emit()

    def _show_counts(self) -> None:
        shown = len(self.model.rows)
        self.count.setText(count_line(shown, max(self._total, shown)))
        self.span.setText(span_line(self.model.rows, self.context.now()))
        nothing = not self.model.rows
        self.table.setVisible(not nothing)
        self.empty.setVisible(nothing)
        if nothing and is_everything(self.filter.wanted()):
            self.empty.set_texts(
                self.tr("Nothing happened yet"), self.tr("Every step of every agent is recorded here.")
            )
        elif nothing:
            self.empty.set_texts(
                self.tr("No entry fits the filter"),
                self.tr("Nothing was hidden for good."),
                self.tr("Show all entries"),
            )

    # -- gestures ------------------------------------------------------------------------------------------------
    def _filter_changed(self) -> None:
        self._filter_number += 1
        self.context.tasks.start(self._read_first(), name="filter the audit log")

    def _clear_filter(self) -> None:
        self.filter.search("")
        self.table.setFocus()

    def _tell_faults(self, sentence: str) -> None:
        self.fault.setVisible(bool(sentence))
        self.fault.set_message(self.tr("Part of the filter was left out"), sentence)

    def step(self, by: int) -> None:
        row = self.table.chosen_row()
        self.table.choose_row(0 if row < 0 else row + by)

    def _row_chosen(self) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.rows):
            self._wanted_seq = self.model.rows[row].seq
            self.context.tasks.start(self._show_entry(self._wanted_seq), name="read an entry")

    async def _show_entry(self, seq: int) -> None:
        entry = await self.context.runtime.history.audit_entry(seq)
        if seq == self._wanted_seq:
            self.entry.show_entry(entry, self.chain, self._names)
            self.keys_changed.emit()

    async def _show_seq(self, seq: int) -> None:
        """An entry by number, wherever it is: its row is chosen where the page has it."""
        row = self.model.row_of(seq)
        if row >= 0:
            self.table.choose_row(row)
        await self._show_entry(seq)

    def _show_broken(self) -> None:
        self.open_item(str(self.chain.first_bad))

    @property
    def chain(self) -> ChainState:
        """What is known of the chain."""
        return self.watch.state

    def verify(self) -> None:
        """V: every record, from the first to the sealed head."""
        self.watch.verify()

    def export(self) -> None:
        """What the filter shows, into a file."""
        AuditExport(self.context, self.filter.wanted(), self._total).start()

    def _tell_copied(self) -> None:
        self.context.notices.tell(Notice("done", self.tr("The entry was copied")))
