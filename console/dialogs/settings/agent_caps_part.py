"""Caps of single agents: each stands in the place of the general cap of an agent and day."""

from collections.abc import Iterable, Mapping

from console.dialogs.settings.table_part import TablePart
from console.presenters.budget_text import limit_words
from console.theme.theme import Theme
from console.widgets.data_table import Cell
from runtime.domain.budget import NO_CAP, Cap
from runtime.domain.ids import AgentName
from runtime.domain.money import MICROS_PER_DOLLAR

MOST_DOLLARS = 1_000_000
MOST_TOKENS = 2_000_000_000
MICROS_PER_CENT = MICROS_PER_DOLLAR // 100

NamedCap = tuple[AgentName, Cap]


def cap_typed(old: Cap, dollars: float, tokens: int) -> Cap:
    """What two fields say; an amount that is shown rounded changes only when a person changed it."""
    cents = round(dollars * 100)
    same = cents == round(old.micros / MICROS_PER_CENT)
    return Cap(old.micros if same else cents * MICROS_PER_CENT, tokens)


class AgentCapsPart(TablePart[NamedCap]):
    """One agent a row; an agent is named at most once, and Remove lets the general cap hold for it again."""

    def __init__(self, theme: Theme) -> None:
        self._agents: tuple[AgentName, ...] = ()
        titles = (self.tr("Agent"), self.tr("May use a day"))
        super().__init__(theme, self.tr("Caps of single agents"), titles, (220, 260), 1)
        self.up.hide()  # they stand by name
        self.down.hide()
        self.add.setAccessibleName(self.tr("Add a cap of one agent"))
        self.remove.setAccessibleName(self.tr("Remove the cap of this agent"))

    def build_form(self, theme: Theme) -> None:
        form = self.form
        self.agent = form.choice(self.tr("One agent"), ())
        self.money = form.decimal(self.tr("A day"), 0, MOST_DOLLARS, "$", self.tr("0 = no cap for this agent."))
        self.tokens = form.number(self.tr("A day, tokens"), 0, MOST_TOKENS)
        self.money.setAccessibleName(self.tr("This agent, a day"))
        self.tokens.setAccessibleName(self.tr("This agent, a day, tokens"))

    def show_caps(self, caps: Mapping[AgentName, Cap], agents: Iterable[AgentName]) -> None:
        """Become these; ``agents``: whom a cap may be given."""
        self._agents = tuple(sorted(agents))
        self.show_items(tuple(sorted(caps.items())))

    def caps(self) -> dict[AgentName, Cap]:
        """What the table says."""
        return dict(self.items)

    def _free(self) -> list[AgentName]:
        named = {name for name, _ in self.items}
        return [name for name in self._agents if name not in named]

    def new_item(self) -> NamedCap:
        free = self._free()
        return (free[0] if free else AgentName("")), NO_CAP

    def fill(self, item: NamedCap) -> None:
        name, cap = item
        choices = dict.fromkeys((name, *self._free()))
        if [self.agent.itemData(at) for at in range(self.agent.count())] != list(choices):
            self.agent.clear()
            for one in choices:
                self.agent.addItem(one, one)
        self.agent.setCurrentIndex(0)
        self.money.setValue(cap.micros / MICROS_PER_DOLLAR)
        self.tokens.setValue(cap.tokens)

    def read(self, item: NamedCap) -> NamedCap:
        cap = cap_typed(item[1], self.money.value(), self.tokens.value())
        return AgentName(self.agent.currentData()), cap

    def cells(self, at: int, item: NamedCap) -> tuple[Cell, ...]:
        name, cap = item
        return Cell(name, role="body_medium"), Cell(limit_words(cap), "text2")

    def _show(self) -> None:
        super()._show()
        self.table.fit_rows(1, 4)
        for part in (self.table, self.form, self.remove):  # nothing to see where no agent is named
            part.setVisible(bool(self.items))

    def _arm(self) -> None:
        super()._arm()
        self.add.setEnabled(bool(self._free()))
