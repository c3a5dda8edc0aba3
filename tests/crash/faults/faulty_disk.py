"""A disk that refuses from a certain moment on, until it is mended: under SQLite itself, at the calls of its files."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from dataclasses import dataclass
from typing import Any, cast

import pytest

from storage.recorder import Recorder
from storage.records import Append, Written
from tests.crash.sqlite_layer import NoLayer, SqliteLayer, library

READ_ERROR = sqlite3.SQLITE_IOERR | 1 << 8
WRITE_ERROR = sqlite3.SQLITE_IOERR | 3 << 8
SYNC_ERROR = sqlite3.SQLITE_IOERR | 4 << 8


@dataclass(frozen=True)
class Ill:
    """What is answered to which calls, and the words by which a person recognises it."""

    answers: dict[str, int]
    words: str


FAULTS = {
    "disk full": Ill({"write": sqlite3.SQLITE_FULL}, "The disk is full"),
    "write error": Ill({"write": WRITE_ERROR}, "The disk reported a fault"),
    "sync error": Ill({"sync": SYNC_ERROR}, "The disk reported a fault"),
    "disk gone": Ill(
        {"read": READ_ERROR, "write": WRITE_ERROR, "sync": SYNC_ERROR, "open": sqlite3.SQLITE_CANTOPEN}, "journal"
    ),
    "read-only": Ill({"write": sqlite3.SQLITE_READONLY}, "read-only"),
    "locked": Ill({"lock": sqlite3.SQLITE_BUSY}, "locked by another program"),
}


class FaultyDisk:
    """``ill`` says how it refuses now; ``only`` counts down to the one call that is refused."""

    def __init__(self) -> None:
        self.ill: Ill | None = None
        self.refused = 0
        self._nth: tuple[str, int, int] | None = None
        self._seen = 0
        self._lock = threading.Condition()

    def layer(self) -> SqliteLayer:
        """To be put around everything that opens connections. Skips the test where SQLite cannot be reached."""
        try:
            library()
        except NoLayer as why:
            pytest.skip(str(why))
        return SqliteLayer(fault=self._fault)

    def refuse_the(self, number: int, kind: str, code: int) -> None:
        """From now on the so-manyth call of this kind is refused, once."""
        with self._lock:
            self._nth, self._seen, self.refused = (kind, number, code), 0, 0

    def mend(self) -> int:
        """Nothing is refused any more; answers how much was."""
        with self._lock:
            self.ill = self._nth = None
            return self.refused

    def _fault(self, kind: str, path: str) -> int:
        if "journal" not in path:
            return 0
        with self._lock:
            code = self.ill.answers.get(kind, 0) if self.ill is not None else 0
            if self._nth is not None and kind == self._nth[0]:
                self._seen += 1
                if self._seen == self._nth[1]:
                    code = self._nth[2]
            if code:
                self.refused += 1
                self._lock.notify_all()
            return code

    async def refuses(self, times: int) -> None:
        """Returns when it has refused so many more calls."""
        wanted = self.refused + times
        await asyncio.to_thread(self._wait, wanted)

    def _wait(self, wanted: int) -> None:
        with self._lock:
            assert self._lock.wait_for(lambda: self.refused >= wanted, 60)


class Boundary:
    """Falls ill right before, or right after, the first record of one kind is written (``KIND:TEXT``: that has it)."""

    def __init__(self, side: str, kind: str, disk: FaultyDisk, ill: Ill) -> None:
        self._kind, _, self._text = kind.partition(":")
        self._side, self._disk, self._ill = side, disk, ill
        self.reached = asyncio.Event()
        self._own: Recorder | None = None

    def recorder(self, own: Recorder) -> Recorder:
        """Stands before the workspace's own recorder."""
        self._own = own
        return cast(Recorder, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    async def append(self, append: Append) -> Written:
        """Passes it on."""
        assert self._own is not None
        here = not self.reached.is_set() and any(
            record.kind == self._kind and self._text.encode() in record.body for record in append.records
        )
        if here and self._side == "before":
            self._fall_ill()
        written = await self._own.append(append)
        if here and self._side == "after":
            self._fall_ill()
        return written

    def _fall_ill(self) -> None:
        self._disk.ill = self._ill
        self.reached.set()
