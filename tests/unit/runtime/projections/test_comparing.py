"""Lists that somebody changed behind the program's back are noticed by a verification, told, and made anew."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from runtime.domain.changes import Done
from runtime.domain.commands import CompareWithJournal, VerifyChain
from runtime.domain.events.asks import OutcomeTold, RulingTakenBack
from runtime.domain.events.effects import OutcomeAsked
from runtime.domain.events.runs import PlanProposed
from runtime.domain.events.workspace import JournalCompared
from runtime.domain.ids import AskId, CallId, RunId, StepId, StreamName, ask_stream, run_stream
from runtime.domain.plan import PlanStep
from runtime.domain.refusals import Refusal
from runtime.journal.codec import decode
from runtime.journal.event_log import EventLog, StreamChange
from runtime.operations.unopened import compare_unopened, make_lists_anew_unopened, verify_unopened
from runtime.operations.upkeep import JOURNAL, NOT_COMPARED
from runtime.projections.comparing import changed_lists
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.follower import Follower
from runtime.projections.projector import project
from runtime.projections.rebuild import bring_up_to_date, make_anew_at_next_start
from runtime.projections.rows import AuditFilter
from storage.errors import DatabaseUnreadable
from storage.recorder_sqlite import SqliteRecorder
from tests.fixtures.room import ASK_ALL, Room, act, done, furnished, write
from tests.fixtures.support_desk import NOON, Dated, budget_story, granted_story, whole_story

RUN, OUTCOME = RunId("r9"), AskId("a9")
LATER: list[Dated] = [
    (run_stream(RUN), NOON, "console", OutcomeAsked(RUN, CallId("1.1"), OUTCOME)),
    (ask_stream(OUTCOME), NOON, "operator:anna", OutcomeTold(OUTCOME, "anna", "happened", NOON, 0)),
    (ask_stream(OUTCOME), NOON, "operator:anna", RulingTakenBack(OUTCOME, "anna")),
    (ask_stream(OUTCOME), NOON, "operator:bo", OutcomeTold(OUTCOME, "bo", "skip", NOON, 0)),
    (
        run_stream(RunId("r1")),
        NOON,
        "operator:anna",
        PlanProposed(RunId("r1"), 2, (PlanStep(StepId("s1"), "Ask Ines"),)),
    ),
]
"""Who ruled about an outcome, and what a step is called, change after the entries that name them were made."""
EDITS = {
    "a request is hidden": ("DELETE FROM asks", "requests (1 row)"),
    "a run is renamed": ("UPDATE runs SET title = 'harmless'", "runs (1 row)"),
    "a run is made up": ("INSERT INTO runs (run_id) VALUES ('none')", "runs (1 row)"),
    "a step is denied": ("UPDATE effects SET arguments = '{}'", "steps of runs (1 row)"),
    "an audit entry is hidden": ("DELETE FROM audit WHERE seq = 3", "audit entries (1 row)"),
    "an audit entry is rewritten": ("UPDATE audit SET sentence = 'harmless' WHERE seq = 3", "audit entries (1 row)"),
    "an audit entry is no text any more": (
        "UPDATE audit SET sentence = CAST(x'ff41' AS TEXT) WHERE seq = 3",
        "audit entries (1 row)",
    ),
    "an audit entry has another author": ("UPDATE audit SET who = 'bob' WHERE seq IN (3, 4)", "audit entries (2 rows)"),
    "a search misses an audit entry": ("DELETE FROM audit_text WHERE rowid = 3", "audit entries (1 row)"),
    "a search finds an entry by other words": (
        "UPDATE audit_text SET words = 'harmless' WHERE rowid = 3",
        "audit entries (1 row)",
    ),
    "the audit table is gone": ("DROP TABLE audit", "audit entries (the table is missing or has other columns)"),
    "a table is gone": ("DROP TABLE touched", "touched (the table is missing or has other columns)"),
}

DAMAGED = {
    "an index leaves a request out": (
        "PRAGMA writable_schema = ON;"
        " UPDATE sqlite_master SET sql = replace(sql, '(state)', '(kind)') WHERE name = 'asks_state'",
        "requests",
    ),
    "the search has forgotten": ("DELETE FROM audit_text_data WHERE id > 10", "the search"),
    "the search cannot be read": ("UPDATE audit_text_data SET block = x'ff' WHERE id = 10", "the search"),
    "the search has other words": ("UPDATE audit_text_content SET c0 = 'harmless' WHERE id = 3", "the search"),
}
"""What no row of a list shows: by it rows are found, or are not."""


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
        database.executescript(sql)
        database.commit()


async def compared_events(room: Room) -> list[tuple[str, JournalCompared]]:
    """(who, what) of each comparison that was recorded."""
    records = map(decode, await room.own.recorder.read(0, 1_000))
    return [(one.by, one.event) for one in records if isinstance(one.event, JournalCompared)]


async def test_nothing_is_told_where_nothing_was_changed(asking: Room) -> None:
    for in_child in (False, True):
        assert await changed_lists(asking.folder / JOURNAL, in_child=in_child) == ""
    head = (await asking.own.recorder.head()).seq
    assert isinstance(await asking.runtime.perform(CompareWithJournal("anna")), Done)
    assert await compared_events(asking) == [("operator:anna", JournalCompared(head))]
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
    assert [one.lists for _, one in await compared_events(asking)] == [refused.sentence]
    assert "They are made anew when this workspace is next opened" in refused.sentence
    assert any("requests (1 row)" in trouble for trouble in asking.runtime.troubles)
    assert not asking.own.engine.states.workspace.chain_broken
    assert isinstance(await asking.runtime.perform(VerifyChain("anna")), Done)
    await asking.reopen()
    assert len(await asking.runtime.history.asks()) == 1
    assert (await asking.runtime.compare_with_journal()).lists == ""


@pytest.mark.parametrize("name", DAMAGED)
async def test_what_lists_and_searches_find_by_is_compared_and_made_anew(asking: Room, name: str) -> None:
    sql, where = DAMAGED[name]
    found = await asking.runtime.history.audit(AuditFilter(text="scripted"))
    await asking.close()
    await asyncio.to_thread(edited, asking.folder, sql)
    said = await changed_lists(asking.folder / JOURNAL, in_child=False)
    assert said.endswith(f"Indexes by which they are read do not fit them and may hide something: {where}.")
    assert await make_lists_anew_unopened(asking.folder)
    await asking.open()
    assert not await make_lists_anew_unopened(asking.folder)  # somebody has it open
    await asking.runtime.history.caught_up()
    assert await changed_lists(asking.folder / JOURNAL, in_child=False) == ""
    again = await asking.runtime.history.audit(AuditFilter(text="scripted"))
    assert len(found) > 0
    assert again[-len(found) :] == found


async def test_a_list_whose_pages_are_damaged_keeps_nobody_from_the_records(asking: Room) -> None:
    """Its workspace cannot be opened; made anew, nothing follows its pages any more."""
    await asking.close()
    await asyncio.to_thread(overwritten, asking.folder / JOURNAL, "runs", "effects", "audit_text_content")
    said = await changed_lists(asking.folder / JOURNAL, in_child=False)
    assert "runs, steps of runs, the search" in said
    with pytest.raises(DatabaseUnreadable):
        await asking.open()
    assert await make_lists_anew_unopened(asking.folder)
    await asking.open()
    await asking.runtime.history.caught_up()
    assert len(await asking.runtime.history.asks()) == 1
    assert await changed_lists(asking.folder / JOURNAL, in_child=False) == ""
    assert (await asking.own.upkeep.check_chain()).intact


def overwritten(database: Path, *tables: str) -> None:
    """The first page of each, as a failing disk might give it back."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        wanted = [connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)) for name in tables]
        pages = [cursor.fetchone()[0] for cursor in wanted]
    with database.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * 64)


