"""What else can be done with a run: copy it as evidence, see its source and attachments, show it by itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from console.context import ConsoleContext
from console.notices.notice import Notice
from console.presenters.run_evidence import run_evidence_json, run_evidence_text
from console.views.run_header import RunHeader
from runtime.domain.words import RunState
from runtime.projections.rows import RunRow

ALL_STEPS = 1_000_000


class RunMenu(QObject):
    """The lines behind "…" in the header; ``own_window`` with the run."""

    own_window = Signal(str)

    def __init__(self, context: ConsoleContext, header: RunHeader, *, with_window: bool) -> None:
        super().__init__(header)
        self._context, self._header, self._with_window = context, header, with_window
        self._row: RunRow | None = None
        header.chosen.connect(self.do)

    def show_run(self, row: RunRow) -> None:
        """The run it speaks about."""
        self._row = row
        lines = [
            ("text", self.tr("Copy as evidence, text"), "copy"),
            ("json", self.tr("Copy as evidence, JSON"), "copy"),
        ]
        if row.state is not RunState.FINISHED and row.steps:
            lines.append(("plan", self.tr("Edit the plan"), "edit"))
        if row.source:
            lines.append(("source", self.tr("Source and attachments"), "paperclip"))
        if self._with_window:
            lines.append(("window", self.tr("Open in its own window"), "external-link"))
        self._header.set_lines(lines)

    def do(self, key: str) -> None:
        """A line was chosen."""
        if key == "text":
            self.copy_text()
        elif key == "json":
            self.copy_json()
        elif key == "plan":
            self.edit_plan()
        elif key == "source":
            self.show_source()
        elif key == "window" and self._row is not None:
            self.own_window.emit(self._row.run_id)

    def copy_text(self) -> None:
        """For people."""
        self._context.tasks.start(self._copy("text"), name="copy a run", owner=self)

    def copy_json(self) -> None:
        """For programs."""
        self._context.tasks.start(self._copy("json"), name="copy a run", owner=self)

    def show_source(self) -> None:
        """The mail and what is attached to it."""
        from console.dialogs.attachments_dialog import AttachmentsDialog

        if self._row is not None:
            dialog = AttachmentsDialog(self._context, self._row, self._context.window() or self._header)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def edit_plan(self) -> None:
        """Reorder, change, add and drop what is left of it."""
        from console.dialogs.plan_dialog import PlanDialog

        if self._row is not None:
            dialog = PlanDialog(self._context, self._row.run_id, None, self._context.window() or self._header)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    async def _copy(self, form: str) -> None:
        if self._row is None:
            return
        run_id, history = self._row.run_id, self._context.runtime.history
        detail = await history.run(run_id)
        steps = await history.timeline(run_id, 0, ALL_STEPS)
        if detail is None:
            return
        make = run_evidence_json if form == "json" else run_evidence_text
        QGuiApplication.clipboard().setText(make(detail, steps, self._context.runtime.title))
        said = self.tr("Run copied as JSON, {count} steps") if form == "json" else self.tr("Run copied, {count} steps")
        self._context.notices.tell(Notice("done", said.format(count=len(steps))))
