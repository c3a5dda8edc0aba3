"""What a run's model is saying right now: the first words at once, what follows a few times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from console.context import ConsoleContext

LIVE_MS = 100
"""UX section 6: at most ten times a second."""


class RunStream(QObject):
    """``show`` is handed the new words by model call, and answers whether anybody could see them."""

    def __init__(self, context: ConsoleContext, show: Callable[[dict[str, str]], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._show = context, show
        self._watching: asyncio.Task[None] | None = None
        self._pieces: dict[str, str] = {}
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(LIVE_MS)
        self.timer.timeout.connect(self._hand_over)

    def watch(self, run_id: str) -> None:
        """Follow this run, unless one is followed."""
        if self._watching is None:
            self._watching = self._context.tasks.start(self._follow(run_id), name="what streams", owner=self)

    def stop(self) -> None:
        """Nobody looks, or at another run."""
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        self._pieces.clear()
        self.timer.stop()

    async def _follow(self, run_id: str) -> None:
        async for call_id, text in self._context.runtime.progress.watch(run_id):
            self._pieces[call_id] = self._pieces.get(call_id, "") + text
            if not self.timer.isActive():
                self._hand_over()

    def _hand_over(self) -> None:
        pieces, self._pieces = self._pieces, {}
        if pieces and self._show(pieces):
            self.timer.start()
