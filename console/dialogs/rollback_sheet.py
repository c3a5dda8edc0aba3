"""Before a rollback: what will be undone, what can't be and why, and what somebody else changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.presenters.exact_lines import unified_lines
from console.presenters.rollback_text import CANNOT, CONFLICT, UNDONE, button_text, group_lines, group_title, line_text
from console.widgets.banner import Banner
from console.widgets.button import ActionButton
from console.widgets.check_box import CheckBox
from console.widgets.choice import Choice
from console.widgets.exact_text import ExactText
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.changes import Done
from runtime.domain.commands import RollBack
from runtime.domain.ids import CallId, RunId
from runtime.domain.refusals import Refusal
from runtime.domain.words import RunState
from runtime.projections.rows import RunRow, UndoLine

MOST_ROWS = 100


class RollbackSheet(QDialog):
    """``names`` are the titles of the checkpoints there are; the person may choose another one here."""

    def __init__(
        self,
        context: ConsoleContext,
        run: RunRow,
        checkpoint: int,
        names: Mapping[int, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self._run = context, run
        self.checkpoint = checkpoint
        self.lines: list[UndoLine] = []
        self.overwrite: dict[str, CheckBox] = {}
        self._loaded = self._sent = self._closed = False
        self.setWindowTitle(self.tr("Roll back"))
        self.setModal(True)
        self._build(names)
        self.finished.connect(self._ended)
        self._read()

    def _build(self, names: Mapping[int, str]) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.to = Choice(theme, wide=0, height=32)
        self.to.setAccessibleName(self.tr("Roll back to"))
        start = self.tr("Checkpoint 0, before the first change")
        for number, title in sorted(
            {0: start, self.checkpoint: self.tr("This checkpoint"), **names}.items(), reverse=True
        ):
            self.to.addItem(title, number)
        self.to.setCurrentIndex(self.to.findData(self.checkpoint))
        self._page = QWidget()
        self._groups = QVBoxLayout(self._page)
        self._groups.setContentsMargins(0, 0, px(8), 0)
        self._groups.setSpacing(px(12))
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._page)
        scroll.setAccessibleName(self.tr("What would happen"))
        self.trouble = Banner(theme, "warn", "", "", stacked=True)
        self.trouble.hide()
        self.go = ActionButton(theme, self.tr("Roll back"), "rollback")
        self.go.set_locked(self.tr("Looking up what would be undone."))
        cancel = ActionButton(theme, self.tr("Cancel"), None, "Esc", "quiet")
        stops = self._run.state is not RunState.FINISHED
        note = (
            self.tr("The run is stopped first. Steps stay in the list, struck through.")
            if stops
            else self.tr("Steps stay in the list, struck through.")
        )
        foot = QHBoxLayout()
        foot.addWidget(PlainLabel(theme, note, "meta", "text2"), 1)
        foot.addWidget(cancel)
        foot.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(theme, self.tr("Roll back: {title}").format(title=self._run.title), "page"))
        column.addWidget(self.to)
        column.addWidget(scroll, 1)
        column.addWidget(self.trouble)
        column.addLayout(foot)
        open_at(self, theme, 720, 620)
        self.to.activated.connect(self._chosen)
        self.go.activated.connect(self._roll_back)
        self.go.locked_pressed.connect(lambda: self._tell(self.go.locked))
        cancel.activated.connect(self.reject)

    # -- reading -------------------------------------------------------------------------------------------------
    def _chosen(self) -> None:
        self.checkpoint = int(self.to.currentData())
        self._read()

    def _read(self) -> None:
        self._loaded = False
        self._offer()
        self.context.tasks.start(self._load(self.checkpoint), name="what a rollback would do", owner=self)

    async def _load(self, checkpoint: int) -> None:
        answer = await self.context.runtime.rollback_sheet(self._run.run_id, checkpoint)
        if self._closed or checkpoint != self.checkpoint:
            return
        self._loaded = True
        self.lines = [] if isinstance(answer, Refusal) else answer
        self.trouble.hide()
        if isinstance(answer, Refusal):
            self._tell(answer.sentence)
        self._show()

    def _show(self) -> None:
        while (item := self._groups.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.overwrite = {}
        for outcome in (CONFLICT, CANNOT, UNDONE):
            lines = group_lines(self.lines, outcome)
            if lines:
                self._groups.addWidget(self._group(outcome, lines))
        if not self.lines and self.trouble.isHidden():
            nothing = self.tr("Nothing was changed after this point; there is nothing to undo.")
            self._groups.addWidget(PlainLabel(self.context.theme, nothing, "body", "text2"))
        self._groups.addStretch(1)
        self._offer()

    def _group(self, outcome: str, lines: Sequence[UndoLine]) -> Panel:
        theme = self.context.theme
        icon = {UNDONE: "undo-2", CANNOT: "ban", CONFLICT: "warning"}[outcome]
        panel = Panel(theme, group_title(outcome, len(lines)), icon=icon)
        for line in lines[:MOST_ROWS]:
            title, sentence = line_text(line)
            panel.add(PlainLabel(theme, title, "body_strong"))
            panel.add(PlainLabel(theme, sentence, "meta", "text2"))
            if outcome == CONFLICT:
                self._add_conflict(panel, line)
        if len(lines) > MOST_ROWS:
            more = self.tr("and {count} more").format(count=len(lines) - MOST_ROWS)
            panel.add(PlainLabel(theme, more, "meta", "text2"))
        return panel

    def _add_conflict(self, panel: Panel, line: UndoLine) -> None:
        theme = self.context.theme
        if line.difference:
            shown = ExactText(theme, name=self.tr("Changed since: {title}").format(title=line.title), max_rows=12)
            is_diff = line.difference.startswith(("---", "@@"))
            if is_diff:
                shown.set_diff(unified_lines(line.difference), line.difference)
            else:
                shown.set_text(line.difference)
            panel.add(shown)
        tick = CheckBox(theme, self.tr("Overwrite what was changed since, and undo this step"))
        tick.toggled.connect(self._offer)
        panel.add(tick)
        self.overwrite[line.call_id] = tick

    # -- going ---------------------------------------------------------------------------------------------------
    def _ticked(self) -> tuple[CallId, ...]:
        return tuple(CallId(call_id) for call_id, tick in self.overwrite.items() if tick.isChecked())

    def _offer(self) -> None:
        steps = len(group_lines(self.lines, UNDONE)) + len(self._ticked())
        self.go.setText(button_text(steps) if self._loaded else self.tr("Roll back"))
        why = ""
        if not self._loaded:
            why = self.tr("Looking up what would be undone.")
        elif not steps:
            why = (
                self.tr("Nothing here can be undone without overwriting.")
                if self.overwrite
                else self.tr("Nothing here can be undone.")
            )
        elif self._sent:
            why = self.tr("Sent, not recorded yet.")
        self.go.set_locked(why)

    def _roll_back(self) -> None:
        if self._sent:
            return
        self._sent = True

        def told(answer: Done | Refusal) -> None:
            self._sent = False
            if self._closed:
                return
            if isinstance(answer, Done):
                self.accept()
            else:
                self._tell(answer.sentence)
                self._offer()

        command = RollBack(RunId(self._run.run_id), self.checkpoint, self.context.operator(), self._ticked())
        self.context.runner.submit(command, told, asker=self)
        self._offer()

    def _tell(self, sentence: str) -> None:
        self.trouble.set_message(self.tr("Not rolled back"), sentence)
        self.trouble.show()

    def _ended(self) -> None:
        self._closed = True
