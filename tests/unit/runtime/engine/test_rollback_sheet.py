"""The rollback sheet on things a run changed more than once: what is foretold is what happens."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import ToolGrant
from runtime.domain.events.rollbacks import UndoFinished
from runtime.domain.ids import RunId
from runtime.domain.undo import UndoOutcome
from runtime.tools.contract import ToolContext, ToolResult
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import CLERK, Room, act, bench, done, furnished, write

STATEMENT = {
    "name": "set_status",
    "sql": "UPDATE orders SET status = :status WHERE number = 1",
    "purpose": "Sets the status of the order.",
    "title": "Set order to {status}",
    "resource": "1",
    "kind": "change",
    "parameters": {"status": {"type": "text", "description": "The new status."}},
}
TRADES = msgspec.structs.replace(
    CLERK,
    tools=(
        *CLERK.tools,
        ToolGrant("tickets", '{"folder":"tickets"}'),
        ToolGrant("sql", json.dumps({"database": "shop.sqlite", "statements": [STATEMENT]})),
    ),
)
Call = tuple[str, dict[str, Any]]


def _database(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "shop.sqlite")) as database:
        database.executescript(sql)


def _set_status(status: str) -> Call:
    return "sql.set_status", {"status": status}


def _somebody_writes(folder: Path) -> None:
    (folder / "docs/a.txt").write_text("somebody\n")


def _somebody_notes(folder: Path) -> None:
    path = folder / "tickets/T-0001.json"
    ticket = json.loads(path.read_text())
    path.write_text(json.dumps(ticket | {"title": "Somebody"}))


def _somebody_updates(folder: Path) -> None:
    _database(folder, "UPDATE orders SET status = 'somebody' WHERE number = 1")


TICKET = ("tickets.create", {"title": "Mug", "queue": "complaints"})
CLOSED = ("tickets.set_status", {"ticket_id": "T-0001", "status": "waiting"})
CASES = {
    "files": (write("a.txt", "1\n"), write("a.txt", "2\n"), _somebody_writes),
    "tickets": (TICKET, CLOSED, _somebody_notes),
    "sql": (_set_status("sent"), _set_status("paid"), _somebody_updates),
}
Case = tuple[Call, Call, Callable[[Path], None]]


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    _database(tmp_path, "CREATE TABLE orders (number INTEGER PRIMARY KEY, status TEXT);")
    _database(tmp_path, "INSERT INTO orders VALUES (1, 'open');")
    found: Case = request.param
    return found


async def _foretold_and_done(room: Room, run_id: RunId) -> tuple[list[UndoOutcome], list[UndoOutcome]]:
    sheet = await room.runtime.rollback_sheet(run_id, 0)
    assert isinstance(sheet, list)
    await room.roll_back(run_id)
    events = await room.events(run_id)
    foretold = [UndoOutcome(line.outcome) for line in sheet]
    return foretold, [event.outcome for event in events if isinstance(event, UndoFinished)]


async def test_what_the_same_run_changed_later_is_no_conflict(tmp_path: Path, case: Case) -> None:
    first, second, _ = case
    async with furnished(tmp_path, spec=TRADES) as room:
        run_id = await room.start("t", act(first), act(second), done())
        await room.finished(run_id)
        foretold, became = await _foretold_and_done(room, run_id)
    assert foretold == became == [UndoOutcome.UNDONE] * 2


async def test_a_stranger_between_two_changes_of_a_run_is_foretold(tmp_path: Path, case: Case) -> None:
    first, second, meddle = case
    async with furnished(tmp_path, spec=TRADES) as room:

        def somebody(note: str, context: ToolContext) -> ToolResult:
            meddle(tmp_path)
            return answer(note, context)

        room.bench.do = somebody
        run_id = await room.start("t", act(first), act(bench("read")), act(second), done())
        await room.finished(run_id)
        foretold, became = await _foretold_and_done(room, run_id)
    assert foretold == became == [UndoOutcome.UNDONE, UndoOutcome.CONFLICT]


async def test_another_run_that_left_the_same_is_foretold_and_left_alone(tmp_path: Path, case: Case) -> None:
    """By the journal: the world looks as this run left it. Other things of the same kind stand in nobody's way."""
    first, second, _ = case
    async with furnished(tmp_path, spec=TRADES) as room:
        run_id = await room.start("t", act(first), act(second), done())
        await room.finished(run_id)
        other = await room.start("other", act(second), act(write("other.txt", "x")), done())
        await room.finished(other)
        foretold, became = await _foretold_and_done(room, run_id)
        assert foretold[0] is became[0] is UndoOutcome.CONFLICT
        foretold, became = await _foretold_and_done(room, other)
    assert foretold == became == [UndoOutcome.UNDONE] * 2
