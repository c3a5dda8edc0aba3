"""The main window: rail, strip, the screens, footer; it brings changes to whoever shows them."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout

from console import window_geometry
from console.actions import shown_key
from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.event_bridge import EventBridge
from console.first_run import FirstRun
from console.heartbeat import Heartbeat
from console.held_rulings import HeldRulings
from console.key_dispatch import KeyDispatch
from console.notices.budget_notices import tell_budget
from console.notices.queue_notices import tell_queue
from console.notices.toasts import Toasts
from console.presenters.times import clock_time, duration
from console.queue_frame import QueueFrame
from console.to_front import to_front
from console.views.footer import Footer
from console.views.ground import Ground
from console.views.rail import Rail
from console.views.refresher import Refresher
from console.views.strip import Strip
from console.views.table import APPROVALS, FLEET, HAS_SETTINGS, PRESENT, RUNS, SETTINGS, SETTINGS_DIALOG, ViewEntry
from console.views.view import View
from console.widgets.banner import Banner
from console.widgets.hairline import Hairline
from console.window_actions import add_window_actions
from runtime.domain.commands import PauseAll, ResumeAll
from runtime.domain.envelope import Envelope

VIEW_KEY = "window/v1/view"
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
        self._entries = {entry.number: entry for entry in (PRESENT if entries is None else entries)}
        self._views: dict[int, View] = {}
        self._refreshers: dict[int, Refresher] = {}
        self._dialogs: dict[str, QDialog] = {}
        self.current = 0
        self.bridge = EventBridge(context.runtime, context.tasks, self)
        self.heartbeat = Heartbeat(context.runtime, context.tasks, context.now, parent=self)
        self.held = HeldRulings(context, self)
        self._frame_unseen = ChangeSet()
        self._frame_busy = False
        self._said = ""
        self.stays_in_tray: Callable[[], bool] = lambda: False
        """Asked when a person closes the window: True = it only hides, and the program goes on."""
        self._quitting = False
        self._build()
        self.queue = QueueFrame(context, self, self.rail, self._open_dialog)
        add_window_actions(self)
        self.keys = KeyDispatch(self, context.actions, lambda: self.current)
        self._connect()
        self.setWindowTitle(self.tr("{workspace} – Operator console").format(workspace=context.runtime.title))
        self._restore_geometry()

    # -- building ------------------------------------------------------------------------------------------------
    def _build(self) -> None:
        theme = self.context.theme
        self.rail = Rail(theme, tuple(self._entries.values()), HAS_SETTINGS)
        self.strip = Strip(theme)
        self.stale_banner = Banner(theme, "warn", "", "", self.tr("Retry now"), action_icon="refresh-cw")
        self.chain_banner = Banner(theme, "crit", "", "")
        self.stale_banner.hide()
        self.chain_banner.hide()
        self.trouble_banner = Banner(theme, "warn", "", "")
        self.trouble_banner.hide()
        self.stack = QStackedWidget()
        self.footer = Footer(theme)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.strip, Hairline(theme), self.stale_banner, self.chain_banner, self.trouble_banner):
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
        self.strip.search_pressed.connect(self.open_palette)
        self.strip.pause_pressed.connect(self.pause_or_resume_all)
        self.stale_banner.activated.connect(self.heartbeat.ask_now)
        self.bridge.changed.connect(self.touch)
        self.bridge.recorded.connect(lambda envelopes: tell_budget(self.context.notices, envelopes))
        self.bridge.recorded.connect(self._tell_queue)
        self.strip.week_pressed.connect(self.queue.open_week)
        self.context.runner.changed.connect(self.touch)
        self.heartbeat.stale.connect(self._went_stale)
        self.heartbeat.fresh.connect(self._is_fresh)
        self.held.changed.connect(self._tell_held)
        self.context.actions.hear(self._keys_were_chosen)
        self.context.notices.listen(self.toasts.show_notice)

    def _tell_queue(self, envelopes: Sequence[Envelope]) -> None:
        tell_queue(self.context.notices, envelopes, self.context.operator())

    def start(self) -> None:
        """Follow the journal and show the view of last time. Needs the running loop."""
        self.bridge.start()
        self.heartbeat.start()
        self.queue.presence.start()
        last = str(self.context.settings.value(VIEW_KEY, APPROVALS))
        wanted = int(last) if last.isdigit() else APPROVALS
        first = next(iter(self._entries), 0)
        self.show_view(wanted if wanted in self._entries else first)
        self.touch(ChangeSet(everything=True))
        self.context.tasks.start(self._name_person(), name="who decides here")

    # -- views ---------------------------------------------------------------------------------------------------
    def view(self, number: int) -> View:
        """A screen, built when first asked for."""
        if number not in self._views:
            view = self._entries[number].build(self.context)
            view.keys_changed.connect(self.show_keys)
            view.show_caps()
            self._views[number] = view
            self._refreshers[number] = Refresher(view, self.context.tasks)
            self.stack.addWidget(view)
            if self.heartbeat.is_stale:
                view.set_stale(self.heartbeat.last_truth)
        return self._views[number]

    def show_view(self, number: int) -> None:
        """By its fixed number; 8 opens the settings. Numbers without a screen do nothing."""
        if number == SETTINGS:
            self.open_settings()
            return
        if number not in self._entries or number == self.current:
            return
        view = self.view(number)
        if self.current in self._views:
            self._refreshers[self.current].show(False)
            self._views[self.current].left()
        self.current, self._said = number, ""
        self.stack.setCurrentWidget(view)
        self.rail.mark(number)
        self._refreshers[number].show(True)
        view.focus_first()
        self._tell_held()

    def current_view(self) -> View | None:
        """The screen that is shown."""
        return self._views.get(self.current)

    def open_run(self, run_id: str) -> None:
        self._open(RUNS, run_id)

    def open_ask(self, ask_id: str) -> None:
        self._open(APPROVALS, ask_id)

    def show_item(self, key: str) -> None:
        view = self.current_view()
        if view is not None:
            view.open_item(key)

    def _open(self, number: int, key: str) -> None:
        if number in self._entries:
            self.show_view(number)
            self.view(number).open_item(key)

    def next_pane(self) -> None:
        """F6: the pane after the one that has the keyboard."""
        view = self.current_view()
        focus = QApplication.focusWidget()
        panes = [*([] if view is None else view.panes()), self.rail.items.get(self.current, self.rail)]
        here = next(
            (at for at, pane in enumerate(panes) if focus is not None and (pane is focus or pane.isAncestorOf(focus))),
            -1,
        )
        panes[(here + 1) % len(panes)].setFocus()

    # -- dialogs -------------------------------------------------------------------------------------------------
    def open_settings(self, page: str = "") -> None:
        module, name = SETTINGS_DIALOG
        if HAS_SETTINGS:
            self._open_dialog(
                "settings", lambda: getattr(importlib.import_module(module), name)(self.context, page, parent=self)
            )

    def open_palette(self) -> None:
        """Ctrl+K."""
        from console.views.palette import Palette

        self._open_dialog("palette", lambda: Palette(self.context, self.current, self))

    def open_keys(self) -> None:
        """The key overview."""
        from console.dialogs.keys_dialog import KeysDialog

        async def opened() -> None:
            await self.know_all_actions()
            self._open_dialog("keys", lambda: KeysDialog(self.context, self))

        self.context.tasks.start(opened(), name="show all keys")

    async def know_all_actions(self) -> None:
        for number in self._entries:
            self.view(number)
            await asyncio.sleep(0)  # the window paints in between

    def open_about(self) -> None:
        """Version, licences, help."""
        from console.dialogs.about_dialog import AboutDialog

        self._open_dialog("about", lambda: AboutDialog(self.context, self))

    def _open_dialog(self, name: str, build: Callable[[], QDialog]) -> None:
        if name in self._dialogs:
            self._dialogs[name].raise_()
            return
        dialog = build()
        self._dialogs[name] = dialog
        dialog.finished.connect(lambda _result: self._dialog_closed(name))
        dialog.open()

    def _dialog_closed(self, name: str) -> None:
        dialog = self._dialogs.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()

    def open_workspace(self, folder: Path) -> None:
        self.workspace_wanted.emit(folder)

    # -- what changed --------------------------------------------------------------------------------------------
    def touch(self, change: ChangeSet) -> None:
        """Hand a change to the frame and to every built view; hidden ones keep it for later."""
        self._frame_unseen = self._frame_unseen | change
        if not self._frame_busy:
            self._frame_busy = self.context.tasks.start(self._refresh_frame(), name="refresh the frame") is not None
        for refresher in self._refreshers.values():
            refresher.touch(change)

    async def _refresh_frame(self) -> None:
        try:
            while self._frame_unseen:
                change, self._frame_unseen = self._frame_unseen, ChangeSet()
                figures = await self.context.runtime.history.strip()
                self.strip.show_figures(figures)
                self.figured.emit(figures)
                self.rail.set_waiting(figures.urgent, figures.waiting)
                broken = figures.chain_broken
                self.chain_banner.setVisible(bool(broken))
                self.chain_banner.set_message(self.tr("The journal was changed"), broken) if broken else None
                await self.held.refresh(change)
                if change.operators or change.settings:
                    await self._name_person()
        finally:
            self._frame_busy = False

    async def _name_person(self) -> None:
        operator = self.context.operator()
        people = await self.context.runtime.history.operators()
        name = next((person.name for person in people if person.operator_id == operator), operator)
        self.rail.set_person(name or self.tr("Nobody decides here"), self.context.runtime.title)
        await self.queue.refresh()

    def pause_or_resume_all(self) -> None:
        """Ctrl+Shift+P. No confirmation: pausing undoes nothing."""
        by = self.context.operator()
        self.context.runner.submit(ResumeAll(by) if self.strip.everything_paused else PauseAll(by))

    # -- truth ---------------------------------------------------------------------------------------------------
    def _went_stale(self, since: int) -> None:
        silent = duration(self.context.now() - since)
        state = self.tr(
            "You see the state of {time}. Nothing can be decided until it answers. Agents keep to their limits."
        )
        self.stale_banner.set_message(
            self.tr("The journal has not answered for {time}").format(time=silent),
            state.format(time=clock_time(since)),
            self.tr("Retry now"),
        )
        self.stale_banner.show()
        self.strip.set_stale(True)
        self.footer.set_connection(self.tr("Not answering"), well=False)
        for view in self._views.values():
            view.set_stale(since)
        self.show_keys()

    def _is_fresh(self, milliseconds: float) -> None:
        said = self.tr("Journal answers in {ms} ms").format(ms=max(1, round(milliseconds)))
        self.footer.set_connection(said, well=True)
        troubles = self.context.runtime.troubles
        self.trouble_banner.setVisible(bool(troubles))
        if troubles:
            self.trouble_banner.set_message(troubles[0], "  ".join(troubles[1:]))
        if self.stale_banner.isVisibleTo(self):
            self.stale_banner.hide()
            self.strip.set_stale(False)
            for view in self._views.values():
                view.set_stale(0)
            self.touch(ChangeSet(everything=True))

    def was_still(self, seconds: float) -> None:
        """The window could not paint for so long; told when it can again."""
        said = self.tr("The window stood still for {time}. What it shows is being read again.")
        self.say(said.format(time=duration(round(seconds * 1_000_000))))
        self.touch(ChangeSet(everything=True))

    # -- footer --------------------------------------------------------------------------------------------------
    def show_keys(self) -> None:
        """The keys valid now, those of the view first."""
        view = self.current_view()
        hints = self.context.actions.hints
        self.footer.keys.set_hints(hints([] if view is None else view.keys()), hints(("undo", "search", "keys")))

    def _keys_were_chosen(self) -> None:
        self.show_keys()
        keys = self.context.actions.keys_of("search")
        self.strip.search.set_key_hint(shown_key(keys[0]) if keys else None)
        for view in self._views.values():
            view.show_caps()

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

    def _restore_geometry(self) -> None:
        saved = self.context.settings.value(window_geometry.MAIN_KEY)
        window_geometry.restore(self, saved, QSize(*window_geometry.MAIN_LEAST))

    def show_first_steps(self) -> None:
        """What is to be done before the first agent works alone, also after it was left."""
        FirstRun(self.context.settings, self.context.runtime.folder).begin()
        self.show_view(FLEET)
        self.touch(ChangeSet(everything=True))

    def to_front(self, ask_id: str = "") -> None:
        """Show the window, whatever hid it, and an ask on its card where one is named."""
        to_front(self)
        if ask_id:
            self.open_ask(ask_id)

    def quit(self) -> None:
        """End the program: no new step starts, what runs is waited for. Unlike closing, this never hides."""
        self._quitting = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.context.settings.setValue(window_geometry.MAIN_KEY, self.saveGeometry())
        self.context.settings.setValue(VIEW_KEY, self.current)
        self.context.settings.sync()
        if not self._quitting and self.stays_in_tray():
            event.ignore()
            self.hide()
            return
        self.queue.presence.stop()
        self.bridge.close()
        event.accept()
        self.closed.emit()
