"""Counts the transactions that a workspace's writer commits, as SQLite itself reports them, and the file's growth."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from runtime.workspace_runtime import WorkspaceRuntime

BEGIN_OF_A_WRITE = "BEGIN IMMEDIATE"


class Commits:
    """What was begun so far. Every connection opened while ``watching`` tells of its statements from then on.

    The trace is set before a connection is used and never taken off: done from another thread than the one that is
    using it, either would wait for that thread with Python's lock in hand, while it waits for Python's lock.
    """

    def __init__(self) -> None:
        self.number = 0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Around the opening of a workspace. SQLite's trace makes everything slower: nothing is timed in there."""
        connect = sqlite3.connect

        def traced(*given: Any, **named: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*given, **named)
            connection.set_trace_callback(self._executed)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]  # the one function by which storage opens files
        try:
            yield
        finally:
            sqlite3.connect = connect
        if not self.number:
            raise RuntimeError(f"No write was seen: the writer does not begin with {BEGIN_OF_A_WRITE} any more.")

    def _executed(self, statement: str) -> None:
        self.number += statement.startswith(BEGIN_OF_A_WRITE)


async def page_bytes(runtime: WorkspaceRuntime) -> int:
    """Bytes of the journal's pages that are in use, those in the WAL included."""
    await runtime.history.caught_up()
    ask = runtime._own.recorder.raw_rows
    values = [(await ask(f"PRAGMA {name}"))[0][0] for name in ("page_size", "page_count", "freelist_count")]
    size, pages, free = (int(value) for value in values)
    return size * (pages - free)
