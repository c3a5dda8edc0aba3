"""The Runs screen: the list, and one run opened in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.actions import Action
from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.presenters.wording import later
from console.views.run_actions import RUN_KEYS, add_run_actions
from console.views.run_page import RunPage
from console.views.run_window import RunWindow
from console.views.runs_list import RunsList
from console.views.table import RUNS
from console.views.view import View
from console.widgets.button import ActionButton


class RunsView(View):
    """Enter opens a run, Esc goes back, O shows it in a window of its own."""

    title: ClassVar[str] = later("Runs")
    number: ClassVar[int] = RUNS

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self.list, self.page = RunsList(context), RunPage(context)
        self.windows: dict[str, RunWindow] = {}
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.list.opened.connect(self.open_item)
        self.list.new_wanted.connect(self.new_run)
        self.page.back.connect(self.show_list)
        self.page.own_window.connect(self.open_window)
        self.page.keys_changed.connect(self.keys_changed)
        self.list.list.selectionModel().currentChanged.connect(lambda *_: self.keys_changed.emit())
        self._add_actions()

    def _add_actions(self) -> None:
        actions = self.context.actions
        add_run_actions(
            actions,
            self.page,
            active=lambda: self.shows_run,
            step=self.list.step,
            open_chosen=self.list.open_chosen,
            filter_list=self.list.text.setFocus,
        )
        window = Action(
            "runs.window",
            self.tr("Open the run in its own window"),
            ("O",),
            RUNS,
            self.tr("own window"),
            "external-link",
        )
        actions.add(window, self._window_of_chosen, enabled=lambda: bool(self._chosen()))
        back = Action("runs.back", self.tr("Back to all runs"), ("Esc",), RUNS, self.tr("all runs"), searchable=False)
        actions.add(back, self._escape)
        new = Action("runs.new", self.tr("Start a run"), ("Shift+N",), RUNS, self.tr("new run"), "plus")
        actions.add(new, self.new_run, enabled=lambda: not self.stale_since)

    @property
    def shows_run(self) -> bool:
        """Whether a run is opened."""
        return self._stack.currentWidget() is self.page

    async def refresh(self, change: ChangeSet) -> None:
        await self.list.refresh(change)
        if self.shows_run:
            await self.page.refresh(change)

    def open_item(self, key: str) -> None:
        self.page.show_run(key)
        self._stack.setCurrentWidget(self.page)
        self.page.focus_first()
        self.list.run_clock(False)
        self.keys_changed.emit()

    def show_list(self) -> None:
        """Esc."""
        self._stack.setCurrentWidget(self.list)
        self.list.list.setFocus()
        self.list.run_clock(self.isVisible())
        self.keys_changed.emit()

    def new_run(self) -> None:
        """The dialog that starts one."""
        from console.dialogs.start_run_dialog import StartRunDialog

        dialog = StartRunDialog(self.context, parent=self.context.window() or self)
        dialog.started.connect(self.open_item)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # -- windows -------------------------------------------------------------------------------------------------
    def open_window(self, run_id: str) -> None:
        """The same page by itself; one window a run."""
        if run_id in self.windows:
            self.windows[run_id].raise_()
            self.windows[run_id].activateWindow()
            return
        window = RunWindow(self.context, run_id)
        self.windows[run_id] = window
        window.closed.connect(lambda: self._window_closed(run_id))
        window.set_stale(self.stale_since)
        main = self.context.window()
        heartbeat = getattr(main, "heartbeat", None)
        if heartbeat is not None:
            window.retried.connect(heartbeat.ask_now)
        closed = getattr(main, "closed", None)
        if closed is not None:
            closed.connect(window.close)
        window.show()

    def _window_closed(self, run_id: str) -> None:
        window = self.windows.pop(run_id, None)
        if window is not None:
            window.deleteLater()

    def _chosen(self) -> str:
        return self.page.run_id if self.shows_run else self.list.chosen()

    def _window_of_chosen(self) -> None:
        if self._chosen():
            self.open_window(self._chosen())

    def _escape(self) -> None:
        if self.shows_run:
            if not self.page.leave_note():
                self.show_list()
        elif self.list.text.hasFocus():
            self.list.leave_text()
        elif "close_notice" in self.context.actions:
            self.context.actions.press("close_notice")

    # -- frame ---------------------------------------------------------------------------------------------------
    def keys(self) -> Sequence[str]:
        if self.shows_run:
            return (*RUN_KEYS, "runs.window", "runs.back")
        return ("run.next+run.before", "run.open", "run.filter", "runs.new", "runs.window")

    def capped(self) -> Sequence[tuple[ActionButton, str]]:
        return ((self.page.header.pause, "run.pause"), (self.page.header.roll_back, "run.roll_back"))

    def panes(self) -> Sequence[QWidget]:
        return self.page.panes() if self.shows_run else (self.list.list, self.list.text)

    def set_stale(self, since: int) -> None:
        super().set_stale(since)
        self.list.set_stale(bool(since))
        self.page.set_stale(since)
        for window in self.windows.values():
            window.set_stale(since)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.run_clock(not self.shows_run)

    def hideEvent(self, event: QHideEvent) -> None:
        self.list.run_clock(False)
        super().hideEvent(event)
