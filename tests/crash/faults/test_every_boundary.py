"""The disk refuses at each durable boundary of a run: it is said, nothing begins, nothing is lost, work goes on alone.

The boundaries are both sides of each record that decides something. In the normal run every boundary meets one fault
and every fault several boundaries; ``CONSOLE_TEST_ALL_FAULTS=1`` has every boundary meet every fault.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import ToolGrant
from runtime.domain.changes import Done
from runtime.domain.commands import PauseAll, RollBack
from runtime.domain.events.effects import EffectStarted
from runtime.domain.ids import RunId
from runtime.domain.policy import Rule
from runtime.domain.words import AskState, CallOutcome, Outcome, VerdictKind
from runtime.engine.surroundings import Surroundings
from tests.crash.faults.faulty_disk import FAULTS, Boundary, FaultyDisk
from tests.fixtures.ledger_tool import Ledger, entries
from tests.fixtures.room import ALLOW_ALL, CLERK, Room, act, done, furnished, write

SPEC = msgspec.structs.replace(CLERK, tools=(*CLERK.tools, ToolGrant("ledger")))
RULES = (Rule("ledger", VerdictKind.ASK, tools="ledger.*"), ALLOW_ALL)
KINDS = (
    "run-queued",
    "plan-proposed",
    "effect-started",
    "effect-finished",
    "ask-raised",
    "ask-approved",
    "run-finished",
    "rollback-started",
    "undo-started",
    "undo-finished",
    "rollback-finished",
)
BOUNDARIES = [(side, kind) for kind in KINDS for side in ("before", "after")]
PAIRS = [
    (side, kind, fault)
    for at, (side, kind) in enumerate(BOUNDARIES)
    for number, fault in enumerate(FAULTS)
    if os.environ.get("CONSOLE_TEST_ALL_FAULTS") or at % len(FAULTS) == number
]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.journal.disk_watch.FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr("runtime.journal.disk_watch.LONGEST_PAUSE_S", 0.01)
    monkeypatch.setattr("storage.engine.BUSY_MS", 10)


async def insist(room: Room, command: Any) -> None:
    """A person who tries again until it is accepted."""
    while not isinstance(answer := await room.runtime.perform(command), Done):
        assert answer.code == "storage", answer
        await room.own.disk.well_again()


async def story(room: Room) -> RunId:
    """A file is written, a line goes into the ledger when a person said yes, and the run is rolled back."""
    steps = [act(write("a.txt", "one\n")), act(("ledger.add", {"note": "paid"})), done()]
    run_id = await started(room, *steps)
    ask = await room.asked(run_id)
    await insist(room, room.approval(ask))
    await room.finished(run_id)
    await insist(room, RollBack(run_id, 0, "anna"))
    await room.finished(run_id)
    return run_id


async def started(room: Room, *steps: Any) -> RunId:
    """The run is there, however often the disk refused it."""
    while True:
        try:
            return await room.start("pay", *steps)
        except AssertionError:
            await room.own.disk.well_again()


@pytest.mark.parametrize(("side", "kind", "fault"), PAIRS)
async def test_whatever_the_disk_refuses_and_when_it_is_said_and_nothing_is_lost_or_done_twice(
    tmp_path: Path, side: str, kind: str, fault: str
) -> None:
    disk = FaultyDisk()
    boundary = Boundary(side, kind, disk, FAULTS[fault])
    around = Surroundings(recorder=boundary.recorder, families=(Ledger(),))
    with disk.layer():
        async with asyncio.timeout(60), furnished(tmp_path, *RULES, spec=SPEC, around=around) as room:
            told = asyncio.create_task(story(room))
            reached = asyncio.create_task(boundary.reached.wait())
            await asyncio.wait({told, reached}, return_when=asyncio.FIRST_COMPLETED)
            assert boundary.reached.is_set(), "the story never came there"
            refused = await room.refused(PauseAll("anna"))
            assert (refused.code, FAULTS[fault].words in refused.sentence) == ("storage", True), refused
            [trouble] = room.runtime.troubles
            assert FAULTS[fault].words in trouble
            assert "What was recorded is safe" in trouble
            assert await room.runtime.heartbeat() < 5
            await disk.refuses(5)  # it is tried again and again
            assert not told.done() or kind == "rollback-finished"
            at_work = len(entries(tmp_path))
            disk.ill = None
            run_id = await told
            await room.own.disk.well_again()
            assert room.runtime.troubles == ()
            run = room.run(run_id)
            assert (run.outcome, {call.outcome for call in run.calls}) == (Outcome.COMPLETED, {CallOutcome.OK})
            begun = [event for event in await room.events(run_id) if isinstance(event, EffectStarted)]
            assert at_work <= len(entries(tmp_path)) == 1
            assert len(begun) == 2
            assert not (tmp_path / "docs" / "a.txt").exists()
            assert all(ask.state is not AskState.WAITING for ask in room.own.engine.states.asks_of(run_id))
            assert (await room.runtime.verify_chain()).intact
