"""One run as it is shown: plan, timeline with what streams, facts; what can be done with it is in ``run_page``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.models.timeline_model import TimelineModel
from console.presenters.timeline_text import filter_texts
from console.presenters.wording import later
from console.theme.tokens import PLAIN_STEP
from console.views.ground import Ground
from console.views.note_field import NoteField
from console.views.plan_pane import PlanPane
from console.views.run_course import CourseReader
from console.views.run_facts import RunFacts
from console.views.run_header import RunHeader
from console.views.run_menu import RunMenu
from console.views.run_stream import RunStream
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
from runtime.domain.words import RunState
from runtime.projections.rows import RunDetail, TimelineStep

NARROW = 1060


class ShownRun(View):
    """``back`` when a person wants the list; ``own_window`` with the run to be shown by itself."""

    title: ClassVar[str] = later("Run")
    number: ClassVar[int] = RUNS
    back = Signal()
    own_window = Signal(str)
    shown = Signal()
    """Something else is known of the run, or it is stale."""

    def __init__(self, context: ConsoleContext, *, with_back: bool = True) -> None:
        super().__init__(context)
        self.run_id = ""
        self.detail: RunDetail | None = None
        self._pages: TimelinePages | None = None
        self._reading = 0
        self._wide_sizes: list[int] = []
        self._build(with_back)

    # -- building ------------------------------------------------------------------------------------------------
    def _build(self, with_back: bool) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.plan, self.facts = PlanPane(theme), RunFacts(self.context)
        self.stream = RunStream(self.context, self._show_live, self)
        self._course = CourseReader(self.context, self.facts)
        self.header = RunHeader(theme, with_back=with_back)
        self.menu = RunMenu(self.context, self.header, with_window=with_back)
        self.model = TimelineModel(self)
        self.timeline = TimelineList(theme, self.model)
        self.timeline.setMinimumHeight(px(PLAIN_STEP))
        self.filter = Segmented(theme, filter_texts(None), self.tr("Kinds of steps"), "all", wraps=True)
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
        bar.addWidget(self.filter, 1, Qt.AlignmentFlag.AlignVCenter)
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
        self._follow_gestures()

    def _follow_gestures(self) -> None:
        context = self.context
        self.filter.chosen.connect(self._filter)
        self.follow.toggled.connect(self.timeline.set_following)
        self.timeline.following_changed.connect(self._following)
        self.timeline.selectionModel().currentChanged.connect(lambda *_: self.keys_changed.emit())
        self.model.page_wanted.connect(lambda: context.tasks.start(self._later(), name="later steps", owner=self))
        self.earlier.activated.connect(lambda: context.tasks.start(self._earlier(), name="earlier steps", owner=self))
        self._course.shown.connect(self.keys_changed)
        self.gone.activated.connect(lambda: context.tasks.start(self._load(), name="read a run", owner=self))

    # -- what is shown -------------------------------------------------------------------------------------------
    def show_run(self, run_id: str) -> None:
        """Another run, from its newest steps."""
        if run_id == self.run_id:
            self.context.tasks.start(self._load(), name="read a run", owner=self)
            return
        self.run_id, self.detail = run_id, None
        self._reading += 1
        self.note.turn_to(run_id)
        self._show_unknown(self.tr("Being read"))
        self.stream.stop()
        self.model.forget()
        self.timeline.set_following(True)
        self._following(True)
        runtime = self.context.runtime
        self._pages = TimelinePages(lambda after, limit: runtime.history.timeline(run_id, after, limit))
        self.context.tasks.start(self._load(), name="read a run", owner=self)
        self._watch()

    async def refresh(self, change: ChangeSet) -> None:
        if self.run_id and (change.everything or self.run_id in change.runs or self._asked(change)):
            await self._load()

    def _asked(self, change: ChangeSet) -> bool:
        return any(step.ask_id in change.asks for step in self.model.steps if step.ask_id) if change.asks else False

    async def _load(self) -> None:
        run_id = self.run_id
        try:
            await self._read()
        except Exception:
            if run_id == self.run_id:
                self._show_unread()
            raise

    async def _read(self) -> None:
        self._reading += 1
        run_id, pages, number = self.run_id, self._pages, self._reading
        detail = await self.context.runtime.history.run(run_id)
        if pages is None or number != self._reading:
            return  # another run is shown, or this one was read again: what was asked last is the newest
        if detail is None:
            self._show_unknown(self.tr("Not there"))
            self.gone.set_message(
                self.tr("There is no run {run}").format(run=run_id), self.tr("The list shows those there are.")
            )
        self._show_gone(detail is None)
        if detail is None:
            return
        steps, later = await pages.load(to_end=self.timeline.following)
        if number == self._reading:
            self._show(detail, steps, later)

    def _show_unknown(self, said: str) -> None:
        """Of another run nothing stays on screen while this one is not known."""
        self._course.rest()
        self._show_gone(False)
        self.earlier.hide()
        self.filter.set_choices(filter_texts(None))
        self.note.set_agent("")
        self.header.show_unknown(said)
        self.plan.show_unknown()
        self.facts.show_unknown(said)
        self.shown.emit()

    def _show_unread(self) -> None:
        """What was recorded could not be read, and what stands here nevertheless."""
        if self.detail is None:
            self._show_unknown(self.tr("Not read"))
            holds = self.tr("What was recorded is kept.")
        else:
            holds = self.tr("You see what was read before. What was recorded is kept.")
        self.gone.set_message(self.tr("This run could not be read"), holds, self.tr("Try again"))
        self._show_gone(True)

    def _show_gone(self, shown: bool) -> None:
        """A note that nobody has begun gives its room to the banner."""
        self.gone.setVisible(shown)
        self.note.setVisible(not shown or self.note.hasFocus() or bool(self.note.toPlainText()))

    def _show(self, detail: RunDetail, steps: list[TimelineStep], later: bool) -> None:
        self.detail = detail
        self.header.show_run(detail, self.context.now())
        self.plan.show_run(detail)
        self.facts.show_run(detail)
        self._course.touch(self.run_id)
        self.note.set_agent(detail.row.agent, ended=detail.row.state is RunState.FINISHED)
        self._show_steps(steps, later)
        if detail.row.state is RunState.FINISHED:
            self.model.end_live()
        self.menu.show_run(detail.row)
        self.shown.emit()

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
        self._reading += 1
        self.stream.stop()

    def _following(self, following: bool) -> None:
        self.follow.blockSignals(True)
        self.follow.setChecked(following)
        self.follow.blockSignals(False)
        self.timeline.following = following

    def _filter(self, wanted: str) -> None:
        self.timeline.before_change()
        self.model.show_filter(wanted)
        self.timeline.after_change(0)

    def _watch(self) -> None:
        if self.run_id and self.isVisible():
            self.stream.watch(self.run_id)

    def _show_live(self, pieces: dict[str, str]) -> bool:
        """False where there is nothing to add it to."""
        if self.detail is None or self.detail.row.state is RunState.FINISHED:
            return False
        self.timeline.before_change()
        self.model.add_live(pieces)
        self.timeline.after_change(0)
        return True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        self.stream.stop()
        self._course.rest()
        super().hideEvent(event)

    # -- frame ---------------------------------------------------------------------------------------------------
    def panes(self) -> Sequence[QWidget]:
        return (self.timeline, self.note, self.plan.list, *self.facts.panes())

    def set_stale(self, since: int) -> None:
        super().set_stale(since)
        for part in (self.header, self.timeline, self.plan, self.facts):
            part.set_stale(bool(since))
        self.shown.emit()

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
