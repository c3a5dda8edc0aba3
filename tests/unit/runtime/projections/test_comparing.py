"""Lists that somebody changed behind the program's back are noticed by a verification, told, and made anew."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from runtime.domain.changes import Done
from runtime.domain.commands import CompareWithJournal, VerifyChain
from runtime.domain.refusals import Refusal
from runtime.operations.unopened import compare_unopened, verify_unopened
from runtime.operations.upkeep import JOURNAL
from runtime.projections.comparing import changed_lists
from runtime.projections.comparison_report import ComparisonReport
from tests.fixtures.room import ASK_ALL, Room, act, done, furnished, write

EDITS = {
    "a request is hidden": ("DELETE FROM asks", "requests (1 row)"),
    "a run is renamed": ("UPDATE runs SET title = 'harmless'", "runs (1 row)"),
    "a run is made up": ("INSERT INTO runs (run_id) VALUES ('none')", "runs (1 row)"),
    "a step is denied": ("UPDATE effects SET arguments = '{}'", "steps of runs (1 row)"),
    "an audit entry is hidden": ("DELETE FROM audit WHERE seq = 3", "audit entries (1 row)"),
    "a table is gone": ("DROP TABLE touched", "touched (the table is missing or has other columns)"),
}


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncIterator[Room]:
    """A request waits."""
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n")), done())
        ask = await room.asked(run_id)
        await room.runtime.history.caught_up()
        yield room
        await room.reject(ask, "No.")
        await room.finished(run_id)


def edited(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / JOURNAL)) as database:
        database.execute(sql)
        database.commit()


async def test_nothing_is_told_where_nothing_was_changed(asking: Room) -> None:
    for in_child in (False, True):
        assert await changed_lists(asking.folder / JOURNAL, in_child=in_child) == ""
    assert isinstance(await asking.runtime.perform(CompareWithJournal("anna")), Done)
    assert (await asking.runtime.compare_with_journal()).lists == ""


@pytest.mark.parametrize("name", EDITS)
async def test_what_was_changed_is_told_and_the_records_are_as_they_were(asking: Room, name: str) -> None:
    sql, where = EDITS[name]
    copy = asking.folder.parent / "copy.sqlite"
    with closing(sqlite3.connect(asking.folder / JOURNAL)) as live, closing(sqlite3.connect(copy)) as other:
        live.backup(other)
        other.execute(sql)
        other.commit()
    said = await changed_lists(copy, in_child=False)
    assert said.endswith(f"somebody changed them from outside: {where}.")


async def test_the_open_workspace_says_so_and_makes_them_anew_when_it_is_opened_next(asking: Room) -> None:
    await asyncio.to_thread(edited, asking.folder, "DELETE FROM asks")
    assert await asking.runtime.history.asks() == []
    refused = await asking.runtime.perform(CompareWithJournal("anna"))
    assert isinstance(refused, Refusal)
    assert refused.code == "lists"
    assert "requests (1 row)" in refused.sentence
    assert "They are made anew when this workspace is next opened" in refused.sentence
    assert any("requests (1 row)" in trouble for trouble in asking.runtime.troubles)
    assert not asking.own.engine.states.workspace.chain_broken
    assert isinstance(await asking.runtime.perform(VerifyChain("anna")), Done)
    await asking.reopen()
    assert len(await asking.runtime.history.asks()) == 1
    assert (await asking.runtime.compare_with_journal()).lists == ""


async def test_each_start_compares_some_time_after_its_look_at_the_chain(
    asking: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(edited, asking.folder, "UPDATE runs SET title = 'harmless'")
    assert await asking.runtime.compared() == ComparisonReport()
    monkeypatch.setattr("runtime.workspace_parts.COMPARED_AFTER_S", 0.0)
    await asking.reopen()
    await asyncio.gather(*(task for task in asking.runtime._tasks if task.get_name() == "comparison"))
    assert "runs (1 row)" in (await asking.runtime.compared()).lists
    await asking.reopen()
    await asyncio.gather(*(task for task in asking.runtime._tasks if task.get_name() == "comparison"))
    assert (await asking.runtime.compared()).faults == ""
    assert (await asking.runtime.compared()).compared_at > 0


async def test_a_broken_chain_is_told_and_nothing_is_compared_with_it(asking: Room) -> None:
    for whole, body in ((False, "body || ' '"), (True, "rtrim(body)")):
        edit = f"UPDATE records SET body = CAST({body} AS BLOB) WHERE seq = 3"
        await asyncio.to_thread(edited, asking.folder, edit)
        assert isinstance(await asking.runtime.perform(VerifyChain("anna")), Done) is whole
        compared = await asking.runtime.perform(CompareWithJournal("anna"))
        assert isinstance(compared, Done) is whole
        assert bool((await asking.runtime.compared()).compared_at) is whole


async def test_tables_of_an_older_shape_are_not_compared(asking: Room) -> None:
    await asking.runtime.make_lists_anew()
    assert await changed_lists(asking.folder / JOURNAL, in_child=False) == ""


async def test_a_workspace_that_nobody_has_open_is_only_read(asking: Room) -> None:
    await asking.close()
    await asyncio.to_thread(edited, asking.folder, "DELETE FROM asks")
    before = await asyncio.to_thread((asking.folder / JOURNAL).read_bytes)
    assert (await verify_unopened(asking.folder)).intact
    report = await compare_unopened(asking.folder)
    assert "requests (1 row)" in report.lists
    assert await asyncio.to_thread((asking.folder / JOURNAL).read_bytes) == before
    await asking.open()
    await asking.runtime.make_lists_anew()
    await asking.reopen()
    assert len(await asking.runtime.history.asks()) == 1
