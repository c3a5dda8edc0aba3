"""Agents that come with the program, behind one button: a person chooses one and goes on from its file."""

import asyncio
import tomllib
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from console.context import ConsoleContext
from console.theme.bundled import bundled
from console.widgets.button import ActionButton


def ready_agents() -> list[tuple[str, Path]]:
    """(what it is, its file) of each, by name. Raises OSError and ValueError where the program is not whole."""
    found = []
    for path in sorted(bundled("agents").glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        found.append((f"{content['name']}: {content['role'].partition(',')[0].rstrip('.')}", path))
    return found


class ReadyAgents(ActionButton):
    """``wanted`` carries the Path of the file that was chosen."""

    wanted = Signal(object)

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(context.theme, self.tr("Ready agents"), "list", height=28, parent=parent)
        self.setAccessibleName(self.tr("New from an agent that comes with the program"))
        self._context = context
        self.choices: QMenu | None = None
        self.activated.connect(self._open)

    def _open(self) -> None:
        self._context.tasks.start(self._offer(), name="list the ready agents", owner=self)

    async def _offer(self) -> None:
        ready = await asyncio.to_thread(ready_agents)
        if self.choices is not None:
            self.choices.deleteLater()
        self.choices = QMenu(self)
        for words, path in ready:
            line = QAction(words.replace("&", "&&"), self.choices)
            line.triggered.connect(lambda _checked=False, path=path: self.wanted.emit(path))
            self.choices.addAction(line)
        self.choices.popup(self.mapToGlobal(QPoint(0, self.height())))
