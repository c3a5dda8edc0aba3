"""Rebuilt tables equal the live ones: after the whole story, and after any sequence of events at all."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.events import Event
from runtime.domain.events.ask_care import AfterwardsRead
from runtime.domain.events.effects import ActionReviewed
from runtime.domain.ids import AskId, CallId, RunId, StreamName, ask_stream, run_stream
from runtime.journal.event_log import EventLog, StreamChange
from runtime.projections.follower import Follower
from runtime.projections.projector import project
from runtime.projections.rebuild import bring_up_to_date, rebuild
from storage.read_tables import BEHIND, TOGETHER
from storage.recorder import Recorder
from storage.recorder_memory import MemoryRecorder
from storage.records import Append, NewRecord, Put
from tests.fixtures.any_events import any_event
from tests.fixtures.support_desk import NOON, budget_story, granted_story
from tests.unit.runtime.projections.conftest import Desk

TABLES = [table.name for table in TOGETHER] + [f"{name}" for name in BEHIND]


async def contents(recorder: Recorder) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    for name in TABLES:
        rows = await recorder.raw_rows(f"SELECT {'rowid, words' if name == 'audit_text' else '*'} FROM {name}")
        found[name] = sorted(rows, key=repr)
    return found


async def test_after_the_whole_story(desk: Desk) -> None:
    ask_id = AskId("a1")
    read = (ask_stream(ask_id), NOON, "operator:anna", AfterwardsRead(ask_id, "anna"))
    reviewed = (
        run_stream(RunId("r1")),
        NOON,
        "operator:anna",
        ActionReviewed(RunId("r1"), CallId("1.1"), "anna", True),
    )
    await desk.write([*budget_story(), *granted_story(), read, reviewed])
    await desk.follower.caught_up()
    live = await contents(desk.recorder)
    assert all(live.values()), [name for name, rows in live.items() if not rows]
    await desk.recorder.follow("damage", [Put("runs", {"run_id": "r1"}, {"title": "changed by hand"})], 1)
    assert await contents(desk.recorder) != live
    assert await rebuild(desk.recorder) == await desk.log.head()
    await desk.follower.caught_up()
    assert await contents(desk.recorder) == live


async def test_a_half_made_rebuild_is_made_again_and_a_whole_one_is_not(desk: Desk) -> None:
    assert await bring_up_to_date(desk.recorder)
    assert not await bring_up_to_date(desk.recorder)
    live = await contents(desk.recorder)
    await desk.recorder.follow("rebuild", [Put("runs", {"run_id": "r1"}, {"title": "half"})], 1)
    assert await bring_up_to_date(desk.recorder)
    await desk.follower.caught_up()
    assert {**await contents(desk.recorder), "audit": live["audit"], "audit_text": []} == {**live, "audit_text": []}


async def test_an_unreadable_record_stops_nothing_and_is_shown(desk: Desk) -> None:
    await desk.recorder.append(Append((NewRecord("run:r9", 1, "from-the-future", 1, 5, "console", b"{}"),)))
    await rebuild(desk.recorder)
    head = await desk.follower.caught_up()
    [row] = await desk.recorder.raw_rows("SELECT event, sentence FROM audit WHERE seq = :seq", {"seq": head})
    assert row[0] == "Unreadable entry"
    assert f"Record {head} cannot be read" in row[1]
    assert (await desk.history.run("r1")) is not None


async def live_and_rebuilt(groups: list[list[tuple[str, Event]]]) -> tuple[Any, Any]:
    recorder = MemoryRecorder()
    try:
        log = EventLog(recorder, project)
        follower = Follower(recorder, log.subscriptions)
        versions: dict[str, int] = {}
        for at, group in enumerate(groups):
            changes = []
            for stream, event in group:
                changes.append(StreamChange(StreamName(stream), versions.get(stream, 0), (event,)))
                versions[stream] = versions.get(stream, 0) + 1
            await log.append(changes, "operator:anna", at * 977_000_000)
        await follower.caught_up()
        live = await contents(recorder)
        await rebuild(recorder)
        await follower.caught_up()
        return live, await contents(recorder)
    finally:
        await recorder.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), any_event), min_size=1, max_size=4), max_size=6))
def test_after_any_events_at_all(groups: list[list[tuple[str, Event]]]) -> None:
    live, rebuilt = asyncio.run(live_and_rebuilt(groups))
    assert {name: live[name] for name in TABLES[:11]} == {name: rebuilt[name] for name in TABLES[:11]}
    assert [row[0] for row in live["audit"]] == [row[0] for row in rebuilt["audit"]]
