"""How often, or how much, an agent may use a tool in one run and in one day."""

from msgspec.structs import replace

from console.dialogs.settings.rules_part import verdict_cell
from console.dialogs.settings.table_part import TablePart
from console.theme.theme import Theme
from console.widgets.data_table import Cell
from runtime.domain.agent_spec import Quota
from runtime.domain.words import VerdictKind


class AgentQuotasPart(TablePart[Quota]):
    """Above a quota the verdict is ask or deny."""

    def __init__(self, theme: Theme) -> None:
        titles = (
            self.tr("Id"),
            self.tr("Tool"),
            self.tr("Sum of"),
            self.tr("A run"),
            self.tr("A day"),
            self.tr("Above it"),
        )
        super().__init__(theme, self.tr("Quotas"), titles, (140, 180, 120, 90, 90, 100), 1)

    def build_form(self, theme: Theme) -> None:
        form = self.form
        self.quota_id = form.text(self.tr("Id"), longest=60)
        self.tools = form.text(self.tr("Tools"))
        self.argument = form.text(
            self.tr("Sum of"), self.tr("A numeric argument, for example amount_cents. Empty = calls are counted.")
        )
        self.per_run = form.number(self.tr("In a run"), 0, 2_000_000_000, note=self.tr("0 = no bound"))
        self.per_day = form.number(self.tr("In a day"), 0, 2_000_000_000, note=self.tr("0 = no bound"))
        kinds = (VerdictKind.ASK, VerdictKind.DENY)
        self.verdict = form.segments(self.tr("Above it"), [(kind.value, kind.value.capitalize()) for kind in kinds])

    def quotas(self) -> tuple[Quota, ...]:
        """What the table says."""
        return tuple(self.items)

    def new_item(self) -> Quota:
        taken = {quota.quota_id for quota in self.items}
        number = next(at for at in range(1, len(taken) + 2) if f"quota-{at}" not in taken)
        return Quota(f"quota-{number}", "*", per_run=20)

    def fill(self, item: Quota) -> None:
        self.quota_id.setText(item.quota_id)
        self.tools.setText(item.tools)
        self.argument.setText(item.argument)
        self.per_run.setValue(item.per_run or 0)
        self.per_day.setValue(item.per_day or 0)
        self.verdict.set_current(item.verdict.value if item.verdict is not VerdictKind.ALLOW else "ask")

    def read(self, item: Quota) -> Quota:
        return replace(
            item,
            quota_id=self.quota_id.text().strip(),
            tools=self.tools.text().strip(),
            argument=self.argument.text().strip(),
            per_run=self.per_run.value() or None,
            per_day=self.per_day.value() or None,
            verdict=VerdictKind(self.verdict.current),
        )

    def cells(self, at: int, item: Quota) -> tuple[Cell, ...]:
        none = self.tr("none")
        run = none if item.per_run is None else f"{item.per_run:,}"
        day = none if item.per_day is None else f"{item.per_day:,}"
        return (
            Cell(item.quota_id, role="body_medium"),
            Cell("", mono=item.tools),
            Cell(item.argument or self.tr("calls"), "text2"),
            Cell(run),
            Cell(day),
            verdict_cell(item.verdict),
        )
