"""Settings, Spend caps: what a run, an agent, a day and a month may cost, in money and in tokens."""

from typing import ClassVar

from msgspec.structs import replace

from console.context import ConsoleContext
from console.dialogs.settings.form import Decimal, Form, Number
from console.dialogs.settings.page import SettingsPage
from runtime.domain.budget import Cap, Caps
from runtime.domain.commands import SetCaps
from runtime.domain.money import MICROS_PER_DOLLAR

MOST_DOLLARS = 1_000_000
MOST_TOKENS = 2_000_000_000
MICROS_PER_CENT = MICROS_PER_DOLLAR // 100


class CapsPage(SettingsPage):
    """Every cap holds at once: before a model is asked, the most its answer may cost has to fit all of them."""

    key: ClassVar[str] = "caps"
    title: ClassVar[str] = "Spend caps"
    icon: ClassVar[str] = "spend"

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._loaded = Caps()
        form = Form(context.theme)
        self.fields: dict[str, tuple[Decimal, Number]] = {}
        rows = (
            ("day", self.tr("A day"), self.tr("All agents together, from midnight to midnight here. 0 = no cap.")),
            ("month", self.tr("A month"), self.tr("All agents together. 0 = no cap.")),
            ("agent_day", self.tr("An agent and day"), self.tr("Each agent by itself. 0 = no cap.")),
            ("run", self.tr("A run"), self.tr("Beside the limit of its agent; the smaller one holds. 0 = no cap.")),
        )
        for key, name, note in rows:
            money = form.decimal(name, 0, MOST_DOLLARS, "$", note)
            tokens = form.number(self.tr("{name}, tokens").format(name=name), 0, MOST_TOKENS)
            self.fields[key] = (money, tokens)
        self.column.addWidget(form)
        self.column.addStretch(1)
        form.edited.connect(self.changed)

    async def load(self) -> None:
        self._loaded = (await self.context.runtime.history.budget()).caps
        for key, (money, tokens) in self.fields.items():
            cap: Cap = getattr(self._loaded, key)
            money.setValue(cap.micros / MICROS_PER_DOLLAR)
            tokens.setValue(cap.tokens)

    def caps(self) -> Caps:
        """What the form says; an amount that is shown rounded changes only when a person changed it."""
        changed: dict[str, Cap] = {}
        for key, (money, tokens) in self.fields.items():
            old: Cap = getattr(self._loaded, key)
            cents = round(money.value() * 100)
            same = cents == round(old.micros / MICROS_PER_CENT)
            changed[key] = Cap(old.micros if same else cents * MICROS_PER_CENT, tokens.value())
        return replace(self._loaded, **changed)

    @property
    def is_dirty(self) -> bool:
        return self.caps() != self._loaded

    def save(self) -> None:
        self.submit(SetCaps(self.caps(), self.context.operator()))
