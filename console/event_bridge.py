"""Brings the live feed into Qt: what became durable, batched per 100 ms, as one signal."""

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from console.change_set import EVERYTHING, ChangeSet, change_of
from console.tasks import Tasks
from runtime.domain.envelope import Envelope
from runtime.interface import Runtime, Subscription

BATCH_MS = 100


class EventBridge(QObject):
    """One subscription of the window. ``changed`` carries a ChangeSet, ``recorded`` the envelopes themselves."""

    changed = Signal(object)
    recorded = Signal(object)

    def __init__(self, runtime: Runtime, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runtime = runtime
        self._tasks = tasks
        self.told_to = 0
        """The newest seq that was handed on; 0 = nothing was recorded since it began."""
        self._subscription: Subscription | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[Envelope] = []
        self._missed = False
        """More happened than the subscription could hold: what was dropped is only seen by looking at all again."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BATCH_MS)
        self._timer.timeout.connect(self._tell)

    def start(self) -> None:
        """Subscribe now; nothing that becomes durable after this call is missed."""
        self._subscription = self.runtime.watch()
        self._task = self._tasks.start(self._follow(self._subscription), name="follow the journal")

    def touch(self, change: ChangeSet = EVERYTHING) -> None:
        """Have everybody look again without an event, as after a lost link."""
        self.changed.emit(change)

    @property
    def is_open(self) -> bool:
        """Whether it follows the journal."""
        return self._task is not None and not self._task.done()

    def close(self) -> None:
        """End the subscription."""
        self._timer.stop()
        if self._subscription is not None:
            self._subscription.close()
        if self._task is not None:
            self._task.cancel()

    async def _follow(self, subscription: Subscription) -> None:
        async for envelopes in subscription:
            self._take(envelopes, missed=subscription.missed)

    def _take(self, envelopes: Sequence[Envelope], *, missed: bool) -> None:
        self._waiting.extend(envelopes)
        self._missed = self._missed or missed
        if (self._waiting or self._missed) and not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        envelopes, self._waiting = self._waiting, []
        missed, self._missed = self._missed, False
        self.told_to = max([self.told_to, *(envelope.seq for envelope in envelopes)])
        self.recorded.emit(envelopes)
        self.changed.emit(change_of(envelopes) | EVERYTHING if missed else change_of(envelopes))
