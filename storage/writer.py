"""The one thread that writes the journal: what is waiting goes into one transaction; callers are answered after it."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from storage.errors import StorageUnavailable
from storage.faults import KEEP_CONNECTION, primary_code, told
from storage.group import JournalEnd, insert_records, set_position
from storage.records import Append, RowChange, StoredRecord, Written
from storage.row_changes import MergedRows

_MOST_IN_A_GROUP = 1_000  # so that answering a group does not hold up the caller's loop


@dataclass(frozen=True, slots=True)
class _Follow:
    name: str
    rows: Sequence[RowChange]
    position: int


@dataclass(frozen=True, slots=True)
class _Ping:
    pass


_Answer = Written | Exception | None


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    work: Append | _Follow | _Ping
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]  # Written for an append, None for the others


class Writer:
    """Owns the only connection that writes, the journal's end and the hash chain."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._end: JournalEnd | None = None
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()  # nothing may enter the queue behind the closing mark: it would never be answered
        self._closed = False
        # A daemon, because whatever was answered is durable: a program that dies need not wait for it.
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def append(self, append: Append) -> asyncio.Future[Written]:
        """Handed over at once; whoever gives up waiting takes nothing back."""
        return self._submit(append)

    async def follow(self, name: str, rows: Sequence[RowChange], position: int) -> None:
        await self._submit(_Follow(name, rows, position))

    async def ping(self) -> None:
        await self._submit(_Ping())

    async def close(self) -> None:
        with self._door:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _submit(self, work: Append | _Follow | _Ping) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        with self._door:
            if self._closed:
                job.answer.set_exception(closed())
            else:
                self._waiting.put(job)
        return job.answer

    # From here on, everything runs in the writer's thread.

    def _run(self) -> None:
        going_on, jobs = True, list[_Job]()
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

    def _abandon(self, jobs: list[_Job]) -> None:
        with self._door:
            self._closed = True
        left = list(jobs)
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._waiting.get_nowait()
                if job is not None:
                    left.append(job)
        _tell([(job, stopped()) for job in left])

    def _take(self) -> tuple[list[_Job], bool]:
        job = self._waiting.get()
        jobs: list[_Job] = []
        while job is not None:
            jobs.append(job)
            if len(jobs) == _MOST_IN_A_GROUP:
                return jobs, True
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                return jobs, True
        return jobs, False

    def _write(self, jobs: list[_Job]) -> list[tuple[_Job, _Answer]]:
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

    def _write_group(self, jobs: list[_Job]) -> list[tuple[_Job, _Answer]]:
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


def _fill(cursor: sqlite3.Cursor, end: JournalEnd, jobs: list[_Job]) -> list[tuple[_Job, _Answer]]:
    answers: list[tuple[_Job, _Answer]] = []
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


def _tell(answers: list[tuple[_Job, _Answer]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Job, _Answer]]] = {}
    for answer in answers:
        by_loop.setdefault(answer[0].loop, []).append(answer)
    for loop, mine in by_loop.items():
        with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_answer, mine)


def _answer(answers: list[tuple[_Job, _Answer]]) -> None:
    for job, answer in answers:
        if job.answer.done():  # the caller was cancelled
            continue
        if isinstance(answer, Exception):
            job.answer.set_exception(answer)
        else:
            job.answer.set_result(answer)


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
