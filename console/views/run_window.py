"""One run in a window of its own, with the same page and the same keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout

from console.actions import Action, Actions
from console.context import ConsoleContext
from console.event_bridge import EventBridge
from console.key_dispatch import KeyDispatch
from console.views.footer import KeyHints
from console.views.ground import Ground
from console.views.picture_panel import add_picture_action
from console.views.refresher import Refresher
from console.views.run_actions import RUN_KEYS, add_run_actions
from console.views.run_page import RunPage
from console.views.table import RUNS

GEOMETRY_KEY = "run_window/v1/geometry"


class RunWindow(Ground):
    """Follows the journal by itself; ``closed`` when a person closed it."""

    closed = Signal()

    def __init__(self, context: ConsoleContext, run_id: str) -> None:
        super().__init__(context.theme, "bg")
        actions = Actions(context.actions.remapped, context.actions.letters_on)
        self.context = replace(context, actions=actions, window=lambda: self)
        self.page = RunPage(self.context, with_back=False)
        self._hints = KeyHints(context.theme)
        self._hints.setFixedHeight(context.theme.px(32))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.page, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(context.theme.px(16), 0, context.theme.px(16), 0)
        foot.addWidget(self._hints)
        column.addLayout(foot)
        add_run_actions(actions, self.page)
        add_picture_action(actions, lambda: self, RUNS)
        actions.add(Action("window.close", self.tr("Close this window"), ("Esc", "Ctrl+W"), RUNS), self._close)
        self._keys = KeyDispatch(self, actions, lambda: RUNS)
        self._refresher = Refresher(self.page, context.tasks)
        self._bridge = EventBridge(context.runtime, context.tasks, self)
        self._bridge.changed.connect(self._refresher.touch)
        context.runner.changed.connect(self._refresher.touch)
        self.page.keys_changed.connect(self._keys_changed)
        self.setMinimumSize(720, 480)
        self.resize(1180, 800)
        kept = context.settings.value(GEOMETRY_KEY)
        if isinstance(kept, QByteArray):
            self.restoreGeometry(kept)
        self._closed = False
        self._bridge.start()
        self.page.show_run(run_id)
        self._refresher.show(True)
        self.page.focus_first()

    def _close(self) -> None:
        if not self.page.leave_note():
            self.close()

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
        self._bridge.close()
        self.page.end()
        event.accept()
        self.closed.emit()
