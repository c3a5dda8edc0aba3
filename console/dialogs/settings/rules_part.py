"""The table of permission rules, in the order in which they are asked."""

from msgspec.structs import replace

from console.dialogs.settings.table_part import TablePart
from console.presenters.rate_text import is_beyond, rate_of, rate_sentence, rate_words
from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.data_table import Cell
from console.widgets.plain_label import PlainLabel
from runtime.domain.policy import Rule
from runtime.domain.words import VerdictKind
from runtime.projections.rows import RuleRate

VERDICT_INK: dict[VerdictKind, Token] = {
    VerdictKind.ALLOW: "text2",
    VerdictKind.ASK: "accent",
    VerdictKind.DENY: "warn",
}
VERDICT_ICON = {VerdictKind.ALLOW: "check", VerdictKind.ASK: "hand", VerdictKind.DENY: "ban"}


def verdict_cell(verdict: VerdictKind) -> Cell:
    """A picture and the word."""
    return Cell(verdict.value, "text", "body_medium", VERDICT_ICON[verdict], VERDICT_INK[verdict])


def rate_cell(rate: RuleRate | None) -> Cell:
    """In few words; amber where the share is worth another rule."""
    return Cell(rate_words(rate), "warn" if is_beyond(rate) else "text2")


class RulesPart(TablePart[Rule]):
    """One rule a row."""

    def __init__(self, theme: Theme) -> None:
        titles = (
            self.tr("#"),
            self.tr("Says"),
            self.tr("Agent"),
            self.tr("Tool"),
            self.tr("Touches"),
            self.tr("Answers"),
            self.tr("Note"),
        )
        self.rates: list[RuleRate] = []
        """What became of what each rule asked, as far as it is known."""
        widths = (32, 78, 134, 140, 92, 138, 90)
        super().__init__(theme, self.tr("Permission rules, in order"), titles, widths, 6)

    def build_form(self, theme: Theme) -> None:
        form = self.form
        self.rate = PlainLabel(theme, "", "meta", "text2")
        form.put(self.tr("Answers"), self.rate)
        verdicts = [(kind.value, kind.value.capitalize()) for kind in VerdictKind]
        self.verdict = form.segments(self.tr("It says"), verdicts)
        self.agents = form.text(self.tr("Agents"))
        self.tools = form.text(self.tr("Tools"), self.tr("For example files.*, read:*, payments.refund"))
        self.resources = form.text(self.tr("Touches"), self.tr("Files, tables or addresses, for example products/*"))
        self.note = form.text(self.tr("Note"), longest=200)
        self.rule_id = form.text(self.tr("Id"), longest=60)

    def show_rules(self, rules: tuple[Rule, ...]) -> None:
        """Become these rules."""
        self.show_items(rules)

    def rules(self) -> tuple[Rule, ...]:
        """What the table says."""
        return tuple(self.items)

    def choose_rule(self, rule_id: str) -> None:
        """The row of this rule; nothing changes where it is gone."""
        at = next((at for at, rule in enumerate(self.items) if rule.rule_id == rule_id), -1)
        if at >= 0:
            self.table.choose_row(at)

    def new_item(self) -> Rule:
        taken = {rule.rule_id for rule in self.items}
        number = next(at for at in range(1, len(taken) + 2) if f"rule-{at}" not in taken)
        return Rule(f"rule-{number}", VerdictKind.ASK)

    def fill(self, item: Rule) -> None:
        self.verdict.set_current(item.verdict.value)
        self.agents.setText(item.agents)
        self.tools.setText(item.tools)
        self.resources.setText(item.resources)
        self.note.setText(item.note)
        self.rule_id.setText(item.rule_id)
        self.rate.setText(rate_sentence(rate_of(self.rates, item.rule_id)))

    def read(self, item: Rule) -> Rule:
        return replace(
            item,
            rule_id=self.rule_id.text().strip(),
            verdict=VerdictKind(self.verdict.current),
            agents=self.agents.text().strip(),
            tools=self.tools.text().strip(),
            resources=self.resources.text().strip(),
            note=self.note.text(),
        )

    def cells(self, at: int, item: Rule) -> tuple[Cell, ...]:
        return (
            Cell(str(at + 1), "text2"),
            verdict_cell(item.verdict),
            Cell(item.agents),
            Cell("", mono=item.tools),
            Cell("", mono=item.resources),
            rate_cell(rate_of(self.rates, item.rule_id)),
            Cell(item.note, "text2"),
        )
