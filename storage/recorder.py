"""The recorder's contract: what the runtime may ask of the journal's storage. SQLite and memory fulfil it alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, overload

from sqlalchemy import Connection, RowMapping
from sqlalchemy.sql import Executable

from storage.records import Append, Head, RowChange, StoredRecord, Written

Answer = TypeVar("Answer")


class Recorder(Protocol):
    """An append-only journal with read tables that change in the same transaction."""

    def append(self, append: Append) -> Awaitable[Written]:
        """Append atomically; its answer comes when the commit is durable.

        Raises StreamMovedOn (this append alone was refused; others in its group went on) or StorageUnavailable
        (nothing of it was recorded). A cancelled caller may still have been recorded: cancellation takes nothing back.
        """
        ...

    async def read(self, after_seq: int = 0, limit: int = 1000) -> list[StoredRecord]:
        """Records in journal order, beginning after `after_seq`."""
        ...

    async def read_stream(self, stream: str, after_version: int = 0) -> list[StoredRecord]:
        """All records of one stream in order, beginning after `after_version`."""
        ...

    async def head(self) -> Head:
        """The durable end of the journal."""
        ...

    @overload
    async def query(self, question: Executable) -> list[RowMapping]: ...

    @overload
    async def query(self, question: Callable[[Connection], Answer]) -> Answer: ...

    async def query(self, question: Executable | Callable[[Connection], Answer]) -> list[RowMapping] | Answer:
        """Read the tables on a connection of its own in a worker thread; the connection cannot write.

        A callable runs in that thread with the connection, inside one read transaction, and must not hand out anything
        that is bound to the connection.
        """
        ...

    async def raw_rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Rows of a SQL text with `:named` parameters (full-text queries and the like), read as `query` reads."""
        ...

    async def follow(self, name: str, rows: Sequence[RowChange], position: int) -> None:
        """Apply a follow-behind projection's row changes and store its new position, in one transaction."""
        ...

    async def position(self, name: str) -> int:
        """How far the follow-behind projection has come (0: not begun)."""
        ...

    async def ping(self) -> None:
        """Returns when the writer has answered: a sign of life for the status strip and the watchdog."""
        ...

    async def close(self) -> None:
        """Write out what is waiting, then close. A second call does nothing."""
        ...
