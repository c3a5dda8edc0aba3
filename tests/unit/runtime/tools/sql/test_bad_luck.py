"""What can go wrong with a database: locked, missing, too many rows, endless statements, forbidden things."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome
from runtime.tools.contract import PreviewKind, Tool
from runtime.tools.ran import Ran
from runtime.tools.runner import Runner
from runtime.tools.sql.family import SqlFamily
from tests.fixtures.tool_cases.case import MemoryBlobs
from tests.fixtures.tool_cases.sql_cases import build, build_with_triggers, content, grant

NUMBER = {"number": {"type": "integer", "description": "The order."}}


def tool(kind: str, sql: str, parameters: dict[str, Any] | None = None, **more: Any) -> Tool:
    return SqlFamily().tools(json.dumps(grant("it", kind, sql, parameters or {}, **more)))[0]


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runner = Runner(folder, MemoryBlobs(), lambda account: None)
        self.stopped = threading.Event()

    async def run(self, chosen: Tool, key: str = "k", **arguments: Any) -> Ran:
        text = self.runner.check(chosen, json.dumps(arguments)).arguments
        return await self.runner.run(chosen, text, key, self.stopped)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    build(tmp_path)
    return Shop(tmp_path)


@pytest.fixture
def locked(shop: Shop) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(shop.folder / "shop.sqlite", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


SEND = "UPDATE orders SET status = 'sent' WHERE number = :number"


async def test_a_locked_database_passes(shop: Shop, locked: sqlite3.Connection) -> None:
    send = tool("change", SEND, NUMBER)
    ran = await shop.run(send, number=1041)
    assert (ran.outcome, ran.failure, ran.passing) == (CallOutcome.FAILED, "locked", True)
    assert "nothing was changed" in ran.summary
    locked.execute("ROLLBACK")
    assert (await shop.run(send, number=1041)).outcome is CallOutcome.OK


async def test_waiting_for_a_lock_ends_on_stop(shop: Shop, locked: sqlite3.Connection) -> None:
    options = grant("it", "change", SEND, NUMBER)
    send = SqlFamily().tools(json.dumps({**options, "busy_seconds": 20}))[0]
    waiting = asyncio.create_task(shop.run(send, number=1041))
    await asyncio.sleep(0)
    shop.stopped.set()
    assert (await waiting).outcome is CallOutcome.CANCELLED


@pytest.mark.parametrize(
    ("name", "code"), [("gone.sqlite", "missing"), ("notes.txt", "not-a-database"), ("folder", "not-a-file")]
)
async def test_a_file_that_is_no_database(shop: Shop, name: str, code: str) -> None:
    (shop.folder / "folder").mkdir()
    for kind, sql in (("query", "SELECT * FROM orders"), ("change", "DELETE FROM orders")):
        options = {**grant("it", kind, sql, {}), "database": name}
        ran = await shop.run(SqlFamily().tools(json.dumps(options))[0])
        assert (ran.outcome, ran.failure) == (CallOutcome.FAILED, code), ran.summary
    assert not (shop.folder / "gone.sqlite").exists()


async def test_a_statement_that_does_not_fit(shop: Shop) -> None:
    ran = await shop.run(tool("query", "SELECT colour FROM orders"))
    assert (ran.failure, "no such column" in ran.summary) == ("statement", True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"max_changed": 2}, "3 rows; at most 2"), ({"expect_changed": 1}, "3 rows and not 1")],
)
async def test_too_many_rows_are_rolled_back(shop: Shop, changes: dict[str, Any], said: str) -> None:
    before = content(shop.folder)
    ran = await shop.run(tool("change", "UPDATE orders SET weight = 1", {}, **changes))
    assert (ran.outcome, ran.failure) == (CallOutcome.FAILED, "too-many")
    assert said in ran.summary
    assert content(shop.folder) == before


async def test_rows_that_cascade_count_too(shop: Shop) -> None:
    ran = await shop.run(tool("change", "DELETE FROM customers WHERE id = 1", {}, max_changed=2))
    assert ran.failure == "too-many", ran.summary


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "


@pytest.mark.parametrize(
    ("kind", "sql"),
    [
        ("query", ENDLESS + "SELECT max(i) FROM n"),
        ("change", ENDLESS + "UPDATE orders SET cents = (SELECT max(i) FROM n)"),
    ],
)
async def test_an_endless_statement_ends_with_its_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, kind: str, sql: str
) -> None:
    monkeypatch.setattr(f"runtime.tools.sql.{kind}.INTERRUPT_AFTER_S", 0.0)
    before = content(shop.folder)
    assert (await shop.run(tool(kind, sql))).failure == "too-slow"
    assert content(shop.folder) == before


@pytest.mark.parametrize(
    "sql",
    ["SELECT load_extension('x')", "SELECT * FROM pragma_user_version", "SELECT * FROM pragma_writable_schema"],
)
async def test_a_query_reaches_nothing_but_rows(shop: Shop, sql: str) -> None:
    ran = await shop.run(tool("query", sql))
    assert ran.outcome is CallOutcome.FAILED
    assert ran.failure in ("not-permitted", "statement")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sqlite_sequence SET seq = 1",
        "DELETE FROM _console_effects",
        "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, '')",
    ],
)
async def test_a_change_reaches_no_table_of_the_console_or_of_sqlite(shop: Shop, sql: str) -> None:
    assert (await shop.run(tool("change", SEND, NUMBER), number=1041)).outcome is CallOutcome.OK
    before = content(shop.folder)
    ran = await shop.run(tool("change", sql), "other")
    assert ran.outcome is CallOutcome.FAILED
    assert content(shop.folder) == before


async def test_rows_that_differ_each_time_cannot_be_undone_and_are_refused(tmp_path: Path) -> None:
    rows = ", ".join(f"('s{number}', 'x', 0)" for number in range(200))
    build(tmp_path, f"INSERT INTO stock VALUES {rows};")
    before = content(tmp_path)
    sql = "UPDATE stock SET amount = amount + 1 WHERE random() > 0"
    ran = await Shop(tmp_path).run(tool("change", sql, {}, max_changed=1000))
    assert (ran.failure, "each time" in ran.summary) == ("not-permitted", True)
    assert content(tmp_path) == before


async def test_replace_beside_foreign_triggers_is_refused(tmp_path: Path) -> None:
    build_with_triggers(tmp_path)
    ran = await Shop(tmp_path).run(tool("change", "INSERT OR REPLACE INTO customers VALUES (1, 'x', NULL)"))
    assert (ran.failure, "REPLACE" in ran.summary) == ("not-permitted", True)


async def test_a_preview_shows_rows_before_and_after(shop: Shop) -> None:
    send = tool("change", SEND, NUMBER, title="Send {number}", resource="shop.sqlite:orders/{number}")
    appraisal = await shop.runner.appraise(send, '{"number":1041}')
    assert (appraisal.title, appraisal.touches) == ("Send 1041", "1 row in orders")
    assert appraisal.resource == "shop.sqlite:orders/1041"
    preview = await shop.runner.preview(send, '{"number":1041}')
    assert preview.kind is PreviewKind.ROWS
    at = preview.columns.index("status")
    assert (preview.before[0][at], preview.after[0][at]) == ("open", "sent")
    assert preview.before[0][preview.columns.index("odd")] == "9007199254740993"


async def test_a_query_answers_with_types_and_says_when_there_is_more(shop: Shop) -> None:
    ran = await shop.run(tool("query", "SELECT number, weight, photo, odd FROM orders ORDER BY number", {}, max_rows=2))
    output = json.loads(ran.output)
    assert [column["type"] for column in output["columns"]] == ["integer", "number", "blob", "mixed"]
    assert output["rows"][0] == [1041, 0.1, "00ff", "9007199254740993"]
    assert (output["count"], output["truncated"], output["first"]["number"]) == (2, True, 1041)


async def test_undo_does_not_leave_references_dangling(shop: Shop) -> None:
    add = tool("change", "INSERT INTO customers VALUES (7, 'New', NULL)")
    ran = await shop.run(add)
    assert ran.undo is not None
    with closing(sqlite3.connect(shop.folder / "shop.sqlite")) as other:
        other.execute("INSERT INTO orders (customer, status) VALUES (7, 'open')")
        other.commit()
    outcome, sentence = await shop.runner.undo(add, ran.undo)
    assert outcome is UndoOutcome.CONFLICT
    assert "orders" in sentence


async def test_undoing_again_after_somebody_did_the_same_leaves_theirs(shop: Shop) -> None:
    """Undone once is undone: an equal change that a person made later is not taken back by a repeated undo."""
    send = tool("change", SEND, NUMBER)
    ran = await shop.run(send, number=1041)
    assert ran.undo is not None
    assert (await shop.runner.undo(send, ran.undo))[0] is UndoOutcome.UNDONE
    with closing(sqlite3.connect(shop.folder / "shop.sqlite")) as other:
        other.execute(SEND, {"number": 1041})
        other.commit()
    theirs = content(shop.folder)
    assert (await shop.runner.undo(send, ran.undo))[0] is UndoOutcome.UNDONE
    assert content(shop.folder) == theirs
    again = await shop.run(send, number=1041)
    assert again.failure == "undone-since"


async def test_a_table_that_changed_its_columns_is_told(shop: Shop) -> None:
    send = tool("change", SEND, NUMBER)
    ran = await shop.run(send, number=1041)
    assert ran.undo is not None
    with closing(sqlite3.connect(shop.folder / "shop.sqlite")) as other:
        other.execute("ALTER TABLE orders ADD COLUMN colour TEXT")
    outcome, sentence = await shop.runner.undo(send, ran.undo, overwrite=True)
    assert (outcome, "other columns" in sentence) == (UndoOutcome.FAILED, True)
