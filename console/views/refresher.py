"""Keeps one view up to date: one refresh at a time, what comes meanwhile is merged, hidden views wait."""

from collections.abc import Awaitable, Callable

from console.change_set import EVERYTHING, ChangeSet
from console.tasks import Tasks


class Refresher:
    """Owns what a view, or the frame around them, has not seen yet; ``refresh`` shows it. ``name`` is the task's."""

    def __init__(self, refresh: Callable[[ChangeSet], Awaitable[None]], tasks: Tasks, name: str) -> None:
        self._refresh, self._tasks, self._name = refresh, tasks, name
        self._unseen = EVERYTHING
        self._running = False
        self._shown = False

    def touch(self, change: ChangeSet) -> None:
        """Something changed."""
        self._unseen = self._unseen | change
        self._go()

    def show(self, shown: bool) -> None:
        """The view became visible, or was hidden."""
        self._shown = shown
        self._go()

    def _go(self) -> None:
        if self._shown and not self._running and self._unseen:
            self._running = True
            if self._tasks.start(self._show_unseen(), name=self._name) is None:
                self._running = False

    async def _show_unseen(self) -> None:
        try:
            while self._shown and self._unseen:
                change, self._unseen = self._unseen, ChangeSet()
                try:
                    await self._refresh(change)
                except Exception:
                    self._unseen = self._unseen | change  # not seen after all: the next change reads it as well
                    raise
        finally:
            self._running = False
