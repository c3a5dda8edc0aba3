"""Knows whether the journal can be written: whoever was refused waits here while one task tries again and again."""

import asyncio
from collections.abc import Awaitable, Callable

from storage.errors import StorageError

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 5.0
"""Pauses between two tries are doubled up to this, so that work goes on soon after the fault has ended."""


class DiskWatch:
    """``try_out`` writes and reads something small, durably, and raises StorageError while that is refused."""

    def __init__(self, try_out: Callable[[], Awaitable[None]]) -> None:
        self._try_out = try_out
        self._well = asyncio.Event()
        self._well.set()
        self._trying: asyncio.Task[None] | None = None
        self._closed = False
        self.trouble = ""
        """What is wrong, what holds and what to do; empty while the journal can be written."""

    def refused(self, error: StorageError) -> None:
        """The disk refused somebody: nothing begins until a try succeeds."""
        if self._closed:
            return
        self.trouble = _told(error)
        self._well.clear()
        if self._trying is None:
            self._trying = asyncio.create_task(self._try_again(), name="disk watch")

    async def well_again(self) -> None:
        """Returns when the journal can be written."""
        await self._well.wait()

    async def close(self) -> None:
        """Nobody tries any more."""
        self._closed = True
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.gather(self._trying, return_exceptions=True)

    async def _try_again(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            await asyncio.sleep(pause)
            try:
                await self._try_out()
            except StorageError as error:
                self.trouble = _told(error)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            else:
                break
        self.trouble = ""
        self._trying = None
        self._well.set()


def _told(error: StorageError) -> str:
    to_do = error.to_do.replace(", then do it again", "")
    holds = (
        "What was recorded is safe, nothing new begins until it can be written again, and work then goes on by itself."
    )
    return f"{error.what} {holds} {to_do}"
