"""One run in a window of its own, with the same page and the same keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from console import window_geometry
from console.actions import Action, Actions
from console.change_set import EVERYTHING
from console.context import ConsoleContext
from console.event_bridge import EventBridge
from console.key_dispatch import KeyDispatch
from console.notices.notice import Notice
from console.notices.toasts import Toasts
from console.presenters.times import clock_time
from console.views.footer import KeyHints
from console.views.ground import Ground
from console.views.picture_panel import add_picture_action
from console.views.refresher import Refresher
from console.views.run_actions import RUN_KEYS, add_run_actions
from console.views.run_page import RunPage
from console.views.table import RUNS
from console.widgets.banner import Banner

GEOMETRY_KEY = "run_window/v1/geometry"
SIZE, LEAST = (1180, 800), (720, 480)
"""Width and height at 100 %: as it opens first, and what a person can make of it."""


class RunWindow(Ground):
    """Follows the journal by itself; ``closed`` when a person closed it, ``retried`` to ask the silent journal now."""

    closed = Signal()
    retried = Signal()

    def __init__(self, context: ConsoleContext, run_id: str) -> None:
        super().__init__(context.theme, "bg")
        actions = Actions(context.actions.remapped, context.actions.letters_on)
        self.context = replace(context, actions=actions, window=lambda: self)
        self.setWindowTitle(self.tr("Run"))  # until it is read
        self.page = RunPage(self.context, with_back=False)
        self._hints = KeyHints(context.theme)
        self._hints.setFixedHeight(context.theme.px(32))
        self.stale = Banner(context.theme, "warn", "", "", self.tr("Retry now"), action_icon="refresh-cw")
        self.stale.hide()
        self.stale.activated.connect(self.retried)
        body = QStackedWidget()
        body.addWidget(self.page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stale)
        column.addWidget(body, 1)
        self.toasts = Toasts(context.theme, context.notices, body, lambda _news: None)
        foot = QVBoxLayout()
        foot.setContentsMargins(context.theme.px(16), 0, context.theme.px(16), 0)
        foot.addWidget(self._hints)
        column.addLayout(foot)
        add_run_actions(actions, self.page)
        add_picture_action(actions, lambda: self, RUNS)
        actions.add(Action("window.close", self.tr("Close this window"), ("Esc", "Ctrl+W"), RUNS), self._close)
        self._keys = KeyDispatch(self, actions, lambda: RUNS)
        self._refresher = Refresher(self.page.refresh, context.tasks, name="refresh the window of a run")
        self._bridge = EventBridge(context.runtime, context.tasks, self)
        self._bridge.changed.connect(self._refresher.touch)
        context.runner.changed.connect(self._refresher.touch)
        context.notices.shown.connect(self._tell)
        self.page.keys_changed.connect(self._keys_changed)
        px = context.theme.px
        kept = context.settings.value(GEOMETRY_KEY)
        window_geometry.restore(self, kept, QSize(px(LEAST[0]), px(LEAST[1])), QSize(px(SIZE[0]), px(SIZE[1])))
        self._closed = False
        self._bridge.start()
        self.page.show_run(run_id)
        self._refresher.show(True)
        self.page.focus_first()

    def _close(self) -> None:
        if self.page.leave_note():
            return
        if self.toasts.texts:
            self.toasts.close_newest()
        else:
            self.close()

    def set_stale(self, since: int) -> None:
        """What is shown was true at ``since`` (µs UTC); 0 = it is true now."""
        back = bool(self.page.stale_since) and not since
        self.page.set_stale(since)
        self.stale.setVisible(bool(since))
        if since:
            headline = self.tr("The journal has not answered since {time}").format(time=clock_time(since))
            said = self.tr("You see the run as it was then. Nothing can be done to it until it answers.")
            self.stale.set_message(headline, said, self.tr("Retry now"))
        if back:
            self._refresher.touch(EVERYTHING)

    def _tell(self, notice: Notice) -> None:
        """What a person at this window did is answered here too; what is told elsewhere meanwhile is gone from here."""
        if self.isActiveWindow() and not notice.passes:
            self.toasts.show_notice(notice)
        elif notice.key:
            self.toasts.show_notice(Notice("done", "", key=notice.key))

    def _keys_changed(self) -> None:
        self._hints.set_hints(self.context.actions.hints((*RUN_KEYS, "window.close")))
        if self.page.detail is not None:
            row = self.page.detail.row
            self.setWindowTitle(f"{row.title} – {row.agent}")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.context.settings.setValue(GEOMETRY_KEY, self.saveGeometry())
        self._refresher.show(False)
        if not self._closed:
            self._closed = True
            self.context.runner.changed.disconnect(self._refresher.touch)
            self.context.notices.shown.disconnect(self._tell)
        self._bridge.close()
        self.page.end()
        event.accept()
        self.closed.emit()
