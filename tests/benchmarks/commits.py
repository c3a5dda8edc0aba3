"""Counts the transactions that a workspace's writer commits, as SQLite itself reports them, and the file's growth."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from runtime.workspace_runtime import WorkspaceRuntime

BEGIN_OF_A_WRITE = "BEGIN IMMEDIATE"


class Commits:
    """Made before a workspace is opened, it knows its connections. ``number`` is what ``counting`` saw."""

    def __init__(self) -> None:
        self.number = 0
        self._connections: list[sqlite3.Connection] = []
        self._connect = sqlite3.connect
        sqlite3.connect = self._connected  # type: ignore[assignment]  # the one place all of storage opens files by

    def _connected(self, *given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = self._connect(*given, **named)
        if not named.get("check_same_thread", True):
            self._connections.append(connection)
        return connection

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        """Count from here on; SQLite's trace makes everything slower, so nothing is timed meanwhile."""
        self._trace(self._executed)
        yield
        self._trace(None)
        if not self.number:
            raise RuntimeError(f"No write was seen: the writer does not begin with {BEGIN_OF_A_WRITE} any more.")

    def _trace(self, told: Callable[[str], None] | None) -> None:
        for connection in self._connections:
            with contextlib.suppress(sqlite3.ProgrammingError):  # closed meanwhile
                connection.set_trace_callback(told)

    def _executed(self, statement: str) -> None:
        self.number += statement.startswith(BEGIN_OF_A_WRITE)


async def page_bytes(runtime: WorkspaceRuntime) -> int:
    """Bytes of the journal's pages that are in use, those in the WAL included."""
    await runtime.history.caught_up()
    ask = runtime._own.recorder.raw_rows
    (size,), (pages,), (free,) = [
        (await ask(f"PRAGMA {of}"))[0] for of in ("page_size", "page_count", "freelist_count")
    ]
    return int(size) * (int(pages) - int(free))
