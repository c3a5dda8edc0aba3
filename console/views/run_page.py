"""One run, with all that can be done with it; in the Runs screen and in a window of its own."""

from __future__ import annotations

from console.context import ConsoleContext
from console.models.timeline_model import checkpoint_of
from console.notices.notice import Notice
from console.views.shown_run import ShownRun
from runtime.domain.changes import Done
from runtime.domain.commands import LeaveNote, PauseRun, ResumeRun, StopRun
from runtime.domain.ids import RunId
from runtime.domain.refusals import Refusal
from runtime.domain.words import RunState
from runtime.projections.rows import RunDetail, TimelineStep


class RunPage(ShownRun):
    """Gestures become commands here."""

    def __init__(self, context: ConsoleContext, *, with_back: bool = True) -> None:
        super().__init__(context, with_back=with_back)
        head = self.header
        self.shown.connect(self._offer)
        head.pause_pressed.connect(self.pause_or_resume)
        head.roll_back_pressed.connect(self.roll_back)
        head.no_roll_back_pressed.connect(self.tell_no_roll_back)
        head.stop_pressed.connect(self.stop_run)
        head.back_pressed.connect(self.back)
        self.menu.own_window.connect(self.own_window)
        self.timeline.opened.connect(self._open_whole)
        self.timeline.delegate.roll_back_wanted.connect(self.roll_back_to)
        self.note.sent.connect(self._send_note)
        self.note.left.connect(self.timeline.setFocus)

    # -- what can be done ----------------------------------------------------------------------------------------
    @property
    def _fresh(self) -> RunDetail | None:
        return None if self.stale_since else self.detail

    @property
    def can_pause(self) -> bool:
        """Whether it is at work or paused."""
        return self._fresh is not None and self._fresh.row.state is not RunState.FINISHED

    can_stop = can_pause
    can_note = can_pause

    @property
    def can_roll_back(self) -> bool:
        """Whether it changed anything."""
        return self._fresh is not None and self._fresh.effects > 0

    def why_no_roll_back(self) -> str:
        """One sentence; "" where it can be done."""
        if self.can_roll_back:
            return ""
        if self.stale_since:
            return self.tr("Off until the journal answers")
        if self.detail is None:
            return self.tr("Off until the run was read")
        return self.tr("This run has changed nothing, so there is nothing to roll back")

    def tell_no_roll_back(self) -> None:
        """Z, or the button, where it can't be done."""
        why = self.why_no_roll_back()
        if self.detail is not None and why:
            self.context.notices.tell(Notice("refused", self.tr("Not rolled back"), f"{why}.", key="no roll back"))

    def _offer(self) -> None:
        self.header.set_possible(pause=self.can_pause, no_roll_back=self.why_no_roll_back(), stop=self.can_stop)
        self.note.setEnabled(self.can_note)
        self.keys_changed.emit()

    def pause_or_resume(self) -> None:
        """P."""
        detail = self._fresh
        if detail is not None and self.can_pause:
            kind = ResumeRun if detail.row.state is RunState.PAUSED else PauseRun
            self.context.runner.submit(kind(RunId(self.run_id), self.context.operator()))

    def stop_run(self) -> None:
        """End it now; what was done stays done."""
        if self.can_stop:
            self.context.runner.submit(StopRun(RunId(self.run_id), self.context.operator()))

    def roll_back(self) -> None:
        """Z: to the checkpoint of the chosen step."""
        if self.can_roll_back:
            self.roll_back_to(max(0, self.timeline.chosen_checkpoint()))

    def roll_back_to(self, checkpoint: int) -> None:
        """The sheet that says what would be undone."""
        from console.dialogs.rollback_sheet import RollbackSheet

        if self.detail is not None and checkpoint >= 0 and not self.stale_since:
            names = {checkpoint_of(step): step.title for step in self.model.steps if checkpoint_of(step) >= 0}
            sheet = RollbackSheet(self.context, self.detail.row, checkpoint, names, self.context.window() or self)
            sheet.finished.connect(sheet.deleteLater)
            sheet.open()

    def leave_note(self) -> bool:
        """Esc inside the note field: back to the steps. False where the keyboard is elsewhere."""
        if self.note.hasFocus():
            self.timeline.setFocus()
            return True
        return False

    def write_note(self) -> None:
        """N."""
        self.note.setFocus()

    def _send_note(self, text: str) -> None:
        run_id = self.run_id

        def told(answer: Done | Refusal) -> None:
            if isinstance(answer, Done):
                self.note.recorded(run_id, text)

        if self.can_note:
            self.context.runner.submit(LeaveNote(RunId(run_id), self.context.operator(), text), told, asker=self)

    # -- steps ---------------------------------------------------------------------------------------------------
    def expand_step(self) -> None:
        """Space."""
        self.timeline.toggle(self.timeline.chosen())

    def open_step(self) -> None:
        """Enter: the ask of the step, or the whole step."""
        place = self.timeline.chosen()
        line = self.model.line(place) if place >= 0 else None
        if isinstance(line, TimelineStep):
            if line.mark == "ask" and line.ask_id:
                self.context.open_ask(line.ask_id)
            else:
                self._open_whole(place)

    def _open_whole(self, place: int) -> None:
        from console.dialogs.step_viewer import StepViewer

        line = self.model.line(place)
        if isinstance(line, TimelineStep):
            viewer = StepViewer(self.context, line, self.context.window() or self)
            viewer.finished.connect(viewer.deleteLater)
            viewer.open()

    def toggle_following(self) -> None:
        """L."""
        self.follow.setChecked(not self.follow.isChecked())

    def next_filter(self) -> None:
        """/: the next kind of steps."""
        self.filter.segment(self.filter.current).setFocus()
