"""The editor of one agent: what it is, its bounds, tools, quotas, its file, its revisions, its lessons."""

from collections.abc import Mapping

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.settings.agent_file_part import AgentFilePart
from console.dialogs.settings.agent_limits_part import AgentLimitsPart
from console.dialogs.settings.agent_models_part import AgentModelsPart
from console.dialogs.settings.agent_quotas_part import AgentQuotasPart
from console.dialogs.settings.agent_revisions_part import AgentRevisionsPart
from console.dialogs.settings.agent_role_part import AgentRolePart
from console.dialogs.settings.agent_success_part import AgentSuccessPart
from console.dialogs.settings.agent_teach_part import AgentTeachPart
from console.dialogs.settings.agent_tools_part import AgentToolsPart
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.projections.rows import AgentDetail

MOST_FAULTS = 6
BLANK = AgentSpec(AgentName(""), "")


def starter() -> AgentSpec:
    """A new agent: it hands every message to a person until somebody teaches it more."""
    step = StepSpec("to_person", "Hand the message to a person", finish="escalated", say="This needs a person.")
    intent = IntentSpec("anything", "Anything", ("Hello, I have a question",), (), (step,))
    return AgentSpec(AgentName(""), "", playbook=PlaybookSpec((intent,)))


class AgentEditor(QWidget):
    """``edited`` after each change. ``spec`` is what it holds; nothing is sent from here but lessons."""

    edited = Signal()

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        theme, px = context.theme, context.theme.px
        self._loaded, self._spec = BLANK, starter()
        self._filling = False
        self.agent: AgentDetail | None = None
        self.role, self.limits = AgentRolePart(theme), AgentLimitsPart(theme)
        self.models = AgentModelsPart(theme)
        self.tools, self.quotas = AgentToolsPart(theme), AgentQuotasPart(theme)
        self.success = AgentSuccessPart(theme)
        self.file, self.revisions = AgentFilePart(context), AgentRevisionsPart(context)
        self.teach = AgentTeachPart(context)
        self._parts: dict[str, QWidget] = {
            "role": self.role,
            "models": self.models,
            "limits": self.limits,
            "tools": self.tools,
            "quotas": self.quotas,
            "success": self.success,
            "file": self.file,
            "revisions": self.revisions,
            "teach": self.teach,
        }
        self.tabs = Segmented(
            theme,
            [
                ("role", self.tr("Role")),
                ("models", self.tr("Models")),
                ("limits", self.tr("Limits")),
                ("tools", self.tr("Tools")),
                ("quotas", self.tr("Quotas")),
                ("success", self.tr("Success")),
                ("file", self.tr("File")),
                ("revisions", self.tr("Revisions")),
                ("teach", self.tr("Teach")),
            ],
            self.tr("Parts of the agent"),
            wraps=True,
        )
        self.faults = PlainLabel(theme, "", "meta_medium", "warn", selectable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self.tabs)
        column.addWidget(self.faults)
        for key, part in self._parts.items():
            column.addWidget(part, 0 if key in ("role", "models", "limits", "teach") else 1)
            part.hide()
        column.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding))
        self.role.show()
        self.tabs.chosen.connect(self.show_part)
        for part in (self.role, self.models, self.limits, self.tools, self.quotas, self.success):
            part.edited.connect(self._form_edited)
        self.file.taken.connect(self.take)
        self.revisions.taken.connect(self.take)

    def show_part(self, key: str) -> None:
        """One of the tabs."""
        self.tabs.set_current(key)
        for name, part in self._parts.items():
            part.setVisible(name == key)
        if key == "file":
            self.file.show_spec(self._spec)

    def show_agent(self, agent: AgentDetail | None, names: Mapping[str, str]) -> None:
        """A saved agent, or a new one; edits are dropped."""
        self.agent = agent
        self._loaded = BLANK if agent is None else agent.spec
        self.take(starter() if agent is None else agent.spec)
        self.revisions.show_agent(agent, names)
        self.teach.show_agent(agent)

    def take(self, spec: AgentSpec) -> None:
        """Show this as what is being edited; the name of a saved agent stays."""
        self._spec = spec if self.agent is None else replace(spec, name=self.agent.spec.name)
        self._filling = True
        self.role.fill(self._spec, self.agent is None)
        self.models.fill(self._spec, self.agent.taught if self.agent is not None else 0)
        self.limits.fill(self._spec)
        self.tools.show_items(self._spec.tools)
        self.quotas.show_items(self._spec.quotas)
        self.success.show_items(self._spec.criteria)
        self._filling = False
        if self.tabs.current == "file":
            self.file.show_spec(self._spec)
        self._judge()

    @property
    def spec(self) -> AgentSpec:
        """What the editor holds."""
        return self._spec

    @property
    def is_dirty(self) -> bool:
        """Whether it differs from what is saved; an untouched new agent does not."""
        return self._spec != (starter() if self.agent is None else self._loaded)

    def _form_edited(self) -> None:
        if self._filling:
            return
        spec = self.limits.read(self.models.read(self.role.read(self._spec)))
        self._spec = replace(
            spec, tools=self.tools.grants(), quotas=self.quotas.quotas(), criteria=self.success.criteria()
        )
        self._judge()

    def _judge(self) -> None:
        faults = self._context.runtime.agent_faults(self._spec) if self.is_dirty else ()
        shown = list(faults[:MOST_FAULTS])
        if len(faults) > MOST_FAULTS:
            shown.append(self.tr("and {count} more").format(count=len(faults) - MOST_FAULTS))
        self.faults.setText("\n".join(shown))
        self.faults.setVisible(bool(faults))
        self.edited.emit()
