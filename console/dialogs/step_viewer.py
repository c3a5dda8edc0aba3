"""One step of a run whole: its title, exact arguments and all of its output."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.presenters.timeline_text import output_lines
from console.widgets.button import ActionButton
from console.widgets.exact_text import ExactText
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import TimelineStep

LONGEST = 2_000_000


class StepViewer(QDialog):
    """Nothing is cut: what was too large for the journal is read from its own file."""

    def __init__(self, context: ConsoleContext, step: TimelineStep, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self._step, self._closed = context, step, False
        theme, px = context.theme, context.theme.px
        self.setWindowTitle(self.tr("Step"))
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(8))
        column.addWidget(PlainLabel(theme, step.title, "title", selectable=True))
        if step.tool or step.arguments:
            head = (
                self.tr("Exact arguments of {tool}").format(tool=step.tool) if step.tool else self.tr("Exact arguments")
            )
            column.addWidget(PlainLabel(theme, head, "meta_medium", "text2"))
            self.arguments = ExactText(theme, name=head, max_rows=10)
            self.arguments.set_text(step.arguments)
            column.addWidget(self.arguments)
        self.output = ExactText(theme, name=self.tr("Output"), max_rows=24)
        self._about = PlainLabel(theme, self.tr("Output"), "meta_medium", "text2")
        column.addWidget(self._about)
        column.addWidget(self.output, 1)
        if step.output or step.output_blob:
            self.output.set_text("\n".join(output_lines(step.output)))
        else:
            self._about.setText(self.tr("This step has no output"))
            self.output.hide()
            column.addStretch(1)
        close = ActionButton(theme, self.tr("Close"), None, "Esc", "normal", enter=True)
        close.activated.connect(self.accept)
        copy = ActionButton(theme, self.tr("Copy"), "copy", None, "quiet")
        copy.activated.connect(self.output.copy)
        copy.setVisible(not self.output.isHidden())
        foot = QHBoxLayout()
        foot.addWidget(copy)
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)
        open_at(self, theme, 820, 640)
        self.finished.connect(self._ended)
        if step.output_blob:
            context.tasks.start(self._read_whole(step.output_blob), name="read a whole output", owner=self)

    async def _read_whole(self, digest: str) -> None:
        try:
            content = await self.context.runtime.blob(digest)
        except OSError as error:
            if not self._closed:
                lost = self.tr("Output, beginning only: the whole can't be read ({why})")
                self._about.setText(lost.format(why=error.strerror or type(error).__name__))
            return
        if not self._closed:
            text = content.decode("utf-8", "backslashreplace")
            if len(text) > LONGEST:
                cut = self.tr("Output, the first {shown} of {all} characters; copy the run for all of it")
                self._about.setText(cut.format(shown=f"{LONGEST:,}", all=f"{len(text):,}"))
            self.output.set_text("\n".join(output_lines(text[:LONGEST])))

    def _ended(self) -> None:
        self._closed = True
