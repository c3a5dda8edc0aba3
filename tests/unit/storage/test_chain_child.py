"""The chain checked in a process of its own: the count moves, the finding comes back, an early end is told."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from storage.chain_check import verify_chain
from storage.chain_child import verify_in_child
from storage.errors import DatabaseUnreadable, StorageUnavailable
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, Head, NewRecord

RECORDS = 12_000


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chain") / "journal.db"

    async def write() -> None:
        recorder = await SqliteRecorder.open(path)
        records = (NewRecord("run/1", version, "thing", 1, version, "ann", b"x") for version in range(1, RECORDS + 1))
        await recorder.append(Append(tuple(records)))
        await recorder.close()

    asyncio.run(write())
    return path


async def test_the_count_moves_and_the_finding_is_that_of_the_check_itself(database: Path) -> None:
    told: list[int] = []
    report = await verify_in_child(database, None, told.append)
    assert told == [5_000, 10_000, RECORDS]
    here = await asyncio.to_thread(verify_chain, database)
    assert (report.count, report.head, report.whole) == (here.count, here.head, True)


async def test_a_finding_and_a_fault_come_back_from_the_child(database: Path, tmp_path: Path) -> None:
    report = await verify_in_child(database, Head(RECORDS, bytes(32)))
    assert report.bad_seq == RECORDS
    assert "rewritten" in report.why
    with pytest.raises((DatabaseUnreadable, StorageUnavailable)):
        await verify_in_child(tmp_path / "nothing.db", None)


async def test_a_child_that_ends_early_is_told_and_nothing_is_called_whole(database: Path) -> None:
    def kill(_checked: int) -> None:
        for child in multiprocessing.active_children():
            if child.name == "chain check":
                child.kill()

    with pytest.raises(StorageUnavailable, match="ended before"):
        await verify_in_child(database, None, kill)


async def test_nobody_waiting_ends_the_child(database: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(_checked: int) -> None:
        begun.set()
        go_on.wait(60)

    checking = asyncio.create_task(verify_in_child(database, None, wait))
    await asyncio.to_thread(begun.wait, 60)
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    go_on.set()
    children = [child for child in multiprocessing.active_children() if child.name == "chain check"]
    for child in children:
        await asyncio.to_thread(child.join, 60)
        assert not child.is_alive()


def test_a_lock_on_the_file_is_no_finding(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("BEGIN IMMEDIATE")  # a writer is at work: the check reads beside it
        assert verify_chain(database).whole
        connection.rollback()
