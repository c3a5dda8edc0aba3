"""Settings, Spend caps: what a run, an agent, a day and a month may cost, in money and in tokens."""

from typing import ClassVar

from msgspec.structs import replace

from console.context import ConsoleContext
from console.dialogs.settings.agent_caps_part import MOST_DOLLARS, MOST_TOKENS, AgentCapsPart, cap_typed
from console.dialogs.settings.form import Decimal, Form, Number
from console.dialogs.settings.page import SettingsPage
from console.presenters.wording import later
from console.widgets.plain_label import PlainLabel
from runtime.domain.budget import Cap, Caps
from runtime.domain.commands import SetCaps
from runtime.domain.money import MICROS_PER_DOLLAR


class CapsPage(SettingsPage):
    """Every cap holds at once: before a model is asked, the most its answer may cost has to fit all of them."""

    key: ClassVar[str] = "caps"
    title: ClassVar[str] = later("Spend caps")
    icon: ClassVar[str] = "spend"

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._loaded = Caps()
        form = Form(context.theme)
        self.fields: dict[str, tuple[Decimal, Number]] = {}
        rows = (
            ("day", self.tr("A day"), self.tr("All agents together, from midnight to midnight here. 0 = no cap.")),
            ("month", self.tr("A month"), self.tr("All agents together. 0 = no cap.")),
            (
                "agent_day",
                self.tr("An agent and day"),
                self.tr("Each agent by itself, where none is named below. 0 = no cap."),
            ),
            ("run", self.tr("A run"), self.tr("Beside the limit of its agent; the smaller one holds. 0 = no cap.")),
        )
        for key, name, note in rows:
            money = form.decimal(name, 0, MOST_DOLLARS, "$", note)
            tokens = form.number(self.tr("{name}, tokens").format(name=name), 0, MOST_TOKENS)
            self.fields[key] = (money, tokens)
        self.by_agent = AgentCapsPart(context.theme)
        self.column.addWidget(form)
        self.column.addWidget(PlainLabel(context.theme, self.tr("Single agents"), "title", wrap=False))
        own = self.tr("An agent that is named here has a cap of its own, in the place of the one of an agent and day.")
        self.column.addWidget(PlainLabel(context.theme, own, "meta", "text2"))
        self.column.addWidget(self.by_agent)
        self.column.addStretch(1)
        form.edited.connect(self.changed)
        self.by_agent.edited.connect(self.changed)

    async def load(self) -> None:
        history = self.context.runtime.history
        self._loaded, agents = (await history.budget()).caps, await history.agents()
        for key, (money, tokens) in self.fields.items():
            cap: Cap = getattr(self._loaded, key)
            money.setValue(cap.micros / MICROS_PER_DOLLAR)
            tokens.setValue(cap.tokens)
        self.by_agent.show_caps(self._loaded.by_agent, (one.spec.name for one in agents if not one.removed))

    def caps(self) -> Caps:
        """What the page says."""
        changed: dict[str, Cap] = {
            key: cap_typed(getattr(self._loaded, key), money.value(), tokens.value())
            for key, (money, tokens) in self.fields.items()
        }
        return replace(self._loaded, **changed, by_agent=self.by_agent.caps())

    @property
    def is_dirty(self) -> bool:
        return self.caps() != self._loaded

    def save(self) -> None:
        self.submit(SetCaps(self.caps(), self.context.operator()))
