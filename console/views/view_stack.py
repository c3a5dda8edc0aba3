"""The screens of a window: each built when it is first asked for, and told of changes only while it is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.views.refresher import Refresher
from console.views.table import ViewEntry
from console.views.view import View


class ViewStack(QStackedWidget):
    """``current`` is the number of the screen that is shown, 0 before the first."""

    keys_changed = Signal()

    def __init__(self, context: ConsoleContext, entries: Sequence[ViewEntry], stale_since: Callable[[], int]) -> None:
        super().__init__()
        self._context, self._stale_since = context, stale_since
        self.entries = {entry.number: entry for entry in entries}
        self._views: dict[int, View] = {}
        self._refreshers: dict[int, Refresher] = {}
        self.current = 0

    def view(self, number: int) -> View:
        """A screen by its number."""
        if number not in self._views:
            view = self.entries[number].build(self._context)
            view.keys_changed.connect(self.keys_changed)
            view.show_caps()
            self._views[number] = view
            self._refreshers[number] = Refresher(view.refresh, self._context.tasks, name=f"refresh {view.title}")
            self.addWidget(view)
            if since := self._stale_since():
                view.set_stale(since)
        return self._views[number]

    def current_view(self) -> View | None:
        """The screen that is shown."""
        return self._views.get(self.current)

    def show_view(self, number: int) -> None:
        """In place of the one that was shown."""
        view = self.view(number)
        if self.current in self._views:
            self._refreshers[self.current].show(False)
            self._views[self.current].left()
        self.current = number
        self.setCurrentWidget(view)
        self._refreshers[number].show(True)

    def touch(self, change: ChangeSet) -> None:
        """Every built screen hears of it; hidden ones keep it for later."""
        for refresher in self._refreshers.values():
            refresher.touch(change)

    def set_stale(self, since: int) -> None:
        """All of them were true at ``since`` (µs UTC); 0 = they are true now."""
        for view in self._views.values():
            view.set_stale(since)

    def show_caps(self) -> None:
        """A person chose other keys."""
        for view in self._views.values():
            view.show_caps()

    def next_pane(self, last: QWidget) -> None:
        """The keyboard to the pane after the one that has it; ``last`` follows those of the screen."""
        view, focus = self.current_view(), QApplication.focusWidget()
        panes = [*([] if view is None else view.panes()), last]
        here = next(
            (at for at, pane in enumerate(panes) if focus is not None and (pane is focus or pane.isAncestorOf(focus))),
            -1,
        )
        panes[(here + 1) % len(panes)].setFocus()
