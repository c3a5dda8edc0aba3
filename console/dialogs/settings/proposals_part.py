"""Above the rules: proposals from history, one at a time; each becomes an edit to be tried, or is dismissed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from console.context import ConsoleContext
from console.widgets.button import ActionButton
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.rule_proposals import RuleProposal

_DISMISSED = "rules/dismissed proposals"


class ProposalsPart(Panel):
    """``wanted(proposal)``: a person wants to see it among the rules. What was dismissed on this seat stays away."""

    wanted = Signal(object)

    def __init__(self, context: ConsoleContext) -> None:
        theme = context.theme
        super().__init__(theme, self.tr("Proposed from what was decided"))
        self._settings = context.settings
        self._proposals: list[RuleProposal] = []
        self.sentence = PlainLabel(theme, "", "body")
        self.use = ActionButton(theme, self.tr("Put it into the rules"), "plus", height=28)
        self.dismiss = ActionButton(theme, self.tr("Dismiss"), "x", height=28, kind="quiet")
        row = QHBoxLayout()
        row.addWidget(self.use)
        row.addWidget(self.dismiss)
        row.addStretch(1)
        self.add(self.sentence)
        self.body.addLayout(row)
        self.use.activated.connect(self._use)
        self.dismiss.activated.connect(self._dismiss)
        self.hide()

    def show_proposals(self, proposals: list[RuleProposal]) -> None:
        """Those that were not dismissed, one at a time."""
        dismissed = self._dismissed()
        self._proposals = [one for one in proposals if one.key not in dismissed]
        self._show()

    def _dismissed(self) -> list[str]:
        kept = self._settings.value(_DISMISSED, [])
        return [str(one) for one in kept] if isinstance(kept, list) else [str(kept)]

    def _show(self) -> None:
        self.setVisible(bool(self._proposals))
        if self._proposals:
            left = len(self._proposals)
            self.set_note(self.tr("1 of {count}").format(count=left) if left > 1 else "")
            self.sentence.setText(self._proposals[0].sentence)

    def _use(self) -> None:
        if self._proposals:
            proposal = self._proposals.pop(0)
            self._show()
            self.wanted.emit(proposal)

    def _dismiss(self) -> None:
        if self._proposals:
            gone = self._proposals.pop(0)
            self._settings.setValue(_DISMISSED, [*self._dismissed(), gone.key])
            self._show()
