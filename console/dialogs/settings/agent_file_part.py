"""An agent as one readable file: look, edit, import, export; every fault with its place."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.choose_file import file_to_read
from console.dialogs.export_dialog import TextExport
from console.dialogs.settings.form import Lines
from console.widgets.button import ActionButton
from console.widgets.flow_layout import FlowLayout
from console.widgets.plain_label import PlainLabel
from runtime.domain.agent_spec import AgentSpec
from runtime.operations.agent_file import write_agent_file

AGENT_FILE, LONGEST = "Agent file (*.toml)", 8_000_000


class AgentFilePart(QWidget):
    """``taken`` carries the AgentSpec that a person took over from the text; it is saved by Save, not before."""

    taken = Signal(object)

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._spec: AgentSpec | None = None
        theme, px = context.theme, context.theme.px
        self.text = Lines()
        self.text.setFont(theme.font("mono"))
        self.text.setAccessibleName(self.tr("Agent file"))
        self.text.setMinimumHeight(px(260))
        self.faults = PlainLabel(theme, "", "meta_medium", "warn", selectable=True)
        self.faults.hide()
        self.take = ActionButton(theme, self.tr("Take the text over"), "check", height=32)
        self.load_button = ActionButton(theme, self.tr("Import a file"), "upload", height=32)
        self.export = ActionButton(theme, self.tr("Export"), "export", height=32)
        row = FlowLayout(px(8))
        for button in (self.take, self.load_button, self.export):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text, 1)
        column.addWidget(self.faults)
        column.addLayout(row)
        self.take.activated.connect(self.take_over)
        self.load_button.activated.connect(self.import_file)
        self.export.activated.connect(self._export)

    def show_spec(self, spec: AgentSpec) -> None:
        """The file of what the editor holds now; a text with faults that is being mended stays."""
        if spec != self._spec:
            self._spec = spec
            self.text.setPlainText(write_agent_file(spec))
            self._tell(())

    def take_over(self) -> None:
        """Read the text; with faults nothing is taken."""
        self._context.tasks.start(self._read(self.text.toPlainText()), name="read an agent file", owner=self)

    async def _read(self, text: str) -> None:
        found = await self._context.runtime.read_agent_file(text)
        if isinstance(found, tuple):
            self._tell(found)
            return
        self._tell(())
        self._spec = found
        self.taken.emit(found)

    def import_file(self) -> None:
        """Choose a file; its text is shown and read."""
        self._context.tasks.start(self._import(), name="import an agent file", owner=self)

    async def _import(self) -> None:
        chosen = await file_to_read(self.window(), self.tr("Import an agent"), (AGENT_FILE,))
        if chosen is not None:
            await self.read_file(chosen)

    async def read_file(self, chosen: Path) -> None:
        """The file's text into the editor."""
        try:
            content = await asyncio.to_thread(_content, chosen)
            text = content.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else self.tr("it is not UTF-8 text")
            self._tell(
                (self.tr("{name} could not be read: {why}. The agent is as it was.").format(name=chosen.name, why=why),)
            )
            return
        self.text.setPlainText(text)
        await self._read(text)

    def _export(self) -> None:
        name = self._spec.name if self._spec is not None and self._spec.name else "agent"
        TextExport(self._context, self.tr("Export the agent"), name, (AGENT_FILE,), self.text.toPlainText()).start()

    def _tell(self, faults: tuple[str, ...]) -> None:
        self.faults.setText("\n".join(faults))
        self.faults.setVisible(bool(faults))


def _content(path: Path) -> bytes:
    if path.stat().st_size > LONGEST:
        raise OSError(27, f"it is larger than {LONGEST:,} bytes")
    return path.read_bytes()
