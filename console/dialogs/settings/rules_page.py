"""Settings, Rules: what agents may do by themselves, what must ask, what is denied. First match wins."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from console.context import ConsoleContext
from console.dialogs.settings.backtest_part import BacktestPart
from console.dialogs.settings.checks_part import ChecksPart
from console.dialogs.settings.page import SettingsPage
from console.dialogs.settings.proposals_part import ProposalsPart
from console.dialogs.settings.rules_part import RulesPart
from console.presenters.rate_text import RATED_DAYS
from console.presenters.wording import later
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from runtime.domain.commands import SavePolicy
from runtime.domain.policy import Policy
from runtime.domain.rule_proposals import RuleProposal


class RulesPage(SettingsPage):
    """Both tables are one policy and are saved together."""

    key: ClassVar[str] = "rules"
    title: ClassVar[str] = later("Rules")
    icon: ClassVar[str] = "shield-check"

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._loaded = Policy()
        self.rules, self.checks = RulesPart(context.theme), ChecksPart(context.theme)
        self.tabs = Segmented(
            context.theme,
            [("rules", self.tr("Rules")), ("checks", self.tr("Safety checks"))],
            self.tr("Rules or safety checks"),
            wraps=True,
        )
        self._explained = PlainLabel(context.theme, "", "meta", "text2")
        self.faults = PlainLabel(context.theme, "", "meta_medium", "warn")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.rules)
        self._stack.addWidget(self.checks)
        self.backtest = BacktestPart(context)
        self.proposed = ProposalsPart(context)
        self.proposed.wanted.connect(self._use_proposal)
        for part in (self.proposed, self.backtest, self.tabs, self._explained, self._stack, self.faults):
            self.column.addWidget(part, 1 if part is self._stack else 0)
        self.tabs.chosen.connect(self._tab_chosen)
        self.rules.edited.connect(self._edited)
        self.checks.edited.connect(self._edited)
        self._tab_chosen("rules")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # Qt's name
        """Ctrl+L lists the actions that the edited rules would have judged otherwise."""
        if event.key() == Qt.Key.Key_L and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.backtest.open_list()
        else:
            super().keyPressEvent(event)

    async def load(self) -> None:
        self._loaded = await self.context.runtime.history.policy()
        self.rules.rates = await self.context.runtime.history.rule_rates(RATED_DAYS)
        self.rules.show_rules(self._loaded.rules)
        self.checks.show_checks(self._loaded.checks)
        await self.proposed.load()
        self._edited()

    def choose(self, thing: str) -> None:
        """A rule by its id."""
        self.rules.choose_rule(thing)

    def _use_proposal(self, proposal: RuleProposal) -> None:
        """Into the tables, as an edit: it is tried on recorded actions, and saved by the person or not at all."""
        edited = proposal.into(self.policy())
        self.rules.show_rules(edited.rules)
        self.checks.show_checks(edited.checks)
        self._edited()

    def policy(self) -> Policy:
        """What the tables say."""
        return Policy(self._loaded.version, self.rules.rules(), self.checks.checks())

    @property
    def is_dirty(self) -> bool:
        return self.policy() != self._loaded

    def save(self) -> None:
        if self.backtest.is_looking:
            said = self.tr("See what they would have done with recorded actions, or stop looking; then save.")
            self.tell_fault(self.tr("The rules are being tried and were not saved yet"), said)
            return
        self.submit(SavePolicy(self.policy(), self.context.operator(), self._loaded.version))

    def _tab_chosen(self, key: str) -> None:
        self._stack.setCurrentIndex(0 if key == "rules" else 1)
        self._explained.setText(
            self.tr(
                "The first rule that fits decides; what no rule fits is denied. * stands for anything. A tool that "
                "begins with read: fits only what changes nothing. Answers are those of the last 90 days."
            )
            if key == "rules"
            else self.tr(
                "A check speaks where its condition holds, whatever the rules allow. Deny beats ask beats allow. "
                "Example: amount_cents > 50000."
            )
        )

    def _edited(self) -> None:
        self.tell_nothing() if self.is_dirty else None
        faults = self.context.runtime.policy_faults(self.policy())
        self.faults.setText("\n".join(faults))
        self.faults.setVisible(bool(faults))
        if self.is_dirty and not faults:
            self.backtest.try_later(self.policy)
        else:
            self.backtest.clear()
        self.changed.emit()