async def test_each_start_compares_some_time_after_its_look_at_the_chain(
    asking: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(edited, asking.folder, "UPDATE runs SET title = 'harmless'")
    assert await asking.runtime.compared() == ComparisonReport()
    monkeypatch.setattr("runtime.operations.comparing_behind.COMPARED_AFTER_S", 0.0)
    await reopened_and_compared(asking)
    assert "runs (1 row)" in (await asking.runtime.compared()).lists
    await reopened_and_compared(asking)
    assert (await asking.runtime.compared()).faults == ""
    assert (await asking.runtime.compared()).compared_at > 0
    assert [(by, "runs (1 row)" in one.lists) for by, one in await compared_events(asking)] == [
        ("console", True),
        ("console", False),
    ]


async def reopened_and_compared(room: Room) -> None:
    """Opened anew, with the comparison that this brings."""
    await room.reopen()
    await asyncio.gather(*(task for task in room.runtime._tasks if task.get_name() == "comparison"))


async def test_a_comparison_that_came_to_no_end_is_told(asking: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.operations.comparing_behind.COMPARED_AFTER_S", 0.0)
    with monkeypatch.context() as missing:
        missing.setattr("tempfile.tempdir", str(asking.folder / "gone"))
        await reopened_and_compared(asking)
    [told] = asking.runtime.troubles
    assert told.startswith(f"{NOT_COMPARED} There is no room to make the lists anew beside their own: ")
    assert await compared_events(asking) == []
    assert isinstance(await asking.runtime.perform(CompareWithJournal("anna")), Done)
    assert asking.runtime.troubles == ()


@pytest.mark.parametrize("followed_every", [1, 7, 1_000])
async def test_an_entry_is_right_whenever_it_was_made(tmp_path: Path, followed_every: int) -> None:
    """What it says besides its record may have become known since, as who ruled and what came of a step."""
    recorder = await SqliteRecorder.open(tmp_path / JOURNAL)
    try:
        await bring_up_to_date(recorder)
        log = EventLog(recorder, project)
        follower, versions = Follower(recorder, log.subscriptions), dict[StreamName, int]()
        story = (*whole_story(), *budget_story(), *granted_story(), *LATER)
        for number, (stream, at, by, event) in enumerate(story, 1):
            await log.append([StreamChange(stream, versions.get(stream, 0), (event,))], by, at)
            versions[stream] = versions.get(stream, 0) + 1
            if number % followed_every == 0:
                await follower.caught_up()
        await follower.caught_up()
        assert await changed_lists(tmp_path / JOURNAL, in_child=False) == ""
    finally:
        await recorder.close()


async def test_a_broken_chain_is_told_and_nothing_is_compared_with_it(asking: Room) -> None:
    for whole, body in ((False, "body || ' '"), (True, "rtrim(body)")):
        edit = f"UPDATE records SET body = CAST({body} AS BLOB) WHERE seq = 3"
        await asyncio.to_thread(edited, asking.folder, edit)
        assert isinstance(await asking.runtime.perform(VerifyChain("anna")), Done) is whole
        compared = await asking.runtime.perform(CompareWithJournal("anna"))
        assert isinstance(compared, Done) is whole
        assert bool((await asking.runtime.compared()).compared_at) is whole


async def test_tables_of_an_older_shape_are_not_compared(asking: Room) -> None:
    await make_anew_at_next_start(asking.own.recorder)
    assert await changed_lists(asking.folder / JOURNAL, in_child=False) == ""


async def test_a_workspace_that_nobody_has_open_is_only_read(asking: Room) -> None:
    await asking.close()
    await asyncio.to_thread(edited, asking.folder, "DELETE FROM asks")
    before = await asyncio.to_thread((asking.folder / JOURNAL).read_bytes)
    assert (await verify_unopened(asking.folder)).intact
    report = await compare_unopened(asking.folder)
    assert "requests (1 row)" in report.lists
    assert await asyncio.to_thread((asking.folder / JOURNAL).read_bytes) == before
    assert await make_lists_anew_unopened(asking.folder)
    await asking.open()
    assert len(await asking.runtime.history.asks()) == 1
