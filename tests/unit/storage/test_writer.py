"""The writer: groups, refusals, a disk that fills up, callers who leave; and that nothing of it breaks the chain."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.chain_check import verify_chain
from storage.engine import connect
from storage.errors import StorageUnavailable, StreamMovedOn
from storage.migrate import bring_up_to_date
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Add, Append, NewRecord, Written
from storage.writer import Writer

in_thread = asyncio.to_thread  # the loop may not be blocked in tests either


def record(stream: str, version: int, body: bytes = b"{}") -> NewRecord:
    return NewRecord(stream, version, "thing-happened", 1, version, "ann", body)


async def test_waiting_callers_share_a_commit(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    await in_thread(bring_up_to_date, database)
    statements: Counter[str] = Counter()

    def opened() -> sqlite3.Connection:
        connection = connect(database)
        connection.set_trace_callback(lambda sql: statements.update([sql.split(" (")[0]]))
        return connection

    writer = Writer(opened)
    await asyncio.gather(*(writer.append(Append((record(f"run/{n}", 1),))) for n in range(500)))
    await writer.close()
    assert statements["COMMIT"] < 50
    assert (await in_thread(verify_chain, database)).count == 500


def test_commits_are_synced_and_foreign_keys_hold(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    bring_up_to_date(database)
    with closing(connect(database)) as connection:
        pragmas = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2}
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


async def test_a_cancelled_caller_leaves_the_others_alone(tmp_path: Path) -> None:
    recorder = await SqliteRecorder.open(tmp_path / "journal.db")
    leaving = asyncio.ensure_future(recorder.append(Append((record("run/1", 1),))))
    staying = asyncio.ensure_future(recorder.append(Append((record("run/2", 1),))))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).records[0].stream == "run/2"
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert [stored.stream for stored in await recorder.read()] == ["run/1", "run/2"]
    await recorder.close()


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    recorder = await SqliteRecorder.open(tmp_path / "journal.db")
    waiting = [asyncio.ensure_future(recorder.append(Append((record(f"run/{n}", 1),)))) for n in range(100)]
    await asyncio.sleep(0)
    await recorder.close()
    assert {len(written.records) for written in await asyncio.gather(*waiting)} == {1}
    assert await in_thread(os.listdir, tmp_path) == ["journal.db"]
    assert (await in_thread(verify_chain, tmp_path / "journal.db")).count == 100


async def test_a_full_database_refuses_with_a_sentence_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    await in_thread(bring_up_to_date, database)
    opened: list[sqlite3.Connection] = []

    def small() -> sqlite3.Connection:
        connection = connect(database)
        connection.execute("PRAGMA max_page_count = 30")
        opened.append(connection)
        return connection

    writer = Writer(small)
    kept = (await writer.append(Append((record("run/1", 1),)))).records[0]
    answers = await asyncio.gather(
        *(writer.append(Append((record(f"big/{n}", 1, b"x" * 50_000),))) for n in range(10)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, StorageUnavailable)]
    assert refused
    assert "disk is full" in str(refused[0])
    assert "Nothing of this change was recorded" in str(refused[0])
    await writer.ping()
    await in_thread(opened[0].execute, "PRAGMA max_page_count = 100000")
    after = (await writer.append(Append((record("run/1", 2),)))).records[0]
    assert after.seq == kept.seq + 1 + sum(isinstance(answer, Written) for answer in answers)
    await writer.close()
    assert (await in_thread(verify_chain, database)).whole


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("Mounting a small disk needs root; the full database is tested through max_page_count as well.")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("This machine does not let even root mount a small disk.")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def append_much(recorder: SqliteRecorder) -> None:
    for version in range(2, 40):
        await recorder.append(Append((record("run/1", version, b"x" * 50_000),)))


async def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    recorder = await SqliteRecorder.open(small_disk / "journal.db")
    await recorder.append(Append((record("run/1", 1),)))
    await in_thread((small_disk / "ballast").write_bytes, b"x" * 300_000)
    with pytest.raises(StorageUnavailable, match="disk"):
        await append_much(recorder)
    known = await recorder.read()
    await in_thread((small_disk / "ballast").unlink)
    await recorder.append(Append((record("run/1", len(known) + 1),)))
    assert [stored.seq for stored in await recorder.read()] == list(range(1, len(known) + 2))
    await recorder.close()
    assert (await in_thread(verify_chain, small_disk / "journal.db")).whole


async def test_a_locked_database_refuses_and_the_writer_lives_on(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    await in_thread(bring_up_to_date, database)

    def impatient() -> sqlite3.Connection:
        connection = connect(database)
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    writer = Writer(impatient)
    other = await in_thread(connect, database)
    await in_thread(other.execute, "BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="locked by another program"):
        await writer.append(Append((record("run/1", 1),)))
    await in_thread(other.execute, "ROLLBACK")
    await in_thread(other.close)
    assert (await writer.append(Append((record("run/1", 1),)))).records[0].seq == 1
    await writer.close()


async def test_a_database_that_vanished_is_not_made_anew(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    await in_thread(bring_up_to_date, database)
    hidden = await in_thread(database.rename, tmp_path / "elsewhere.db")
    writer = Writer(lambda: connect(database))
    with pytest.raises(StorageUnavailable, match="could not be opened"):
        await writer.append(Append((record("run/1", 1),)))
    assert not await in_thread(database.exists)
    await in_thread(hidden.rename, database)
    await writer.append(Append((record("run/1", 1),)))
    await writer.close()


Wish = tuple[int, int, bool]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.booleans()), min_size=1, max_size=12),
        min_size=1,
        max_size=6,
    )
)
async def test_whatever_is_asked_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, bursts: list[list[Wish]]
) -> None:
    database = (await in_thread(tmp_path_factory.mktemp, "writer")) / "journal.db"
    recorder = await SqliteRecorder.open(database)
    versions: Counter[str] = Counter()
    total = 0
    for burst in bursts:
        wishes = [
            Append(
                (record(f"run/{stream}", version),),
                (Add("positions", {"name": "sum"}, {"position": version} if good else {"no column": 1}),),
            )
            for stream, version, good in burst
        ]
        answers = await asyncio.gather(*map(recorder.append, wishes), return_exceptions=True)
        for (stream, version, good), answer in zip(burst, answers, strict=True):
            fits = version == versions[f"run/{stream}"] + 1
            if fits and good:
                assert isinstance(answer, Written), answer
                versions[f"run/{stream}"] += 1
                total += version
            elif not good and not fits:
                assert isinstance(answer, Exception)
            else:
                # A wrong row change is the caller's own fault, told as such; a lost race as StreamMovedOn.
                assert isinstance(answer, sqlite3.Error if fits else StreamMovedOn), answer
    stored = await recorder.read()
    assert Counter(one.stream for one in stored) == Counter(dict(versions))
    assert await recorder.position("sum") == total
    await recorder.close()
    assert (await in_thread(verify_chain, database)).whole


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_mistake_in_the_writer_leaves_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = await SqliteRecorder.open(tmp_path / "journal.db")

    def broken(_error: BaseException, reading: bool = False) -> None:
        raise AssertionError("a mistake in the writer itself")

    monkeypatch.setattr("storage.writer.told", broken)
    bad = Append((record("run/1", 1),), (Add("no table", {"a": 1}, {"b": 1}),))
    answers = await asyncio.gather(*(recorder.append(bad) for _ in range(5)), return_exceptions=True)
    assert {type(answer) for answer in answers} == {StorageUnavailable}
    assert "writer has stopped" in str(answers[0])
    with pytest.raises(StorageUnavailable):
        await recorder.append(Append((record("run/1", 1),)))
    await recorder.close()


async def test_a_writer_whose_disk_refuses_still_gives_a_sign_of_life() -> None:
    entered, together = threading.Event(), threading.Event()

    def connect() -> sqlite3.Connection:
        entered.set()
        together.wait(60)
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    writer = Writer(connect)
    first = asyncio.ensure_future(writer.follow("first", [], 1))
    assert await asyncio.to_thread(entered.wait, 60)
    second, ping = asyncio.ensure_future(writer.follow("second", [], 1)), asyncio.ensure_future(writer.ping())
    await asyncio.sleep(0)  # both stand in the queue now and come into one group
    together.set()
    refused = await asyncio.gather(first, second, ping, return_exceptions=True)
    assert [type(one) for one in refused] == [StorageUnavailable, StorageUnavailable, type(None)]
    await writer.close()
