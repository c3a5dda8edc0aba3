"""Keeps one view up to date: one refresh at a time, what comes meanwhile is merged, hidden views wait."""

from console.change_set import EVERYTHING, ChangeSet
from console.tasks import Tasks
from console.views.view import View


class Refresher:
    """Owns what a view has not seen yet."""

    def __init__(self, view: View, tasks: Tasks) -> None:
        self._view, self._tasks = view, tasks
        self._unseen = EVERYTHING
        self._running = False
        self._shown = False

    @property
    def is_busy(self) -> bool:
        """Whether a refresh runs."""
        return self._running

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
            if self._tasks.start(self._refresh(), name=f"refresh {self._view.title}") is None:
                self._running = False

    async def _refresh(self) -> None:
        try:
            while self._shown and self._unseen:
                change, self._unseen = self._unseen, ChangeSet()
                await self._view.refresh(change)
        finally:
            self._running = False
