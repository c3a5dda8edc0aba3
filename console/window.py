"""The main window: rail, strip, the screens, footer; it brings changes to whoever shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout

from console import window_geometry
from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.event_bridge import EventBridge
from console.first_run import FirstRun
from console.heartbeat import Heartbeat
from console.held_rulings import HeldRulings
from console.key_dispatch import KeyDispatch
from console.last_view import LastView
from console.notices.afterwards_notices import AfterwardsNotices
from console.notices.budget_notices import tell_budget
from console.notices.queue_notices import tell_queue
from console.notices.toasts import Toasts
from console.presenters.times import duration
from console.queue_frame import QueueFrame
from console.to_front import to_front
from console.views.footer import Footer
from console.views.ground import Ground
from console.views.rail import Rail
from console.views.refresher import Refresher
from console.views.strip import Strip
from console.views.table import APPROVALS, FLEET, HAS_SETTINGS, PRESENT, RUNS, SETTINGS, ViewEntry
from console.views.view import View
from console.views.view_stack import ViewStack
from console.widgets.hairline import Hairline
from console.window_actions import add_window_actions
from console.window_dialogs import WindowDialogs
from console.window_truth import WindowTruth
from runtime.domain.commands import PauseAll, ResumeAll
from runtime.domain.envelope import Envelope

COLLAPSE_BELOW = 1360


class ConsoleWindow(QMainWindow):
    """One workspace in a window. ``closed`` when a person closed it; ``workspace_wanted`` names another folder."""

    closed = Signal()
    figured = Signal(object)
    """The figures of the strip, whenever they were read."""
    workspace_wanted = Signal(object)

    def __init__(self, context: ConsoleContext, entries: tuple[ViewEntry, ...] | None = None) -> None:
        super().__init__()
        self.context = context
        context.navigation = self
        context.window = lambda: self
        self.dialogs = WindowDialogs(context, self)
        self.bridge = EventBridge(context.runtime, context.tasks, self)
        self.heartbeat = Heartbeat(context.runtime, context.tasks, context.now, parent=self)
        self.held = HeldRulings(context, self)
        self._frame = Refresher(self._refresh_frame, context.tasks, name="refresh the frame")
        self._quitting = False
        self._said, self._afterwards = "", AfterwardsNotices(context, self, self.dialogs.open)
        self._last = LastView(context.settings, context.runtime.folder)
        self.stays_in_tray: Callable[[], bool] = lambda: False
        """Asked when a person closes the window: True = it only hides, and the program goes on."""
        self._build(PRESENT if entries is None else entries)
        self.queue = QueueFrame(context, self, self.rail, self.dialogs.open)
        add_window_actions(self)
        self.keys = KeyDispatch(self, context.actions, lambda: self.current)
        self._connect()
        self.setWindowTitle(self.tr("{workspace} – Operator console").format(workspace=context.runtime.title))
        saved = context.settings.value(window_geometry.MAIN_KEY)
        window_geometry.restore(self, saved, QSize(*window_geometry.MAIN_LEAST))

    # -- building ------------------------------------------------------------------------------------------------
    def _build(self, entries: tuple[ViewEntry, ...]) -> None:
        theme = self.context.theme
        self.rail = Rail(theme, entries, HAS_SETTINGS)
        self.strip = Strip(theme)
        self.stack = ViewStack(self.context, entries, lambda: self.truth.since)
        self.stack.keys_changed.connect(self.show_keys)
        self.footer = Footer(theme)
        self.truth = WindowTruth(self.context, self.heartbeat, self.strip, self.footer, self)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.strip, Hairline(theme), *self.truth.banners):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        column.addWidget(Hairline(theme))
        column.addWidget(self.footer)
        ground = Ground(theme, "bg")
        row = QHBoxLayout(ground)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(Hairline(theme, Qt.Orientation.Vertical))
        row.addLayout(column, 1)
        self.setCentralWidget(ground)
        self.toasts = Toasts(theme, self.context.notices, self.stack, self.say)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_view)
        self.strip.search_pressed.connect(self.dialogs.open_palette)
        self.strip.pause_pressed.connect(self.pause_or_resume_all)
        self.bridge.changed.connect(self.touch)
        self.bridge.recorded.connect(self._tell_recorded)
        self.strip.week_pressed.connect(self.queue.open_week)
        self.context.runner.changed.connect(self.touch)
        self.truth.stale_since.connect(self._show_stale)
        self.truth.export_wanted.connect(self.dialogs.export_everything)
        self.held.changed.connect(self._tell_held)
        self.context.actions.hear(self._keys_were_chosen)
        self.context.notices.listen(self.toasts.show_notice)

    def _tell_recorded(self, envelopes: Sequence[Envelope]) -> None:
        tell_budget(self.context.notices, envelopes)
        tell_queue(self.context.notices, envelopes)
        self._afterwards.look(envelopes)

    def start(self, *, empty: bool = False) -> None:
        """Follow the journal; show the view of last time, or first steps if ``empty``. Needs the running loop."""
        self.bridge.start()
        self.heartbeat.start()
        self.queue.presence.start()
        wanted = self._last.number or (FLEET if empty else APPROVALS)
        self.show_view(wanted if wanted in self.stack.entries else next(iter(self.stack.entries), 0))
        self._keys_were_chosen()  # also before this start
        self._frame.show(True)
        self.touch(ChangeSet(everything=True))
        self.context.tasks.start(self._name_person(), name="who decides here")

    # -- views ---------------------------------------------------------------------------------------------------
    def view(self, number: int) -> View:
        """A screen, built when first asked for."""
        return self.stack.view(number)

    @property
    def current(self) -> int:
        """The number of the screen that is shown, 0 before the first."""
        return self.stack.current

    def show_view(self, number: int) -> None:
        """By its fixed number; 8 opens the settings. Numbers without a screen do nothing."""
        if number == SETTINGS:
            self.open_settings()
            return
        if number not in self.stack.entries or number == self.current:
            return
        self._said = ""
        self.stack.show_view(number)
        self.rail.mark(number)
        self.view(number).focus_first()
        self._tell_held()

    def open_run(self, run_id: str) -> None:
        self._open(RUNS, run_id)

    def open_ask(self, ask_id: str) -> None:
        self._open(APPROVALS, ask_id)

    def show_item(self, key: str) -> None:
        if (view := self.stack.current_view()) is not None:
            view.open_item(key)

    def _open(self, number: int, key: str) -> None:
        if number in self.stack.entries:
            self.show_view(number)
            self.view(number).open_item(key)

    def next_pane(self) -> None:
        """F6: the pane after the one that has the keyboard."""
        self.stack.next_pane(self.rail.items.get(self.current, self.rail))

    async def know_all_actions(self) -> None:
        for number in self.stack.entries:
            self.view(number)
            await asyncio.sleep(0)  # the window paints in between

    def open_settings(self, page: str = "") -> None:
        self.dialogs.open_settings(page)

    def open_workspace(self, folder: Path) -> None:
        self.workspace_wanted.emit(folder)

    # -- what changed --------------------------------------------------------------------------------------------
    def touch(self, change: ChangeSet) -> None:
        """Hand a change to the frame and to every built view; hidden ones keep it for later."""
        self._frame.touch(change)
        if change.everything:
            self._afterwards.read()
        self.stack.touch(change)

    async def _refresh_frame(self, change: ChangeSet) -> None:
        figures = await self.context.runtime.history.strip()
        self.strip.show_figures(figures)
        self.figured.emit(figures)
        self.rail.set_waiting(figures.urgent, figures.waiting)
        self.truth.show_chain(figures.chain_broken)
        await self.held.refresh(change)
        if change.operators or change.settings:
            await self._name_person()

    async def _name_person(self) -> None:
        operator = self.context.operator()
        people = await self.context.runtime.history.operators()
        name = next((person.name for person in people if person.operator_id == operator), operator)
        self.rail.set_person(name or self.tr("Nobody decides here"), self.context.runtime.title)
        self._afterwards.read()
        await self.queue.refresh()

    def pause_or_resume_all(self) -> None:
        """Ctrl+Shift+P. No confirmation: pausing undoes nothing."""
        by = self.context.operator()
        self.context.runner.submit(ResumeAll(by) if self.strip.everything_paused else PauseAll(by))

    def _show_stale(self, since: int) -> None:
        self.stack.set_stale(since)
        if since:
            self.show_keys()
        else:
            self.touch(ChangeSet(everything=True))

    def was_still(self, seconds: float) -> None:
        """The window could not paint for so long; told when it can again."""
        said = self.tr("The window stood still for {time}. What it shows is being read again.")
        self.say(said.format(time=duration(round(seconds * 1_000_000))))
        self.touch(ChangeSet(everything=True))

    # -- footer --------------------------------------------------------------------------------------------------
    def show_keys(self) -> None:
        """The keys valid now, those of the view first."""
        view = self.stack.current_view()
        hints = self.context.actions.hints
        self.footer.keys.set_hints(hints([] if view is None else view.keys()), hints(("undo", "search", "keys")))

    def _keys_were_chosen(self) -> None:
        self.show_keys()
        self.strip.show_keys(self.context.actions.keys_of)
        self.stack.show_caps()

    def say(self, sentence: str) -> None:
        """Passing news, in the footer."""
        self._said = sentence
        self._tell_held()

    def _tell_held(self) -> None:
        row = self.held.newest
        if row is None:
            self.footer.undo.setText(self._said)
        else:
            said = self.tr("Undo stays open for {seconds} s").format(seconds=self.held.seconds_left(row))
            self.footer.undo.setText(said)
        self.show_keys()

    # -- window --------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.set_collapsed(self.width() < self.context.theme.px(COLLAPSE_BELOW))

    def show_first_steps(self) -> None:
        """What is to be done before the first agent works alone, also after it was left."""
        FirstRun(self.context.settings, self.context.runtime.folder).begin()
        self.show_view(FLEET)
        self.touch(ChangeSet(everything=True))

    def to_front(self, ask_id: str = "") -> None:
        """Show the window, whatever hid it, and an ask on its card where one is named, whatever dialog was open."""
        if ask_id:
            self.dialogs.aside.clear()  # first: the keyboard is not given to a window that a dialog stands before
        to_front(self)
        if ask_id:
            self.open_ask(ask_id)

    def quit(self) -> None:
        """End the program: no new step starts, what runs is waited for. Unlike closing, this never hides."""
        self._quitting = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.context.settings.setValue(window_geometry.MAIN_KEY, self.saveGeometry())
        self._last.keep(self.current)
        self.context.settings.sync()
        if not self._quitting and self.stays_in_tray():
            event.ignore()
            self.hide()
            return
        self.queue.presence.stop()
        self.bridge.close()
        event.accept()
        self.closed.emit()
