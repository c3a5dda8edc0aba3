"""The plan of one run as a Qt item model: a flat list that knows how deep each step stands."""

from collections.abc import Sequence

from PySide6.QtCore import Qt

from console.models.keyed_rows import Index, KeyedRows
from console.presenters.run_text import plan_depths, step_parts
from console.presenters.times import milliseconds
from console.presenters.wording import say
from console.widgets.plain_label import plain_tooltip
from runtime.projections.rows import PlanLine


class PlanModel(KeyedRows[PlanLine]):
    """``depth(place)`` and ``is_parent(place)`` for the delegate."""

    def key_of(self, row: PlanLine) -> str:
        return row.step.step_id

    def title_of(self, row: PlanLine) -> str:
        return row.step.title

    def said_of(self, row: PlanLine) -> str:
        tool = [say("tool {tool}", tool=row.step.tool)] if row.step.tool else []
        took = [say("took {time}", time=milliseconds(row.duration_ms))] if row.duration_ms else []
        said = ", ".join((row.step.title, say(row.status.value), *tool, *took, *step_parts(row, self.rows)))
        return f"{said}. {row.why}" if row.why else said

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return plain_tooltip(self.said_of(self.rows[index.row()]))
        return super().data(index, role)

    def show_plan(self, plan: Sequence[PlanLine]) -> None:
        """Become this plan."""
        self._depths = dict(zip((line.step.step_id for line in plan), plan_depths(tuple(plan)), strict=True))
        self._parents = {line.step.parent for line in plan if line.step.parent}
        self.show_rows(plan)

    def depth(self, place: int) -> int:
        """0 for the steps on top."""
        return self._depths.get(self.rows[place].step.step_id, 0)

    def is_parent(self, place: int) -> bool:
        """Whether other steps belong to it."""
        return self.rows[place].step.step_id in self._parents
