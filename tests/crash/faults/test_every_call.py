"""One call of the disk is refused: the first, the second, ... until the story runs through without meeting it.

The story is the recorder's: made, opened, written in groups, read, closed. Whatever is refused, every append is in the
journal once, the chain is whole, and who was told "nothing was recorded" was told the truth or finds it recorded.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from storage.chain_check import verify_chain
from storage.errors import StorageError, StorageUnavailable, StreamMovedOn
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, NewRecord, Put
from tests.crash.faults.faulty_disk import READ_ERROR, SYNC_ERROR, WRITE_ERROR, FaultyDisk

STREAMS = ("run:a", "run:b")
VERSIONS = (1, 2)
MOST_CALLS = 1_000
KINDS = {
    "read": READ_ERROR,
    "write": WRITE_ERROR,
    "full": sqlite3.SQLITE_FULL,
    "sync": SYNC_ERROR,
    "open": sqlite3.SQLITE_CANTOPEN,
    "lock": sqlite3.SQLITE_BUSY,
}
Answer = TypeVar("Answer")


async def again_and_again(work: Callable[[], Awaitable[Answer]], told: list[str]) -> Answer:
    """As the engine does: a refusal by the disk is noted, and it is done again."""
    while True:
        try:
            return await work()
        except StreamMovedOn:
            raise
        except StorageError as error:
            told.append(in_sentences(error))


def in_sentences(error: StorageError) -> str:
    """What was wrong, what still holds, what to do."""
    parts = (error.what, error.holds, error.to_do)
    assert all(part.endswith(".") for part in parts), parts
    return str(error)


async def append(recorder: SqliteRecorder, stream: str, version: int) -> None:
    """Where it was recorded although the disk reported a fault, the second attempt finds it there."""
    record = NewRecord(stream, version, "thing-happened", 1, version, "ann", b"{}" + b" " * 300)
    try:
        await recorder.append(Append((record,), (Put("positions", {"name": stream}, {"position": version}),)))
    except StreamMovedOn as moved:
        if moved.actual != version:
            raise


async def story(database: Path, told: list[str]) -> None:
    recorder = await again_and_again(lambda: SqliteRecorder.open(database), told)
    try:
        for version in VERSIONS:
            appends = [partial(append, recorder, stream, version) for stream in STREAMS]
            await asyncio.gather(*(again_and_again(one, told) for one in appends))
            await again_and_again(recorder.head, told)
    finally:
        await recorder.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_whichever_call_is_refused_every_append_is_in_the_journal_once(
    quick: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.BUSY_MS", 0)
    disk, met = FaultyDisk(), 0
    with disk.layer():
        for number in range(1, MOST_CALLS):
            told: list[str] = []
            database = quick / str(number) / "journal.sqlite"
            await asyncio.to_thread(database.parent.mkdir)
            disk.refuse_the(number, "write" if kind == "full" else kind, KINDS[kind])
            async with asyncio.timeout(120):
                await story(database, told)
            refused = disk.mend()
            report = await asyncio.to_thread(verify_chain, database)
            assert (report.whole, report.count) == (True, len(STREAMS) * len(VERSIONS)), f"call {number}: {report.why}"
            if not refused:
                break
            met += 1
        else:
            raise AssertionError("the story has no end")
    print(f"{kind}: {met} calls refused one by one")
    assert met > 3


async def test_a_disk_that_cannot_be_read_is_not_taken_for_a_journal_that_was_changed(quick: Path) -> None:
    disk, unreadable = FaultyDisk(), 0
    database = quick / "journal.sqlite"
    with disk.layer():
        await story(database, [])
        for number in range(1, MOST_CALLS):
            disk.refuse_the(number, "read", READ_ERROR)
            try:
                report = await asyncio.to_thread(verify_chain, database)
            except StorageUnavailable:
                unreadable += 1
            else:
                assert report.whole, f"read {number}: {report.why}"
            if not disk.mend():
                break
    assert unreadable >= 2
