"""One run: plan, timeline with what streams, facts; in the Runs screen and in a window of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.models.timeline_model import TimelineModel, checkpoint_of
from console.notices.notice import Notice
from console.presenters.timeline_text import filter_texts
from console.views.ground import Ground
from console.views.note_field import NoteField
from console.views.plan_pane import PlanPane
from console.views.run_course import CourseReader
from console.views.run_facts import RunFacts
from console.views.run_header import RunHeader
from console.views.run_menu import RunMenu
from console.views.table import RUNS
from console.views.timeline_list import TimelineList
from console.views.timeline_pages import TimelinePages
from console.views.view import View
from console.widgets.banner import Banner
from console.widgets.button import ActionButton
from console.widgets.hairline import Hairline
from console.widgets.segmented import Segmented
from console.widgets.splitter import Splitter
from console.widgets.toggle import Toggle
from runtime.domain.changes import Done
from runtime.domain.commands import LeaveNote, PauseRun, ResumeRun, StopRun
from runtime.domain.ids import RunId
from runtime.domain.refusals import Refusal
from runtime.domain.words import RunState
from runtime.projections.rows import RunDetail, TimelineStep

NARROW, LIVE_MS = 1060, 100


class RunPage(View):
    """``back`` when a person wants the list; ``own_window`` with the run to be shown by itself."""

    title: ClassVar[str] = "Run"
    number: ClassVar[int] = RUNS
    back = Signal()
    own_window = Signal(str)

    def __init__(self, context: ConsoleContext, *, with_back: bool = True) -> None:
        super().__init__(context)
        self.run_id = ""
        self.detail: RunDetail | None = None
        self._pages: TimelinePages | None = None
        self._watching: asyncio.Task[None] | None = None
        self._pieces: dict[str, str] = {}
        self._wide_sizes: list[int] = []
        self._build(with_back)
        self._live_timer = QTimer(self)
        self._live_timer.setSingleShot(True)
        self._live_timer.setInterval(LIVE_MS)
        self._live_timer.timeout.connect(self._show_live)

    # -- building ------------------------------------------------------------------------------------------------
    def _build(self, with_back: bool) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.plan, self.facts = PlanPane(theme), RunFacts(self.context)
        self._course = CourseReader(self.context, self.facts)
        self.header = RunHeader(theme, with_back=with_back)
        self.menu = RunMenu(self.context, self.header, with_window=with_back)
        self.model = TimelineModel(self)
        self.timeline = TimelineList(theme, self.model)
        self.filter = Segmented(theme, filter_texts(()), self.tr("Kinds of steps"), "all")
        self.follow = Toggle(theme, self.tr("Follow live"), True)
        self.earlier = ActionButton(theme, self.tr("Show earlier steps"), "arrow-up", None, "quiet", 28)
        self.gone = Banner(theme, "warn", "", "")
        self.note = NoteField(theme)
        middle = Ground(theme, "bg")
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(px(20), px(8), px(20), px(8))
        bar.addWidget(self.filter)
        bar.addStretch(1)
        bar.addWidget(self.follow)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(8), px(24), px(16))
        foot.addWidget(self.note)
        column.addWidget(self.header)
        column.addLayout(bar)
        column.addWidget(Hairline(theme))
        column.addWidget(self.gone)
        column.addWidget(self.earlier)
        column.addWidget(self.timeline, 1)
        column.addLayout(foot)
        self.earlier.hide()
        self.gone.hide()
        settings = self.context.settings
        self._left = Splitter(theme, "run.left", (self.plan,), (600,), settings, orientation=Qt.Orientation.Vertical)
        panes: Sequence[QWidget] = (self._left, middle, self.facts)
        self.splitter = Splitter(theme, "run.page", panes, (296, 648, 288), settings)
        self.splitter.setStretchFactor(1, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)
        self._connect()

    def _connect(self) -> None:
        head, context = self.header, self.context
        head.pause_pressed.connect(self.pause_or_resume)
        head.roll_back_pressed.connect(self.roll_back)
        head.no_roll_back_pressed.connect(self.tell_no_roll_back)
        head.stop_pressed.connect(self.stop_run)
        head.back_pressed.connect(self.back)
        self.menu.own_window.connect(self.own_window)
        self.filter.chosen.connect(self._filter)
        self.follow.toggled.connect(self.timeline.set_following)
        self.timeline.following_changed.connect(self._following)
        self.timeline.opened.connect(self._open_whole)
        self.timeline.delegate.roll_back_wanted.connect(self.roll_back_to)
        self.timeline.selectionModel().currentChanged.connect(lambda *_: self.keys_changed.emit())
        self.model.page_wanted.connect(lambda: context.tasks.start(self._later(), name="later steps", owner=self))
        self.earlier.activated.connect(lambda: context.tasks.start(self._earlier(), name="earlier steps", owner=self))
        self.note.sent.connect(self._send_note)
        self._course.shown.connect(self.keys_changed)
        self.note.left.connect(self.timeline.setFocus)

    # -- what is shown -------------------------------------------------------------------------------------------
    def show_run(self, run_id: str) -> None:
        """Another run, from its newest steps."""
        if run_id == self.run_id:
            self.context.tasks.start(self._load(), name="read a run", owner=self)
            return
        self.run_id, self.detail = run_id, None
        self._stop_watching()
        self.model.forget()
        self.timeline.set_following(True)
        self._following(True)
        history = self.context.runtime.history
        self._pages = TimelinePages(lambda after, limit: history.timeline(run_id, after, limit))
        self.context.tasks.start(self._load(), name="read a run", owner=self)
        self._watch()

    async def refresh(self, change: ChangeSet) -> None:
        if self.run_id and (change.everything or self.run_id in change.runs or self._asked(change)):
            await self._load()

    def _asked(self, change: ChangeSet) -> bool:
        return any(step.ask_id in change.asks for step in self.model.steps if step.ask_id) if change.asks else False

    async def _load(self) -> None:
        run_id, pages = self.run_id, self._pages
        detail = await self.context.runtime.history.run(run_id)
        if pages is None or run_id != self.run_id:
            return
        if detail is None:
            self.gone.set_message(
                self.tr("There is no run {run}").format(run=run_id), self.tr("The list shows those there are.")
            )
        self.gone.setVisible(detail is None)
        if detail is None:
            return
        steps, later = await pages.load(to_end=self.timeline.following)
        if run_id == self.run_id:
            self._show(detail, steps, later)

    def _show(self, detail: RunDetail, steps: list[TimelineStep], later: bool) -> None:
        self.detail = detail
        self.header.show_run(detail, self.context.now())
        self.plan.show_run(detail)
        self.facts.show_run(detail)
        self._course.touch(self.run_id)
        self.note.set_agent(detail.row.agent)
        self._show_steps(steps, later)
        if detail.row.state is RunState.FINISHED:
            self.model.end_live()
        self.menu.show_run(detail.row)
        self._offer()

    def _show_steps(self, steps: list[TimelineStep], later: bool) -> None:
        self.timeline.before_change()
        self.model.has_later = later
        new = self.model.show_steps(steps)
        self.timeline.after_change(new)
        self.filter.set_choices(filter_texts(self.model.steps))
        self.earlier.setVisible(self._pages is not None and self._pages.has_earlier)

    async def _later(self) -> None:
        pages = self._pages
        if pages is not None:
            steps, later = await pages.later()
            if pages is self._pages:
                self._show_steps(steps, later)

    async def _earlier(self) -> None:
        pages = self._pages
        if pages is not None:
            self._following(False)
            steps, later = await pages.earlier()
            if pages is self._pages:
                self._show_steps(steps, later)

    def end(self) -> None:
        """The window goes: what is still being read is for nobody."""
        self.run_id, self._pages = "", None
        self._stop_watching()
        self._live_timer.stop()

    # -- what streams --------------------------------------------------------------------------------------------
    def _watch(self) -> None:
        if self.run_id and self._watching is None and self.isVisible():
            self._watching = self.context.tasks.start(self._follow(self.run_id), name="what streams", owner=self)

    def _stop_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        self._pieces.clear()

    async def _follow(self, run_id: str) -> None:
        async for call_id, text in self.context.runtime.progress.watch(run_id):
            self._pieces[call_id] = self._pieces.get(call_id, "") + text
            if not self._live_timer.isActive():
                self._show_live()

    def _show_live(self) -> None:
        """The first words at once, what follows every ``LIVE_MS``."""
        pieces, self._pieces = self._pieces, {}
        if pieces and self.detail is not None and self.detail.row.state is not RunState.FINISHED:
            self._live_timer.start()
            self.timeline.before_change()
            self.model.add_live(pieces)
            self.timeline.after_change(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        self._stop_watching()
        self._course.rest()
        super().hideEvent(event)

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
        nothing = self.tr("This run has changed nothing, so there is nothing to roll back")
        return self.tr("Off until the journal answers") if self.stale_since else nothing

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
        def told(answer: Done | Refusal) -> None:
            if isinstance(answer, Done) and self.note.toPlainText().strip() == text:
                self.note.clear()  # it is kept until it is recorded

        if self.can_note:
            self.context.runner.submit(LeaveNote(RunId(self.run_id), self.context.operator(), text), told)

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

    def _following(self, following: bool) -> None:
        self.follow.blockSignals(True)
        self.follow.setChecked(following)
        self.follow.blockSignals(False)
        self.timeline.following = following

    def next_filter(self) -> None:
        """/: the next kind of steps."""
        self.filter.segment(self.filter.current).setFocus()

    def _filter(self, wanted: str) -> None:
        self.timeline.before_change()
        self.model.show_filter(wanted)
        self.timeline.after_change(0)

    # -- frame ---------------------------------------------------------------------------------------------------
    def panes(self) -> Sequence[QWidget]:
        return (self.timeline, self.note, self.plan.list, *self.facts.panes())

    def set_stale(self, since: int) -> None:
        super().set_stale(since)
        for part in (self.timeline, self.plan, self.facts):
            part.set_stale(bool(since))
        self._offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self._arrange()

    def _arrange(self) -> None:
        """Below a certain width the facts go under the plan."""
        narrow = self.width() < self.context.theme.px(NARROW)
        if narrow and self.facts.parent() is self.splitter:
            self._wide_sizes = self.splitter.sizes()
            self._left.addWidget(self.facts)
            self._left.setSizes([300, 300])
        elif not narrow and self.facts.parent() is self._left:
            self.splitter.addWidget(self.facts)
            if len(self._wide_sizes) == 3 and all(self._wide_sizes):
                self.splitter.setSizes(self._wide_sizes)
