"""What an agent is: name, role, instructions, success, inbox."""

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from console.dialogs.settings.form import Form
from console.theme.theme import Theme
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName


class AgentRolePart(Form):
    """The name of a saved agent stays: its history hangs on it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.name = self.text(self.tr("Name"), self.tr("a-z, 0-9 and -, for example refunds"), longest=60)
        self.role = self.text(self.tr("Role"), self.tr("In one line, what it does."), longest=200)
        self.instructions = self.lines(self.tr("Instructions"), self.tr("What it is told before each run."), 5)
        self.success = self.lines(self.tr("Good outcome"), self.tr("In words, for people who judge its work."), 2)
        self.inbox = self.text(
            self.tr("Inbox"),
            self.tr("Folder of mail below the workspace; each new message becomes a run. Empty = none."),
        )
        self.at_once = self.number(
            self.tr("At once"), 1, 1_000, note=self.tr("So many of its runs; more wait in the queue.")
        )

    def fill(self, spec: AgentSpec, is_new: bool) -> None:
        """Show it."""
        self.name.setText(spec.name)
        self.name.setEnabled(is_new)
        self.role.setText(spec.role)
        for field, text in ((self.instructions, spec.instructions), (self.success, spec.success)):
            if field.toPlainText() != text:
                field.setPlainText(text)
        self.inbox.setText(spec.inbox)
        self.at_once.setValue(spec.at_once)

    def read(self, spec: AgentSpec) -> AgentSpec:
        """The form over what it was."""
        return replace(
            spec,
            name=AgentName(self.name.text().strip()),
            role=self.role.text().strip(),
            instructions=self.instructions.toPlainText(),
            success=self.success.toPlainText(),
            inbox=self.inbox.text().strip(),
            at_once=self.at_once.value(),
        )
