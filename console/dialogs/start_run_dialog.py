"""Start a run by hand: an agent, and a text or a file (chosen or dragged here)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.operations.task_from_file import CannotRead, size_words, task_from_file, typed_task
from console.widgets.banner import Banner
from console.widgets.button import ActionButton
from console.widgets.choice import Choice
from console.widgets.exact_text import ExactText
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from runtime.domain.changes import Done
from runtime.domain.commands import StartRun
from runtime.domain.ids import AgentName
from runtime.domain.refusals import Refusal
from runtime.domain.task import Task
from runtime.operations.new_ids import new_run_id


class StartRunDialog(QDialog):
    """``started`` with the run id once the run is recorded."""

    started = Signal(str)

    def __init__(self, context: ConsoleContext, agent: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self._wanted_agent = context, agent
        self._task: Task | None = None
        self._sent = self._closed = False
        self.setWindowTitle(self.tr("Start a run"))
        self.setModal(True)
        self.setAcceptDrops(True)
        self._build()
        self.finished.connect(self._ended)
        context.tasks.start(self._read_agents(), name="agents for a run", owner=self)

    def _build(self) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.agent = Choice(theme, wide=0, height=32)
        self.agent.setAccessibleName(self.tr("Agent"))
        self.way = Segmented(
            theme, (("text", self.tr("Text")), ("file", self.tr("File"))), self.tr("What it gets"), "text"
        )
        self.heading = QLineEdit()
        self.heading.setPlaceholderText(self.tr("Title for lists; empty = the first line"))
        self.heading.setAccessibleName(self.tr("Title"))
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(self.tr("Say what is to be done"))
        self.text.setAccessibleName(self.tr("Task"))
        self.text.setTabChangesFocus(True)
        typed = QWidget()
        rows = QVBoxLayout(typed)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.heading)
        rows.addWidget(self.text, 1)
        self.choose = ActionButton(theme, self.tr("Choose a file"), "folder")
        self.file_words = PlainLabel(
            theme, self.tr("Or drag a mail or a text file here. At most 50 MB."), "meta", "text2"
        )
        self.preview = ExactText(theme, name=self.tr("What the agent gets"), max_rows=12)
        self.preview.hide()
        filed = QWidget()
        rows = QVBoxLayout(filed)
        rows.setContentsMargins(0, 0, 0, 0)
        first = QHBoxLayout()
        first.addWidget(self.choose)
        first.addWidget(self.file_words, 1)
        rows.addLayout(first)
        rows.addWidget(self.preview, 1)
        rows.addStretch(0)
        self.pages = QStackedWidget()
        self.pages.addWidget(typed)
        self.pages.addWidget(filed)
        self.trouble = Banner(theme, "warn", "", "", stacked=True)
        self.trouble.hide()
        self.start = ActionButton(theme, self.tr("Start run"), "play")
        cancel = ActionButton(theme, self.tr("Cancel"), None, "Esc", "quiet")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(theme, self.tr("Start a run"), "page", wrap=False))
        column.addWidget(PlainLabel(theme, self.tr("Agent"), "meta_medium", "text2", wrap=False))
        column.addWidget(self.agent)
        column.addWidget(self.way)
        column.addWidget(self.pages, 1)
        column.addWidget(self.trouble)
        column.addLayout(foot)
        open_at(self, theme, 620, 520)
        self.way.chosen.connect(self._way_chosen)
        self.text.textChanged.connect(self._offer)
        self.choose.activated.connect(self._choose_file)
        self.start.activated.connect(self._start)
        self.start.locked_pressed.connect(lambda: self._tell(self.start.locked))
        cancel.activated.connect(self.reject)
        self._offer()

    async def _read_agents(self) -> None:
        agents = await self.context.runtime.history.agents()
        if self._closed:
            return
        for detail in sorted(agents, key=lambda one: one.spec.name.casefold()):
            if not detail.removed:
                paused = self.tr("{name} (paused: it starts when resumed)").format(name=detail.spec.name)
                self.agent.addItem(paused if detail.paused else detail.spec.name, str(detail.spec.name))
        self.agent.setCurrentIndex(max(0, self.agent.findData(self._wanted_agent)))
        self._offer()

    # -- the task ------------------------------------------------------------------------------------------------
    def _way_chosen(self, way: str) -> None:
        self.pages.setCurrentIndex(0 if way == "text" else 1)
        self.trouble.hide()
        self._offer()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("A mail or a text file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()
            self.take_file(Path(urls[0].toLocalFile()))

    def take_file(self, path: Path) -> None:
        """Read it, off the loop."""
        self.way.set_current("file")
        self._way_chosen("file")
        self._task = None
        self.preview.hide()
        self.file_words.setText(self.tr("Reading {name}").format(name=path.name))
        self._offer()
        self.context.tasks.start(self._read_file(path), name="read a file", owner=self)

    async def _read_file(self, path: Path) -> None:
        try:
            task = await asyncio.to_thread(task_from_file, path)
        except CannotRead as error:
            if not self._closed:
                self.file_words.setText(path.name)
                self._tell(str(error))
            return
        if self._closed:
            return
        self._task = task
        said = self.tr("{name}, {size} of text").format(
            name=path.name, size=size_words(len(task.text.encode("utf-8", "replace")))
        )
        attached = task.facts.get("attachments", "")
        more = self.tr("; attached: {names}").format(names=attached) if attached else ""
        self.file_words.setText(f"{task.title}. {said}{more}")
        self.preview.set_text(task.text[:200_000])
        self.preview.show()
        self._offer()

    def _chosen_task(self) -> Task | None:
        if self.way.current == "file":
            return self._task
        text = self.text.toPlainText()
        return typed_task(self.heading.text(), text, self.context.operator()) if text.strip() else None

    @property
    def holds_work(self) -> bool:
        """Whether there is a task that was not started yet."""
        return self._chosen_task() is not None

    def _offer(self) -> None:
        why = ""
        if not self.agent.count():
            why = self.tr("There is no agent to start. Make one in Settings.")
        elif self._chosen_task() is None:
            why = (
                self.tr("Choose a file first.")
                if self.way.current == "file"
                else self.tr("Say first what is to be done.")
            )
        elif self._sent:
            why = self.tr("Sent, not recorded yet.")
        self.start.set_locked(why)

    # -- starting ------------------------------------------------------------------------------------------------
    def _start(self) -> None:
        task = self._chosen_task()
        if task is None or self._sent:
            return
        self._sent = True
        self.trouble.hide()
        run_id = new_run_id()
        command = StartRun(run_id, AgentName(self.agent.currentData()), task, self.context.operator())

        def told(answer: Done | Refusal) -> None:
            self._sent = False
            if isinstance(answer, Done):
                if not self._closed:
                    self.accept()
                self.started.emit(run_id)
            elif not self._closed:
                self._tell(answer.sentence)
                self._offer()

        self.context.runner.submit(command, told, quiet=True, asker=self)
        self._offer()

    def _tell(self, sentence: str) -> None:
        self.trouble.set_message(self.tr("Not started"), sentence)
        self.trouble.show()

    def _ended(self) -> None:
        self._closed = True
