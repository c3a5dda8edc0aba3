"""Settings, Agents: the list with revision, state and model; the editor of the chosen one below it."""

from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace

from console.context import ConsoleContext
from console.dialogs.settings.agent_editor import AgentEditor
from console.dialogs.settings.page import SettingsPage
from console.dialogs.settings.ready_agents import ReadyAgents
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.wording import later, say
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from runtime.domain.agent_spec import PLAYBOOK, PLAYBOOK_LABEL, AgentSpec
from runtime.domain.changes import Done
from runtime.domain.commands import PauseAgent, RemoveAgent, ResumeAgent, SaveAgent, TeachExamples
from runtime.domain.ids import AgentName
from runtime.projections.rows import AgentDetail


def model_words(spec: AgentSpec) -> str:
    """The models as they are named everywhere."""
    planner, actor = _chain_words(spec.models.planner), _chain_words(spec.models.actor)
    return planner if planner == actor else say("{planner} plans, {actor} acts", planner=planner, actor=actor)


def _chain_words(chain: Sequence[str]) -> str:
    names = [PLAYBOOK_LABEL if route == PLAYBOOK else route for route in chain]
    return reduce(lambda some, last: say("{some}, then {last}", some=some, last=last), names)


class AgentsPage(SettingsPage):
    """Choosing another agent while edits would be lost is refused with a sentence."""

    key: ClassVar[str] = "agents"
    title: ClassVar[str] = later("Agents")
    icon: ClassVar[str] = "agent"

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme, px = context.theme, context.theme.px
        self._agents: list[AgentDetail] = []
        self._names: dict[str, str] = {}
        self._shown = ""
        self._wanted = ""
        self.model = PlainRows(
            (self.tr("Agent"), self.tr("Revision"), self.tr("State"), self.tr("Model"), self.tr("Role")), self
        )
        self.table = DataTable(theme, self.tr("Agents"), (150, 84, 114, 206, 180), 4)
        self.table.setModel(self.model)
        self.new = ActionButton(theme, self.tr("New"), "plus", height=28)
        self.ready = ReadyAgents(context)
        self.load_file = ActionButton(theme, self.tr("Import a file"), "upload", height=28)
        self.pause = ActionButton(theme, self.tr("Pause"), "pause", height=28)
        self.remove = ActionButton(theme, self.tr("Remove"), "trash", height=28)
        row = FlowLayout(px(8))
        for button in (self.new, self.ready, self.load_file, self.pause, self.remove):
            row.addWidget(button)
        self.editor = AgentEditor(context)
        self.column.addWidget(self.table)
        self.column.addLayout(row)
        self.column.addWidget(self.editor, 1)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.new.activated.connect(self._new)
        self.ready.wanted.connect(self._from_ready)
        self.load_file.activated.connect(self._import)
        self.pause.activated.connect(self._pause)
        self.remove.activated.connect(self._remove)
        self.editor.edited.connect(self._edited)
        self.editor.teach.taught.connect(self._teach)
        self.editor.teach.fault.connect(lambda said: self.tell_fault(self.tr("Nothing was learned"), said))

    async def load(self) -> None:
        history = self.context.runtime.history
        self._names = {one.operator_id: one.name for one in await history.operators()}
        self._agents = [agent for agent in await history.agents() if not agent.removed]
        self.model.show_rows(
            [
                PlainRow(
                    agent.spec.name,
                    (
                        Cell(agent.spec.name, role="body_medium"),
                        Cell(str(agent.revision), "text2"),
                        Cell(
                            self.tr("paused") if agent.paused else self.tr("at work"),
                            icon="pause" if agent.paused else "play",
                        ),
                        Cell(model_words(agent.spec), "text2"),
                        Cell(agent.spec.role, "text2"),
                    ),
                )
                for agent in self._agents
            ]
        )
        self.table.fit_rows(2, 6)
        wanted = self._wanted or self._shown
        row = max(0, self.model.row_of(wanted))
        self._wanted = ""
        if self._agents:
            self._show(self._agents[row])
            self.table.choose_row(row)
        else:
            self._new()

    @property
    def is_dirty(self) -> bool:
        return self.editor.is_dirty

    def save(self) -> None:
        spec, agent = self.editor.spec, self.editor.agent
        expected = 0 if agent is None else agent.revision

        def saved(_done: Done) -> None:
            self._wanted = spec.name

        self.submit(SaveAgent(spec, self.context.operator(), expected), saved)

    def _show(self, agent: AgentDetail | None) -> None:
        self._shown = agent.spec.name if agent is not None else ""
        self.editor.show_agent(agent, self._names)
        self._arm()

    def _chosen(self) -> None:
        key = self.model.key_at(self.table.chosen_row())
        if not key or key == self._shown:
            return
        if self.editor.is_dirty:
            back = self.model.row_of(self._shown)
            self.table.choose_row(back) if back >= 0 else self.table.clearSelection()
            self.tell_fault(self.tr("Edits would be lost"), self.tr("Save or discard them, then choose another agent."))
            return
        self.tell_nothing()
        self._show(next(agent for agent in self._agents if agent.spec.name == key))

    def _edited(self) -> None:
        self._arm()
        self.changed.emit()

    def _arm(self) -> None:
        agent = self.editor.agent
        for button in (self.pause, self.remove):
            button.setEnabled(agent is not None)
        words = self.tr("Resume") if agent is not None and agent.paused else self.tr("Pause")
        if self.pause.text() != words:
            self.pause.setText(words)
            self.pause.set_icon("play" if agent is not None and agent.paused else "pause")

    def _new(self) -> None:
        if self._agents and self.editor.is_dirty:
            self.tell_fault(self.tr("Edits would be lost"), self.tr("Save or discard them first."))
            return
        self.table.clearSelection()
        self._show(None)
        self.editor.show_part("role")

    def _import(self) -> None:
        self._new()
        if self.editor.agent is None:
            self.editor.show_part("file")
            self.editor.file.import_file()

    def _from_ready(self, path: Path) -> None:
        self._new()
        if self.editor.agent is None and not self.editor.is_dirty:
            self.context.tasks.start(self._read_ready(path), name="read a ready agent", owner=self)

    async def _read_ready(self, path: Path) -> None:
        """Its file as it comes, so that what it needs is read; under a free name where its own is taken."""
        self.editor.show_part("file")
        await self.editor.file.read_file(path)
        taken, name = {agent.spec.name for agent in self._agents}, self.editor.spec.name
        free = next(one for at in range(1, len(taken) + 2) if (one := name if at == 1 else f"{name}-{at}") not in taken)
        if free != name:
            self.editor.take(replace(self.editor.spec, name=AgentName(free)))
        said = self.tr("{name} is not saved yet. The head of its file says which key, rules and folder it needs.")
        self.tell_done(said.format(name=free))

    def _pause(self) -> None:
        agent = self.editor.agent
        if agent is not None:
            kind = ResumeAgent if agent.paused else PauseAgent
            self.submit(kind(agent.spec.name, self.context.operator()), failed=self.tr("It stays as it was"))

    def _remove(self) -> None:
        agent = self.editor.agent
        if agent is not None:
            self.submit(RemoveAgent(agent.spec.name, self.context.operator()), failed=self.tr("It was not removed"))

    def _teach(self, command: TeachExamples) -> None:
        self.submit(command, failed=self.tr("Nothing was learned"))
