"""What has to hold before an agent's work counts as done: typed conditions over what it did."""

from msgspec.structs import replace

from console.dialogs.settings.table_part import TablePart
from console.theme.theme import Theme
from console.widgets.data_table import Cell
from runtime.domain.agent_spec import Criterion
from runtime.domain.outcome_checks import NAMES


class AgentSuccessPart(TablePart[Criterion]):
    """One criterion a row; its condition is compiled while it is typed."""

    def __init__(self, theme: Theme) -> None:
        titles = (self.tr("#"), self.tr("Has to hold"), self.tr("Condition"))
        super().__init__(theme, self.tr("Success criteria"), titles, (44, 320, 320), 1)

    def build_form(self, theme: Theme) -> None:
        form = self.form
        self.sentence = form.text(
            self.tr("Has to hold"),
            self.tr("In words, for people. Checked when the agent says it is done."),
            longest=200,
        )
        names = self.tr("Names: {names}.").format(names=", ".join(NAMES))
        example = self.tr('For example: "documents.answer" in outputs && outputs["documents.answer"].unsourced == 0')
        self.when = form.lines(self.tr("Condition"), f"{names} {example}", 2, mono=True)

    def criteria(self) -> tuple[Criterion, ...]:
        """What the table says."""
        return tuple(self.items)

    def new_item(self) -> Criterion:
        return Criterion("failed == 0", "No call of a tool failed.")

    def fill(self, item: Criterion) -> None:
        self.sentence.setText(item.sentence)
        if self.when.toPlainText() != item.when:
            self.when.setPlainText(item.when)

    def read(self, item: Criterion) -> Criterion:
        return replace(item, when=self.when.toPlainText(), sentence=self.sentence.text())

    def cells(self, at: int, item: Criterion) -> tuple[Cell, ...]:
        return (
            Cell(str(at + 1), "text2"),
            Cell(item.sentence, role="body_medium"),
            Cell("", mono=" ".join(item.when.split())),
        )
