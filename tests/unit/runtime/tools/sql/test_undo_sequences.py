"""Any sequence of changes, undone newest first, gives exactly the rows of before, triggers and cascades included."""

import json
import sqlite3
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.undo import UndoOutcome
from runtime.tools.contract import Tool, ToolContext, ToolFailed
from runtime.tools.memo import Memo
from runtime.tools.sql.family import SqlFamily
from tests.fixtures.tool_cases.case import MemoryBlobs
from tests.fixtures.tool_cases.sql_cases import SCHEMA, TRIGGERS, content

STATEMENTS = [
    "UPDATE orders SET cents = :n, odd = :t WHERE number % 2 = :n % 2",
    "UPDATE orders SET number = number + :n, odd = :t",
    "INSERT INTO orders (customer, status, odd, weight) VALUES (1 + :n % 2, 'open', :t, :n / 3.0)",
    "DELETE FROM customers WHERE id = 1 + :n % 3 AND :t <> ''",
    "INSERT INTO customers (name, email) VALUES (:t, :t || :n)",
    "UPDATE customers SET id = id + :n, name = :t",
    "UPDATE stock SET shelf = shelf || :t, amount = amount + :n",
    "INSERT INTO stock VALUES (:t, 'mug', :n), ('z', :t, CAST(:t AS BLOB))",
    "DELETE FROM stock WHERE amount > :n OR shelf = :t",
]
UPSERT = "INSERT OR REPLACE INTO stock VALUES ('a', 'mug', :n), ('b', :t, 1)"
PARAMETERS = {"n": {"type": "integer", "description": "n"}, "t": {"type": "text", "description": "t"}}


def tools(statements: list[str]) -> list[Tool]:
    listed = [
        {"name": f"s{at}", "purpose": "x", "kind": "change", "sql": sql, "parameters": PARAMETERS, "max_changed": 1000}
        for at, sql in enumerate(statements)
    ]
    return list(SqlFamily().tools(json.dumps({"database": "shop.sqlite", "statements": listed})))


PLAIN, TRIGGERED = tools([*STATEMENTS, UPSERT]), tools(STATEMENTS)
CHOSEN = st.lists(
    st.tuples(st.integers(0, 9), st.integers(-3, 9), st.sampled_from(["", "a", "A", "ä€", "1", "2.0"])), max_size=6
)


def context(folder: Path, key: str) -> ToolContext:
    memo = Memo(folder)
    return ToolContext(
        folder=folder,
        key=key,
        blobs=MemoryBlobs(),
        cancelled=threading.Event(),
        progress=lambda text: None,
        secret=lambda account: None,
        remember=lambda record: memo.remember(key, record),
        recall=lambda: memo.recall(key),
    )


@pytest.mark.parametrize("triggers", [False, True])
@settings(max_examples=40)
@given(steps=CHOSEN)
def test_undoing_in_reverse_gives_the_rows_of_before(triggers: bool, steps: list[tuple[int, int, str]]) -> None:
    offered = TRIGGERED if triggers else PLAIN
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(sqlite3.connect(folder / "shop.sqlite")) as database:
            database.executescript("PRAGMA synchronous = OFF;" + SCHEMA + (TRIGGERS if triggers else ""))
        before = content(folder)
        done: list[tuple[Tool, Any]] = []
        for number, (at, n, t) in enumerate(steps):
            chosen = offered[at % len(offered)]
            try:
                result = chosen.run(
                    chosen.contract.input.model_validate({"n": n, "t": t}), context(folder, f"k{number}")
                )
            except ToolFailed as failed:
                assert failed.code == "constraint", failed.sentence  # noqa: PT017
                continue
            done.append((chosen, result.undo))
        for chosen, record in reversed(done):
            outcome, sentence = chosen.undo(record, context(folder, "undo"), overwrite=False)
            assert outcome is UndoOutcome.UNDONE, sentence
        assert content(folder) == before
