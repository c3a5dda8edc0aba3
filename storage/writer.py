"""The one thread that writes the journal: what is waiting goes into one transaction; callers are answered after it."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from storage.errors import StorageUnavailable
from storage.faults import KEEP_CONNECTION, primary_code, told
from storage.group import JournalEnd, insert_records, set_position
from storage.handed import Handed
from storage.records import Append, RowChange, StoredRecord, Written
from storage.row_changes import MergedRows
from storage.turns_of_threads import take_short_turns

_MOST_IN_A_GROUP = 200
"""So many steps of runs are a fraction of what the window may be held up, and while they are written others go on:
were all that wait one group, the loop and this thread would take turns and never work side by side."""


class _Follow(msgspec.Struct, frozen=True, gc=False):
    name: str
    rows: Sequence[RowChange]
    position: int


class _Ping(msgspec.Struct, frozen=True, gc=False):
    pass


_Answer = Written | Exception | None


class Writer:
    """Owns the only connection that writes, the journal's end and the hash chain."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._end: JournalEnd | None = None
        self._waiting: queue.SimpleQueue[Handed[Any] | None] = queue.SimpleQueue()
        self._door = threading.Lock()  # nothing may enter the queue behind the closing mark: it would never be answered
        self._closed = False
        take_short_turns()
        # A daemon, because whatever was answered is durable: a program that dies need not wait for it.
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def append(self, append: Append) -> Handed[Written]:
        """Handed over at once; whoever gives up waiting takes nothing back."""
        return self._hand_over(append)

    async def follow(self, name: str, rows: Sequence[RowChange], position: int) -> None:
        await self._hand_over(_Follow(name, rows, position))

    async def ping(self) -> None:
        await self._hand_over(_Ping())

    async def close(self) -> None:
        with self._door:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self, work: Append | _Follow | _Ping) -> Handed[Any]:
        handed: Handed[Any] = Handed(work, asyncio.get_running_loop())
        with self._door:
            if not self._closed:
                self._waiting.put(handed)
                return handed
        handed.answer(closed())
        return handed

    # From here on, everything runs in the writer's thread.

    def _run(self) -> None:
        going_on, jobs = True, list[Handed[Any]]()
        try:
            while going_on:
                jobs, going_on = self._take()
                if jobs:
                    _tell(self._write(jobs))
        except BaseException:
            self._abandon(jobs)  # a mistake of ours, reported by the thread's hook; but nobody may wait for ever
            raise
        finally:
            self._disconnect()

    def _abandon(self, jobs: list[Handed[Any]]) -> None:
        with self._door:
            self._closed = True
        left = list(jobs)
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._waiting.get_nowait()
                if job is not None:
                    left.append(job)
        _tell([(job, stopped()) for job in left])

    def _take(self) -> tuple[list[Handed[Any]], bool]:
        job = self._waiting.get()
        jobs: list[Handed[Any]] = []
        while job is not None:
            jobs.append(job)
            if len(jobs) == _MOST_IN_A_GROUP:
                return jobs, True
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                return jobs, True
        return jobs, False

    def _write(self, jobs: list[Handed[Any]]) -> list[tuple[Handed[Any], _Answer]]:
        try:
            return self._write_group(jobs)
        except Exception as error:
            if told(error) is not None:
                # Who only asks for a sign of life gets it: the writer lives, the fault is told to those it is about.
                return [(job, None if isinstance(job.work, _Ping) else told(error)) for job in jobs]
            if len(jobs) == 1:
                return [(jobs[0], error)]
            # Somebody's row changes are wrong. One by one, so that only he is refused.
            return [answer for job in jobs for answer in self._write([job])]

    def _write_group(self, jobs: list[Handed[Any]]) -> list[tuple[Handed[Any], _Answer]]:
        if all(isinstance(job.work, _Ping) for job in jobs):
            return [(job, None) for job in jobs]
        connection = self._connection = self._connection or self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            end = self._end = self._end or JournalEnd(connection)
            answers = _fill(connection.cursor(), end, jobs)
            connection.execute("COMMIT")
        except Exception as error:
            self._roll_back(connection, error)
            raise
        end.keep()
        return answers

    def _roll_back(self, connection: sqlite3.Connection, error: Exception) -> None:
        with contextlib.suppress(sqlite3.Error):
            if connection.in_transaction:  # SQLite rolls back by itself on some faults
                connection.execute("ROLLBACK")
        self._end = None  # read anew from the file: after a fault that is the only truth
        if told(error) is not None and primary_code(error) not in KEEP_CONNECTION:
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection, self._end = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(sqlite3.Error):
                connection.close()


def _fill(cursor: sqlite3.Cursor, end: JournalEnd, jobs: list[Handed[Any]]) -> list[tuple[Handed[Any], _Answer]]:
    answers: list[tuple[Handed[Any], _Answer]] = []
    inserts: list[StoredRecord] = []
    changes: list[tuple[Sequence[RowChange], int, int]] = []
    for job in jobs:
        answer: _Answer = None
        match job.work:
            case Append(rows=rows):
                try:
                    records = end.stamp(job.work)
                except sqlite3.Error:
                    raise
                except Exception as refused:  # StreamMovedOn, or a record that cannot be one: his alone
                    answer = refused
                else:
                    answer = Written(records)
                    inserts.extend(records)
                    if rows:
                        changes.append((rows, records[0].seq if records else 0, len(records)))
            case _Follow(rows=rows):
                changes.append((rows, 0, 0))
            case _Ping():
                pass
        answers.append((job, answer))
    insert_records(cursor, inserts)
    merged = MergedRows(cursor)
    for rows, first_seq, count in changes:
        merged.take(rows, first_seq, count)
    merged.write()
    for job in jobs:
        if isinstance(job.work, _Follow):
            set_position(cursor, job.work.name, job.work.position)
    return answers


def _tell(answers: list[tuple[Handed[Any], _Answer]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Handed[Any], _Answer]]] = {}
    for answer in answers:
        by_loop.setdefault(answer[0].loop, []).append(answer)
    for loop, mine in by_loop.items():
        with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_answer, mine)


def _answer(answers: list[tuple[Handed[Any], _Answer]]) -> None:
    for job, answer in answers:
        job.answer(answer)


def closed() -> StorageUnavailable:
    return StorageUnavailable(
        "The workspace is closed.", "Everything recorded before is safe.", "Open the workspace again."
    )


def stopped() -> StorageUnavailable:
    return StorageUnavailable(
        "The journal's writer has stopped because of a fault in this program.",
        "Everything that was acknowledged before is safe; whether this change was recorded is shown after a restart.",
        "Close the program and start it again.",
    )
