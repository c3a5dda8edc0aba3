"""The table of safety checks: typed conditions that ask or deny whatever the rules allow."""

from msgspec.structs import replace

from console.dialogs.settings.rules_part import verdict_cell
from console.dialogs.settings.table_part import TablePart
from console.theme.theme import Theme
from console.widgets.data_table import Cell
from runtime.domain.policy import SafetyCheck
from runtime.domain.words import VerdictKind


class ChecksPart(TablePart[SafetyCheck]):
    """One check a row; its condition is compiled while it is typed."""

    def __init__(self, theme: Theme) -> None:
        titles = (self.tr("#"), self.tr("Says"), self.tr("Tool"), self.tr("Condition"), self.tr("Sentence"))
        super().__init__(theme, self.tr("Safety checks"), titles, (44, 84, 150, 220, 200), 3)

    def build_form(self, theme: Theme) -> None:
        form = self.form
        kinds = (VerdictKind.ASK, VerdictKind.DENY)
        self.verdict = form.segments(self.tr("It says"), [(kind.value, kind.value.capitalize()) for kind in kinds])
        self.when = form.lines(
            self.tr("Condition"),
            self.tr(
                "Names: tool, agent, resource, effect, confidence, turn, intent, source, started_by, arguments, and "
                "the tool's own arguments."
            ),
            2,
            mono=True,
        )
        self.sentence = form.text(self.tr("Sentence"), self.tr("What the person who is asked reads."), longest=200)
        self.agents = form.text(self.tr("Agents"))
        self.tools = form.text(self.tr("Tools"))
        self.final = form.toggle(self.tr("Friction"), self.tr("Treat as final: tick the checks, hold the key"))
        self.check_id = form.text(self.tr("Id"), longest=60)

    def show_checks(self, checks: tuple[SafetyCheck, ...]) -> None:
        """Become these checks."""
        self.show_items(checks)

    def checks(self) -> tuple[SafetyCheck, ...]:
        """What the table says."""
        return tuple(self.items)

    def new_item(self) -> SafetyCheck:
        taken = {check.check_id for check in self.items}
        number = next(at for at in range(1, len(taken) + 2) if f"check-{at}" not in taken)
        return SafetyCheck(f"check-{number}", "confidence < 0.5", VerdictKind.ASK, "The agent is not sure.")

    def fill(self, item: SafetyCheck) -> None:
        self.verdict.set_current(item.verdict.value)
        if self.when.toPlainText() != item.when:
            self.when.setPlainText(item.when)
        self.sentence.setText(item.sentence)
        self.agents.setText(item.agents)
        self.tools.setText(item.tools)
        self.final.setChecked(item.priority == 1)
        self.check_id.setText(item.check_id)

    def read(self, item: SafetyCheck) -> SafetyCheck:
        return replace(
            item,
            check_id=self.check_id.text().strip(),
            when=self.when.toPlainText(),
            verdict=VerdictKind(self.verdict.current),
            sentence=self.sentence.text(),
            agents=self.agents.text().strip(),
            tools=self.tools.text().strip(),
            priority=int(self.final.isChecked()),
        )

    def cells(self, at: int, item: SafetyCheck) -> tuple[Cell, ...]:
        return (
            Cell(str(at + 1), "text2"),
            verdict_cell(item.verdict),
            Cell("", mono=item.tools),
            Cell("", mono=" ".join(item.when.split())),
            Cell(item.sentence, "text2"),
        )
