"""Row changes of a whole group are merged and written in few statements: the tables are as if each was done alone."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import StaticPool, create_engine

from storage.records import Add, AtSeq, Put, Remove, RowChange, Value
from storage.row_changes import MergedRows, apply_rows
from storage.schema import create_tables

KEYS = st.fixed_dictionaries({"run_id": st.sampled_from(["a", "b", "c"]), "call_id": st.sampled_from(["1.1", "2.1"])})
RUNS = st.fixed_dictionaries({"run_id": st.sampled_from(["a", "b"])})
CHANGES = st.one_of(
    st.builds(Put, st.just("effects"), KEYS, st.dictionaries(st.sampled_from(["title", "summary"]), st.text())),
    st.builds(Put, st.just("effects"), KEYS, st.dictionaries(st.just("attempt"), st.integers(0, 9))),
    st.builds(Add, st.just("effects"), KEYS, st.dictionaries(st.sampled_from(["attempt", "tier"]), st.integers(1, 9))),
    st.builds(Put, st.just("runs"), RUNS, st.dictionaries(st.just("confidence"), st.none() | st.floats(0, 1))),
    st.builds(Add, st.just("runs"), RUNS, st.dictionaries(st.sampled_from(["calls", "turns"]), st.integers(1, 9))),
    st.builds(Remove, st.just("effects"), RUNS),
    st.builds(Put, st.just("audit_text"), st.fixed_dictionaries({"rowid": st.integers(1, 2)}), st.just({"words": "w"})),
    st.builds(
        Put, st.just("positions"), st.just({"name": "p"}), st.fixed_dictionaries({"position": st.integers(0, 9)})
    ),
    st.builds(Add, st.just("positions"), st.just({"name": "p"}), st.just({"position": 1})),
)
TABLES = ("effects", "runs", "audit_text", "positions")


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.begin() as tables:
        create_tables(tables)
    return connection


def contents(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES}


@given(st.lists(CHANGES, max_size=20), st.lists(CHANGES, max_size=30))
def test_merged_changes_leave_what_single_changes_leave(before: list[RowChange], changes: list[RowChange]) -> None:
    with closing(database()) as together, closing(database()) as alone:
        for there, rows in ((together, before), (alone, [*before, *changes])):
            for change in rows:
                apply_rows(there.cursor(), [change])
        apply_rows(together.cursor(), changes)
        assert contents(together) == contents(alone)


def written(connection: sqlite3.Connection, changes: Iterable[RowChange]) -> int:
    """How many statements it took."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    apply_rows(connection.cursor(), changes)
    connection.set_trace_callback(None)
    return len(statements)


def test_many_rows_take_few_statements() -> None:
    with closing(database()) as connection:
        puts = [Put("runs", {"run_id": f"r{n}"}, {"turns": n}) for n in range(1000)]
        adds = [Add("runs", {"run_id": f"r{n}"}, {"calls": 1}) for n in range(1000)]
        assert written(connection, [*puts, *adds, *adds]) < 30
        found = connection.execute("SELECT count(*), sum(turns), sum(calls) FROM runs").fetchone()
        assert found == (1000, sum(range(1000)), 2000)


def test_what_is_set_after_it_was_added_to_is_what_was_set() -> None:
    with closing(database()) as connection:
        key: dict[str, Value] = {"run_id": "a"}
        apply_rows(connection.cursor(), [Put("runs", key, {"calls": 5})])
        apply_rows(connection.cursor(), [Add("runs", key, {"calls": 2}), Put("runs", key, {"calls": 1})])
        assert connection.execute("SELECT calls FROM runs").fetchall() == [(1,)]
        apply_rows(connection.cursor(), [Put("runs", key, {"calls": 3}), Add("runs", key, {"calls": 2})])
        assert connection.execute("SELECT calls FROM runs").fetchall() == [(5,)]


def test_what_was_handed_over_stays_as_it_was() -> None:
    """A group that was refused is written again, change by change, from the same changes."""
    with closing(database()) as connection:
        key: dict[str, Value] = {"run_id": "a"}
        put, add = Put("runs", key, {"calls": 5}), Add("runs", key, {"calls": 2, "turns": 1})
        apply_rows(connection.cursor(), [add, add, put, add, Put("runs", key, {"turns": 7})])
        assert (put, add) == (Put("runs", key, {"calls": 5}), Add("runs", key, {"calls": 2, "turns": 1}))
        assert connection.execute("SELECT calls, turns FROM runs").fetchall() == [(7, 7)]


def test_a_row_with_two_names_is_written_in_the_order_of_what_was_said() -> None:
    with closing(database()) as connection:
        connection.execute("INSERT INTO records VALUES (1, 'run:a', 1, 'k', 1, 0, 'x', x'', x'', x'')")
        by_seq: dict[str, Value] = {"seq": 1}
        by_place: dict[str, Value] = {"stream": "run:a", "version": 1}
        changes = [Put("records", by_seq, {"by": "first"}), Put("records", by_place, {"by": "second"})]
        apply_rows(connection.cursor(), [*changes, Put("records", by_seq, {"by": "third"})])
        assert connection.execute('SELECT "by" FROM records').fetchall() == [("third",)]


def test_a_place_in_an_append_is_counted_from_its_own_first_record() -> None:
    with closing(database()) as connection:
        merged = MergedRows(connection.cursor())
        for first_seq in (10, 20):
            merged.take([Put("confidences", {"run_id": "r1", "seq": AtSeq(1)}, {"confidence": 0.5})], first_seq, 2)
        merged.write()
        assert connection.execute("SELECT seq FROM confidences").fetchall() == [(11,), (21,)]
        with pytest.raises(ValueError, match="record 2 of an append"):
            merged.take([Put("confidences", {"seq": AtSeq(2)}, {})], 30, 2)
