"""Asks the writer once a second whether it is alive; tells when it was silent for 5 s and when it is back."""

import asyncio
import contextlib
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from console.tasks import Tasks
from runtime.interface import Runtime

EVERY_S = 1.0
SILENT_AFTER_S = 5.0


class Heartbeat(QObject):
    """``stale(since)``: nothing is known since that time (µs UTC). ``fresh(ms)``: the writer answered in so many ms."""

    stale = Signal(object)
    fresh = Signal(float)

    def __init__(
        self,
        runtime: Runtime,
        tasks: Tasks,
        now: Callable[[], int],
        every_s: float = EVERY_S,
        silent_after_s: float = SILENT_AFTER_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runtime, self._tasks, self._now = runtime, tasks, now
        self._every_s, self._silent_after_s = every_s, silent_after_s
        self._last_truth = now()
        self._stale = False
        self._again = asyncio.Event()

    @property
    def is_stale(self) -> bool:
        """Whether what is on screen may no longer be true."""
        return self._stale

    @property
    def last_truth(self) -> int:
        """When the writer last answered (µs UTC)."""
        return self._last_truth

    def start(self) -> None:
        """Begin to ask."""
        self._tasks.start(self._beat(), name="heartbeat")

    def ask_now(self) -> None:
        """Do not wait for the next second."""
        self._again.set()

    async def _beat(self) -> None:
        while True:
            await self._ask_once()
            self._again.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._again.wait()

    async def _ask_once(self) -> None:
        try:
            async with asyncio.timeout(self._silent_after_s):
                seconds = await self._runtime.heartbeat()
        except (TimeoutError, OSError):
            self._stale = True
            self.stale.emit(self._last_truth)
            return
        self._last_truth = self._now()
        self._stale = False
        self.fresh.emit(seconds * 1000)
