"""Append over several streams, rows in the same transaction, publishing after the commit and in order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from runtime.domain.envelope import Envelope
from runtime.domain.events.runs import NoteLeft
from runtime.domain.ids import RunId, StreamName
from runtime.journal.codec import UnreadableRecord, UnwritableEvent
from runtime.journal.event_log import EventLog, StreamChange
from storage.errors import StorageUnavailable, StreamMovedOn
from storage.recorder_memory import MemoryRecorder
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, NewRecord, Put, RowChange, Value, Written

A, B = StreamName("run:a"), StreamName("run:b")


def note(text: str) -> NoteLeft:
    return NoteLeft(RunId("a"), "anna", text)


@pytest.fixture
async def recorder() -> AsyncIterator[MemoryRecorder]:
    opened = MemoryRecorder()
    yield opened
    await opened.close()


async def seqs(log: EventLog, feed: AsyncIterator[Sequence[Envelope]], count: int) -> list[int]:
    found: list[int] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            found.extend(envelope.seq for envelope in await anext(feed))
    return found


async def test_several_streams_one_append(recorder: MemoryRecorder) -> None:
    log = EventLog(recorder)
    written = await log.append([StreamChange(A, 0, (note("1"), note("2"))), StreamChange(B, 0, (note("3"),))], "x", 5)
    assert [(e.seq, e.stream, e.version, e.at, e.by) for e in written] == [
        (1, A, 1, 5, "x"),
        (2, A, 2, 5, "x"),
        (3, B, 1, 5, "x"),
    ]
    assert await log.read_stream(A) == list(written[:2])
    assert await log.read_stream(A, after_version=1) == [written[1]]
    assert await log.read(1, 5) == list(written[1:])
    assert await log.head() == 3
    assert await log.append([], "x", 6) == ()
    assert await log.head() == 3


async def test_rows_are_computed_above_storage_and_commit_with_the_events(recorder: MemoryRecorder) -> None:
    def project(seq: Value, envelope: Envelope) -> Sequence[RowChange]:
        return [Put("positions", {"name": envelope.stream}, {"position": seq})]

    log = EventLog(recorder, project)
    await log.append([StreamChange(A, 0, (note("1"),)), StreamChange(B, 0, (note("2"), note("3")))], "x", 0)
    assert (await recorder.position(A), await recorder.position(B)) == (1, 3)
    with pytest.raises(StreamMovedOn):
        await log.append([StreamChange(A, 1, (note("4"),)), StreamChange(B, 1, (note("5"),))], "x", 0)
    assert (await recorder.position(A), await recorder.position(B)) == (1, 3)


async def test_published_once_durable_and_never_when_refused(recorder: MemoryRecorder) -> None:
    log = EventLog(recorder)
    feed = aiter(log.subscriptions.watch())
    await log.append([StreamChange(A, 0, (note("1"),))], "x", 0)
    with pytest.raises(StreamMovedOn):
        await log.append([StreamChange(A, 0, (note("2"),))], "x", 0)
    with pytest.raises(UnwritableEvent):
        await log.append([StreamChange(A, 1, (note("\ud800"),))], "x", 0)
    await log.append([StreamChange(A, 1, (note("3"),))], "x", 0)
    assert await seqs(log, feed, 2) == [1, 2]


class Backwards(MemoryRecorder):
    """Answers the appends it was given in the opposite order once it has ``count`` of them."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self._held: list[tuple[asyncio.Future[Written], Written]] = []
        self.recorded = asyncio.Event()

    async def append(self, append: Append) -> Written:
        written = await super().append(append)
        self.recorded.set()
        answer: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self._held.append((answer, written))
        if len(self._held) == self._count:
            for waiting, held in reversed(self._held):
                waiting.set_result(held)
        return await answer


async def test_publishes_in_journal_order_whatever_order_answers_come_in() -> None:
    recorder = Backwards(5)
    log = EventLog(recorder)
    feed = aiter(log.subscriptions.watch())
    await asyncio.gather(
        *(log.append([StreamChange(StreamName(f"run:{n}"), 0, (note("x"), note("y")))], "x", 0) for n in range(5))
    )
    assert await seqs(log, feed, 10) == list(range(1, 11))
    await recorder.close()


async def test_a_cancelled_caller_is_published_all_the_same() -> None:
    recorder = Backwards(2)
    log = EventLog(recorder)
    feed = aiter(log.subscriptions.watch())
    impatient = asyncio.ensure_future(log.append([StreamChange(A, 0, (note("1"),))], "x", 0))
    await recorder.recorded.wait()
    impatient.cancel()
    await log.append([StreamChange(B, 0, (note("2"),))], "x", 0)
    assert await seqs(log, feed, 2) == [1, 2]
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await recorder.close()


async def test_on_a_disk_a_cancelled_caller_is_published_and_a_refused_one_hears_why(tmp_path: Path) -> None:
    disk = await SqliteRecorder.open(tmp_path / "journal.db")
    log = EventLog(disk)
    feed = aiter(log.subscriptions.watch())
    await log.append([StreamChange(A, 0, (note("1"),))], "x", 0)
    impatient = asyncio.ensure_future(log.append([StreamChange(A, 1, (note("2"),))], "x", 0))
    late = asyncio.ensure_future(log.append([StreamChange(A, 0, (note("late"),))], "x", 0))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(StreamMovedOn):
        await late
    assert await seqs(log, feed, 2) == [1, 2]
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await disk.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        await log.append([StreamChange(A, 2, (note("3"),))], "x", 0)


async def test_what_somebody_else_wrote_beside_the_log_is_published_in_its_place(recorder: MemoryRecorder) -> None:
    log = EventLog(recorder)
    feed = aiter(log.subscriptions.watch())
    await log.append([StreamChange(A, 0, (note("1"),))], "x", 0)
    body = b'{"type":"note-left","run_id":"b","by":"x","text":"beside"}'
    await recorder.append(Append((NewRecord(B, 1, "note-left", 1, 0, "x", body),)))
    await recorder.append(Append((NewRecord(B, 2, "unheard-of", 1, 0, "x", b"{}"),)))
    await log.append([StreamChange(A, 1, (note("4"),))], "x", 0)
    assert await seqs(log, feed, 3) == [1, 2, 4]
    with pytest.raises(UnreadableRecord, match="Record 3"):
        await log.read_stream(B)


async def test_a_watcher_that_raises_harms_nobody(recorder: MemoryRecorder) -> None:
    log = EventLog(recorder)

    async def fail() -> None:
        async for _ in log.subscriptions.watch():
            raise RuntimeError("a watcher's own fault")

    failing = asyncio.create_task(fail())
    feed = aiter(log.subscriptions.watch())
    for version in range(3):
        await log.append([StreamChange(A, version, (note("x"),))], "x", 0)
    assert await seqs(log, feed, 3) == [1, 2, 3]
    with pytest.raises(RuntimeError, match="own fault"):
        await failing


async def test_a_closed_workspace_says_so(recorder: MemoryRecorder) -> None:
    log = EventLog(recorder)
    await log.append([StreamChange(A, 0, (note("1"),))], "x", 0)
    await recorder.close()
    with pytest.raises(StorageUnavailable, match="closed"):
        await log.append([StreamChange(A, 1, (note("2"),))], "x", 0)
