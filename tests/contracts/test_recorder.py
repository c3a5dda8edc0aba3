"""The recorder's contract, run against every implementation: SQLite on disk and in memory."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from storage.chain import next_hash
from storage.errors import StorageUnavailable, StreamMovedOn
from storage.recorder import Recorder
from storage.recorder_memory import MemoryRecorder
from storage.recorder_sqlite import SqliteRecorder
from storage.records import EMPTY, NO_HASH, Add, Append, AtSeq, NewRecord, Put, Remove
from storage.tables import records

Kind: TypeAlias = str


@pytest.fixture(params=["memory", "sqlite"])
async def recorder(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Recorder]:
    opened: Recorder
    opened = MemoryRecorder() if request.param == "memory" else await SqliteRecorder.open(tmp_path / "journal.db")
    yield opened
    await opened.close()


def record(stream: str, version: int, body: bytes = b"{}", kind: Kind = "thing-happened") -> NewRecord:
    return NewRecord(stream, version, kind, 1, 1_700_000_000_000_000 + version, "somebody", body)


def one(stream: str, version: int, body: bytes = b"{}") -> Append:
    return Append((record(stream, version, body),))


async def test_an_empty_journal_has_an_empty_head(recorder: Recorder) -> None:
    assert await recorder.head() == EMPTY
    assert await recorder.read() == []
    assert await recorder.position("search") == 0


async def test_what_was_appended_is_read_back_byte_for_byte(recorder: Recorder) -> None:
    asked = Append((record("run/1", 1, b"\x00\xff{"), record("ask/1", 1, b""), record("run/1", 2, "è🙂".encode())))
    written = await recorder.append(asked)
    assert [stored.seq for stored in written.records] == [1, 2, 3]
    assert await recorder.read() == list(written.records)
    for given, stored in zip(asked.records, written.records, strict=True):
        assert (given.stream, given.version, given.kind, given.schema, given.at, given.by, given.body) == (
            stored.stream,
            stored.version,
            stored.kind,
            stored.schema,
            stored.at,
            stored.by,
            stored.body,
        )


async def test_each_hash_follows_from_the_one_before(recorder: Recorder) -> None:
    for version in (1, 2, 3):
        await recorder.append(one("run/1", version))
    previous = NO_HASH
    for stored in await recorder.read():
        given = record(stored.stream, stored.version)
        assert stored.previous == previous
        assert stored.hash == next_hash(previous, stored.seq, given)
        previous = stored.hash
    assert (await recorder.head()).hash == previous


async def test_pages_and_streams(recorder: Recorder) -> None:
    await recorder.append(Append(tuple(record("run/1", n) for n in range(1, 8))))
    await recorder.append(one("run/2", 1))
    assert [stored.seq for stored in await recorder.read(after_seq=2, limit=3)] == [3, 4, 5]
    assert [stored.version for stored in await recorder.read_stream("run/1", after_version=5)] == [6, 7]
    assert [stored.seq for stored in await recorder.read_stream("run/2")] == [8]


@pytest.mark.parametrize("version", [1, 3])
async def test_who_comes_second_is_refused_and_nothing_of_his_is_inserted(recorder: Recorder, version: int) -> None:
    await recorder.append(one("budget", 1))
    with pytest.raises(StreamMovedOn) as refused:
        await recorder.append(
            Append((record("run/9", 1), record("budget", version)), (Put("positions", {"name": "x"}, {"position": 1}),))
        )
    assert (refused.value.stream, refused.value.expected, refused.value.actual) == ("budget", version - 1, 1)
    assert [stored.stream for stored in await recorder.read()] == ["budget"]
    assert await recorder.position("x") == 0
    await recorder.append(Append((record("run/9", 1), record("budget", 2))))


async def test_a_refused_caller_does_not_stop_the_rest_of_his_group(recorder: Recorder) -> None:
    await recorder.append(one("budget", 1))
    answers = await asyncio.gather(
        *(recorder.append(one(f"run/{n}" if n % 2 else "budget", 1)) for n in range(20)), return_exceptions=True
    )
    assert [isinstance(answer, StreamMovedOn) for answer in answers] == [n % 2 == 0 for n in range(20)]
    stored = await recorder.read()
    assert [one.seq for one in stored] == list(range(1, 12))


async def test_one_budget_and_many_callers_give_it_to_exactly_one(recorder: Recorder) -> None:
    answers = await asyncio.gather(*(recorder.append(one("ask/1", 1)) for _ in range(50)), return_exceptions=True)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert len(await recorder.read()) == 1


async def test_rows_change_with_their_records(recorder: Recorder) -> None:
    await recorder.append(
        Append(
            (record("run/1", 1), record("run/1", 2)),
            (
                Put("positions", {"name": "a"}, {"position": AtSeq(1)}),
                Add("positions", {"name": "b"}, {"position": 5}),
                Add("positions", {"name": "b"}, {"position": 7}),
                Put("positions", {"name": "gone"}, {"position": 1}),
                Remove("positions", {"name": "gone"}),
                Remove("positions", {"name": "never there"}),
            ),
        )
    )
    assert await recorder.raw_rows("SELECT name, position FROM positions ORDER BY name") == [("a", 2), ("b", 12)]


async def test_put_changes_only_the_columns_it_names(recorder: Recorder) -> None:
    key = {"seq": 1}
    await recorder.append(one("run/1", 1))
    await recorder.append(Append((), (Put("records", dict(key), {"by": "else"}), Put("records", dict(key), {}))))
    [row] = await recorder.query(select(records.c.by, records.c.stream))
    assert dict(row) == {"by": "else", "stream": "run/1"}


async def test_wrong_rows_refuse_their_own_caller_and_take_his_records_with_them(recorder: Recorder) -> None:
    bad = [
        Append((record("run/bad1", 1),), (Put("no such table", {"a": 1}, {"b": 2}),)),
        Append((record("run/bad2", 1),), (Put("positions", {"name": "x"}, {"position": None}),)),
        Append((record("run/bad3", 1),), (Put("positions", {"name": "x"}, {"position": AtSeq(1)}),)),
        Append((record("run/bad4", 1),), (Remove("positions", {"name": None}),)),
    ]
    good = [one(f"run/{n}", 1) for n in range(4)]
    mixed = [append for pair in zip(bad, good, strict=True) for append in pair]
    answers = await asyncio.gather(*(recorder.append(append) for append in mixed), return_exceptions=True)
    assert [isinstance(answer, Exception) for answer in answers] == [True, False] * 4
    stored = await recorder.read()
    assert [one.stream for one in stored] == [f"run/{n}" for n in range(4)]
    assert [one.seq for one in stored] == [1, 2, 3, 4]
    assert stored[3].previous == stored[2].hash


async def test_a_follower_keeps_its_place_with_its_rows(recorder: Recorder) -> None:
    await recorder.follow("search", [Add("positions", {"name": "rows"}, {"position": 3})], 41)
    await recorder.follow("search", [Add("positions", {"name": "rows"}, {"position": 3})], 42)
    assert (await recorder.position("search"), await recorder.position("rows")) == (42, 6)
    with pytest.raises(Exception, match="no such table"):
        await recorder.follow("search", [Remove("nowhere", {})], 43)
    assert await recorder.position("search") == 42


async def test_questions_cannot_write(recorder: Recorder) -> None:
    await recorder.append(one("run/1", 1))
    with pytest.raises((OperationalError, StorageUnavailable)):
        await recorder.query(lambda connection: connection.exec_driver_sql("DELETE FROM records").rowcount)
    assert await recorder.query(lambda connection: connection.execute(select(func.count(records.c.seq))).scalar()) == 1
    await recorder.append(one("run/1", 2))


async def test_a_thousand_producers(recorder: Recorder) -> None:
    async def produce(number: int) -> None:
        for version in (1, 2, 3):
            await recorder.append(
                Append((record(f"run/{number}", version),), (Add("positions", {"name": "sum"}, {"position": version}),))
            )

    await asyncio.gather(*(produce(number) for number in range(1000)))
    stored = await recorder.read(limit=10_000)
    assert [one.seq for one in stored] == list(range(1, 3001))
    assert all(later.previous == earlier.hash for earlier, later in itertools.pairwise(stored))
    assert await recorder.position("sum") == 6000
    assert [one.version for one in await recorder.read_stream("run/77")] == [1, 2, 3]


async def test_a_closed_recorder_says_so(recorder: Recorder) -> None:
    await recorder.ping()
    await recorder.close()
    await recorder.close()
    for call in (recorder.append(one("run/1", 1)), recorder.head(), recorder.ping(), recorder.follow("x", [], 1)):
        with pytest.raises(StorageUnavailable, match="closed"):
            await call
