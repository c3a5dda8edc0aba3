"""The recorder of a real workspace: a SQLite file, one writer thread, and readers on connections of their own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, overload

from sqlalchemy import Connection, Engine, RowMapping
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

from storage import reading
from storage.engine import connect, open_engine
from storage.faults import told
from storage.handed import Handed
from storage.migrate import bring_up_to_date
from storage.records import Append, Head, RowChange, StoredRecord, Written
from storage.writer import Writer, closed

Answer = TypeVar("Answer")
_READERS = 4


class SqliteRecorder:
    """Open it with `await SqliteRecorder.open(path)`."""

    def __init__(self, database: Path) -> None:
        """On a database that `bring_up_to_date` has already seen."""
        self.database = database
        self._writer = Writer(lambda: connect(database))
        self._readers: Engine = open_engine(database, "read", _READERS)
        self._threads = ThreadPoolExecutor(_READERS, thread_name_prefix="journal-reader")
        self._closed = False

    @classmethod
    async def open(cls, database: Path, backups: Path | None = None) -> SqliteRecorder:
        """Create the database, or check and upgrade it (a backup goes to `backups` first), and open it.

        Raises DatabaseTooNew, DatabaseUnreadable or StorageUnavailable, and then the file is as it was.
        """
        await asyncio.to_thread(bring_up_to_date, database, backups)
        recorder = cls(database)
        try:
            await recorder.head()
        except BaseException:
            await recorder.close()
            raise
        return recorder

    def append(self, append: Append) -> Handed[Written]:
        return self._writer.append(append)

    async def read(self, after_seq: int = 0, limit: int = 1000) -> list[StoredRecord]:
        return await self.query(lambda connection: reading.records_after(connection, after_seq, limit))

    async def read_stream(self, stream: str, after_version: int = 0) -> list[StoredRecord]:
        return await self.query(lambda connection: reading.stream_after(connection, stream, after_version))

    async def head(self) -> Head:
        return await self.query(reading.head)

    @overload
    async def query(self, question: Executable) -> list[RowMapping]: ...

    @overload
    async def query(self, question: Callable[[Connection], Answer]) -> Answer: ...

    async def query(self, question: Executable | Callable[[Connection], Answer]) -> list[RowMapping] | Answer:
        if self._closed:
            raise closed()
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, question)

    async def raw_rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return await self.query(lambda connection: reading.raw_rows(connection, sql, parameters))

    async def follow(self, name: str, rows: Sequence[RowChange], position: int) -> None:
        await self._writer.follow(name, rows, position)

    async def position(self, name: str) -> int:
        return await self.query(lambda connection: reading.position(connection, name))

    async def ping(self) -> None:
        await self._writer.ping()

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._close_readers)
        # Last, so that the writer's is the last connection: SQLite then folds the WAL into the file.
        await self._writer.close()

    def _ask(self, question: Executable | Callable[[Connection], Answer]) -> list[RowMapping] | Answer:
        try:
            with self._readers.connect() as connection:
                return reading.ask(connection, question)
        except (DBAPIError, sqlite3.Error) as error:
            fault = told(error, reading=True)
            if fault is None:
                raise
            raise fault from error

    def _close_readers(self) -> None:
        self._threads.shutdown(wait=True)
        self._readers.dispose()
