"""A recorder that keeps everything in memory, for tests and trials: the same contract, nothing survives it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, overload

from sqlalchemy import Connection, RowMapping, create_engine
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql import Executable

from storage import reading
from storage.engine import begin_ourselves, set_pragmas
from storage.group import JournalEnd, insert_records, set_position
from storage.records import Append, Head, RowChange, StoredRecord, Written
from storage.row_changes import apply_rows
from storage.schema import create_tables
from storage.writer import closed

Answer = TypeVar("Answer")


class MemoryRecorder:
    """One SQLite connection in memory and one thread that alone uses it: each append is its own transaction."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="memory-journal")
        self._engine = create_engine("sqlite://", poolclass=StaticPool, creator=_in_memory)
        begin_ourselves(self._engine)
        self._end: JournalEnd | None = None
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    async def append(self, append: Append) -> Written:
        return await self._do(lambda: self._append(append))

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
        return await self._do(lambda: self._query(question))

    async def raw_rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return await self.query(lambda connection: reading.raw_rows(connection, sql, parameters))

    async def follow(self, name: str, rows: Sequence[RowChange], position: int) -> None:
        def change(cursor: sqlite3.Cursor) -> None:
            apply_rows(cursor, rows)
            set_position(cursor, name, position)

        await self._do(lambda: self._in_transaction(change))

    async def position(self, name: str) -> int:
        return await self.query(lambda connection: reading.position(connection, name))

    async def ping(self) -> None:
        await self._do(lambda: None)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._engine.dispose)
            self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[], Answer]) -> Answer:
        if self._closed:
            raise closed()
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _append(self, append: Append) -> Written:
        def change(cursor: sqlite3.Cursor) -> Written:
            records = self._journal_end().stamp(append)
            insert_records(cursor, records)
            apply_rows(cursor, append.rows, records[0].seq if records else 0, len(records))
            return Written(records)

        return self._in_transaction(change)

    def _in_transaction(self, change: Callable[[sqlite3.Cursor], Answer]) -> Answer:
        end = self._journal_end()
        assert self._connection is not None
        cursor = self._connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        try:
            answer = change(cursor)
        except BaseException:
            cursor.execute("ROLLBACK")
            end.drop()
            raise
        cursor.execute("COMMIT")
        end.keep()
        return answer

    def _query(self, question: Executable | Callable[[Connection], Answer]) -> list[RowMapping] | Answer:
        self._journal_end()
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = 1")
            try:
                return reading.ask(connection, question)
            finally:
                connection.exec_driver_sql("PRAGMA query_only = 0")

    def _journal_end(self) -> JournalEnd:
        if self._end is None:
            with self._engine.begin() as connection:
                create_tables(connection)
            raw = self._engine.raw_connection().driver_connection
            assert isinstance(raw, sqlite3.Connection)
            self._connection = raw
            self._end = JournalEnd(raw)
        return self._end


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    set_pragmas(connection, "write")
    return connection
