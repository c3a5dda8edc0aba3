"""The revisions of an agent: when, by whom, why; an earlier one can be taken up again as an edit."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.times import day_and_time
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import AgentDetail


class AgentRevisionsPart(QWidget):
    """``taken`` carries the AgentSpec of an earlier revision."""

    taken = Signal(object)

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._name = ""
        theme, px = context.theme, context.theme.px
        self.model = PlainRows((self.tr("Revision"), self.tr("Saved"), self.tr("By"), self.tr("Note")), self)
        self.table = DataTable(theme, self.tr("Revisions, newest first"), (90, 130, 150, 200), 3)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(200))
        self.take = ActionButton(theme, self.tr("Edit from this revision"), "history", height=32)
        note = self.tr("A revision never changes. Saving makes a new one; runs name the one they used.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.take)
        column.addWidget(PlainLabel(theme, note, "meta", "text2"))
        self.table.selectionModel().selectionChanged.connect(self._arm)
        self.take.activated.connect(self._take)
        self._arm()

    def show_agent(self, agent: AgentDetail | None, names: Mapping[str, str]) -> None:
        """Its revisions."""
        self._name = agent.spec.name if agent is not None else ""
        now = self._context.now()
        self.model.show_rows(
            []
            if agent is None
            else [
                PlainRow(
                    str(revision),
                    (
                        Cell(str(revision), role="body_medium"),
                        Cell(day_and_time(at, now)),
                        Cell(names.get(by, by), "text2"),
                        Cell(note, "text2"),
                    ),
                )
                for revision, at, by, note in agent.revisions
            ]
        )
        self._arm()

    def _arm(self) -> None:
        self.take.setEnabled(self.table.chosen_row() > 0)

    def _take(self) -> None:
        key = self.model.key_at(self.table.chosen_row())
        if key:
            self._context.tasks.start(self._read(self._name, int(key)), name="read a revision", owner=self)

    async def _read(self, name: str, revision: int) -> None:
        found = await self._context.runtime.history.agent(name, revision)
        if found is not None:
            self.taken.emit(found.spec)
