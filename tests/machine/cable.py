"""A recorder behind a cable that is cut at a chosen write: the journal stays, the program that wrote to it is dead."""

import asyncio
from typing import Any, NoReturn

from storage.recorder import Recorder
from storage.records import Append, Written


class Cable:
    """Stands between one life of the program and its journal. Once cut, no call of that life comes back.

    ``cut_in`` counts writes down; at 0 the write is lost (``before``) or durable but never answered.
    """

    def __init__(self, journal: Recorder) -> None:
        self.journal = journal
        self.dead = asyncio.Event()
        self.cut_in = -1
        self.before = True
        self.wrote = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.journal, name)

    async def append(self, append: Append) -> Written:
        """Durable, or nothing at all."""
        if self.dead.is_set():
            await self._never()
        self.cut_in -= 1
        if self.cut_in == 0 and self.before:
            await self._die()
        written = await self.journal.append(append)
        self.wrote += 1
        if self.cut_in == 0:
            await self._die()
        if self.dead.is_set():
            await self._never()
        return written

    async def close(self) -> None:
        """The journal outlives this life."""

    async def _die(self) -> NoReturn:
        self.dead.set()
        await self._never()

    async def _never(self) -> NoReturn:
        await asyncio.get_running_loop().create_future()
        raise AssertionError("unreachable: nobody answers a dead program")
