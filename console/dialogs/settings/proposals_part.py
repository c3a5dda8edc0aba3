"""Above the rules: proposals from history, one at a time; each becomes an edit to be tried, or is dismissed."""

from PySide6.QtCore import Signal

from console.context import ConsoleContext
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.proposal_text import dismissed_line
from console.presenters.times import day_and_time
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.proposal_commands import DismissProposal, ProposalCommand, RestoreProposal
from runtime.domain.rule_proposals import RuleProposal
from runtime.projections.proposal_rows import DismissedProposal

MOST_ROWS = 4
"""Of the dismissed in sight at once; more are scrolled to."""


class ProposalsPart(Panel):
    """``wanted(proposal)``: a person wants to see it among the rules. What was dismissed is in the journal."""

    wanted = Signal(object)

    def __init__(self, context: ConsoleContext) -> None:
        theme = context.theme
        super().__init__(theme, self.tr("Proposed from what was decided"))
        self._context = context
        self._proposals: list[RuleProposal] = []
        self._dismissed: list[DismissedProposal] = []
        self.sentence = PlainLabel(theme, "", "body")
        self.aside = PlainLabel(theme, "", "meta", "text2")
        self.use = ActionButton(theme, self.tr("Put it into the rules"), "plus", height=28)
        self.dismiss = ActionButton(theme, self.tr("Dismiss"), "x", height=28, kind="quiet")
        self.restore = ActionButton(theme, self.tr("Bring it back"), "undo-2", height=28, kind="quiet")
        self.model = PlainRows((self.tr("Dismissed"), self.tr("By"), self.tr("Proposal")), self)
        self.table = DataTable(theme, self.tr("Dismissed proposals"), (120, 120, 320), 2)
        self.table.setModel(self.model)
        self.add(self.sentence)
        row = FlowLayout(theme.px(8))
        for part in (self.use, self.dismiss):
            row.addWidget(part)
        self.body.addLayout(row)
        self.add(self.aside)
        row = FlowLayout(theme.px(8))
        row.addWidget(self.restore)
        self.body.addLayout(row)
        self.body.addWidget(self.table)
        self.use.activated.connect(self._use)
        self.dismiss.activated.connect(self._dismiss)
        self.restore.activated.connect(self._restore)
        self.hide()

    async def load(self) -> None:
        """What history speaks for, and what was put aside."""
        history = self._context.runtime.history
        self._proposals, self._dismissed = await history.rule_proposals(), await history.dismissed_proposals()
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._proposals or self._dismissed))
        for part in (self.sentence, self.use, self.dismiss):
            part.setVisible(bool(self._proposals))
        for put_aside in (self.aside, self.restore):
            put_aside.setVisible(bool(self._dismissed))
        self.table.setVisible(len(self._dismissed) > 1)
        left = len(self._proposals)
        self.set_note(self.tr("1 of {count}").format(count=left) if left > 1 else "")
        if self._proposals:
            self.sentence.setText(self._proposals[0].sentence)
        if self._dismissed:
            self.aside.setText(dismissed_line(self._dismissed, self._context.now()))
            self._list_dismissed()

    def _list_dismissed(self) -> None:
        """All of them, newest first; the chosen one stays chosen."""
        now = self._context.now()
        rows = [
            PlainRow(one.key, (Cell(day_and_time(one.at, now), "text2"), Cell(one.by), Cell(one.sentence or one.key)))
            for one in self._dismissed
        ]
        self.model.show_rows(rows)
        self.table.fit_rows(2, MOST_ROWS)
        if self.table.chosen_row() < 0:
            self.table.choose_row(0)

    def _use(self) -> None:
        if self._proposals:
            proposal = self._proposals.pop(0)
            self._show()
            self.wanted.emit(proposal)

    def _dismiss(self) -> None:
        if self._proposals:
            gone = self._proposals[0]
            self._send(DismissProposal(gone.key, self._context.operator(), gone.sentence))

    def _restore(self) -> None:
        if self._dismissed:
            row = self.table.chosen_row() if len(self._dismissed) > 1 else 0
            self._send(RestoreProposal(self._dismissed[max(0, row)].key, self._context.operator()))

    def _send(self, command: ProposalCommand) -> None:
        """What the journal answers is shown, also where somebody else was first."""

        def again(_answer: object) -> None:
            self._context.tasks.start(self.load(), name="read the proposals", owner=self)

        self._context.runner.submit(command, again, asker=self)
