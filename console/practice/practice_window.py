"""Practice: the real card with the real keys on three made-up requests, in a window that says so all the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout

from console import window_geometry
from console.actions import Action, Actions
from console.change_set import EVERYTHING
from console.context import ConsoleContext, NowhereToGo
from console.event_bridge import EventBridge
from console.key_dispatch import KeyDispatch
from console.operations.operation import OperationRunner
from console.practice.lesson import CASES, Ruling, case_of, feedback, summary
from console.practice.workspace import close_practice
from console.presenters.wording import say
from console.tasks import Tasks
from console.views.approvals.begun_rejections import BegunRejections
from console.views.approvals_view import ApprovalsView
from console.views.footer import KeyHints
from console.views.ground import Ground
from console.views.refresher import Refresher
from console.views.table import APPROVALS
from console.widgets.banner import Banner
from console.widgets.hairline import Hairline
from runtime.domain.commands import TakeBack
from runtime.domain.envelope import Envelope
from runtime.domain.events.asks import AskApproved, AskRejected, RulingTakenBack
from runtime.domain.ids import AskId
from runtime.domain.words import AskState
from runtime.workspace_runtime import WorkspaceRuntime

SIZE, LEAST = (1180, 820), (900, 600)


class _PracticeOnly(NowhereToGo):
    """Ways that lead out of the practice say so."""

    def __init__(self, outer: ConsoleContext) -> None:
        super().__init__()
        self._outer = outer

    def open_run(self, run_id: str) -> None:
        self._outer.notices.done(say("In practice there are the three requests alone; their runs are not shown."))


class PracticeWindow(Ground):
    """``done`` carries how many of the three were decided as the evidence says; ``closed`` when it is over."""

    done = Signal(int)
    closed = Signal()

    def __init__(self, outer: ConsoleContext, runtime: WorkspaceRuntime) -> None:
        super().__init__(outer.theme, "bg")
        theme, px = outer.theme, outer.theme.px
        self.setWindowTitle(self.tr("Practice – Operator console"))
        self._outer, self._runtime = outer, runtime
        self._tasks = Tasks(outer.notices.failed)
        actions = Actions(outer.actions.remapped, outer.actions.letters_on)
        runner = OperationRunner(runtime, self._tasks, outer.notices, parent=self)
        self.context = replace(
            outer,
            runtime=runtime,
            tasks=self._tasks,
            runner=runner,
            actions=actions,
            navigation=_PracticeOnly(outer),
            window=lambda: self,
            calls=None,
        )
        self.rulings: dict[str, Ruling] = {}
        self.view = ApprovalsView(self.context)
        self.mark = Banner(
            theme,
            "info",
            self.tr("Practice"),
            self.tr("Three made-up requests; one is to be rejected. Nothing is sent, and nothing of it is kept."),
            self.tr("End practice"),
        )
        self.told = Banner(theme, "info", "", "")
        self.told.hide()
        self._hints = KeyHints(theme)
        self._hints.setFixedHeight(px(32))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.mark, self.told):
            column.addWidget(part)
        column.addWidget(self.view, 1)
        column.addWidget(Hairline(theme))
        foot = QVBoxLayout()
        foot.setContentsMargins(px(20), 0, px(20), 0)
        foot.addWidget(self._hints)
        column.addLayout(foot)
        self._act(actions)
        self._keys = KeyDispatch(self, actions, lambda: APPROVALS)
        self._refresher = Refresher(self.view.refresh, self._tasks, name="refresh the practice")
        self._bridge = EventBridge(runtime, self._tasks, self)
        self._bridge.changed.connect(self._refresher.touch)
        self._bridge.recorded.connect(self._recorded)
        runner.changed.connect(self._refresher.touch)
        self.view.keys_changed.connect(self._show_keys)
        self.mark.activated.connect(self.close)
        window_geometry.restore(self, None, QSize(px(LEAST[0]), px(LEAST[1])), QSize(px(SIZE[0]), px(SIZE[1])))
        self._ended = False

    def _act(self, actions: Actions) -> None:
        undo = Action("undo", self.tr("Take the last decision back"), ("Ctrl+Z",), hint=self.tr("undo"))
        actions.add(undo, self._undo)
        end = Action("practice.close", self.tr("End practice"), ("Ctrl+W",), hint=self.tr("end practice"))
        actions.add(end, self._leave)

    def start(self) -> None:
        """Follow its journal and show what waits."""
        self._bridge.start()
        self._refresher.show(True)
        self._refresher.touch(EVERYTHING)
        self.show()
        self.view.focus_first()
        self._show_keys()

    def _leave(self) -> None:
        self.close()

    def _undo(self) -> None:
        self._tasks.start(self._take_back(), name="take back")

    async def _take_back(self) -> None:
        held = [row for row in await self._runtime.history.asks() if row.state is AskState.HELD]
        if held:
            newest = max(held, key=lambda row: row.takes_effect)
            self.context.runner.submit(TakeBack(AskId(newest.ask_id), by=self.context.operator()))

    # -- the lesson ------------------------------------------------------------------------------------------------
    def _recorded(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            match envelope.event:
                case AskApproved(ask_id=ask_id):
                    self._tasks.start(self._ruled(ask_id, "approved"), name="practice")
                case AskRejected(ask_id=ask_id):
                    self._tasks.start(self._ruled(ask_id, "rejected"), name="practice")
                case RulingTakenBack(ask_id=ask_id):
                    self._tasks.start(self._ruled(ask_id, None), name="practice")
                case _:
                    pass

    async def _ruled(self, ask_id: str, ruling: Ruling | None) -> None:
        detail = await self._runtime.history.ask(ask_id)
        run = await self._runtime.history.run(detail.row.run_id) if detail is not None else None
        case = case_of(run.row.title) if run is not None else None
        if case is None:
            return
        if ruling is None:
            self.rulings.pop(case.title, None)
            self.told.hide()
            return
        self.rulings[case.title] = ruling
        right = ruling == case.right
        said = feedback(case, ruling)
        headline = self.tr("{count} of {all} decided").format(count=len(self.rulings), all=len(CASES))
        if len(self.rulings) == len(CASES):
            headline = summary(self.rulings)
            self.done.emit(sum(self.rulings.get(one.title) == one.right for one in CASES))
        self.told.set_message(headline, said, weight="info" if right else "warn")
        self.told.show()

    # -- window ----------------------------------------------------------------------------------------------------
    def _show_keys(self) -> None:
        self._hints.set_hints(self.context.actions.hints([*self.view.keys(), "undo", "practice.close"]))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        if not self._ended:
            self._ended = True
            self.view.left()
            self._bridge.close()
            self._outer.tasks.start(self.end(), name="end practice")

    async def end(self) -> None:
        """End its agents and delete its folder."""
        await self._tasks.close()
        BegunRejections(self.context.settings, self._runtime.folder).clear()
        await close_practice(self._runtime)
        self.closed.emit()
        self.deleteLater()
