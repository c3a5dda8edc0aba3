"""Above the rules: proposals from history, one at a time; each becomes an edit to be tried, or is dismissed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from console.context import ConsoleContext
from console.presenters.proposal_text import dismissed_line
from console.widgets.button import ActionButton
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.proposal_commands import DismissProposal, ProposalCommand, RestoreProposal
from runtime.domain.rule_proposals import RuleProposal
from runtime.projections.proposal_rows import DismissedProposal


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
        self.add(self.sentence)
        for buttons, words in (((self.use, self.dismiss), None), ((self.restore,), self.aside)):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            row.addWidget(words, 1) if words is not None else row.addStretch(1)
            self.body.addLayout(row)
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
        for part in (self.aside, self.restore):
            part.setVisible(bool(self._dismissed))
        left = len(self._proposals)
        self.set_note(self.tr("1 of {count}").format(count=left) if left > 1 else "")
        if self._proposals:
            self.sentence.setText(self._proposals[0].sentence)
        if self._dismissed:
            self.aside.setText(dismissed_line(self._dismissed, self._context.now()))

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
            self._send(RestoreProposal(self._dismissed[0].key, self._context.operator()))

    def _send(self, command: ProposalCommand) -> None:
        """What the journal answers is shown, also where somebody else was first."""

        def again(_answer: object) -> None:
            self._context.tasks.start(self.load(), name="read the proposals")

        self._context.runner.submit(command, again)
