"""The disk refuses where people rule, time runs out, nobody knows what happened, and where a run undoes itself.

The table of all boundaries is held against the kinds of events there are: a new kind has to be met by these faults too,
or to say here why it needs no story of its own.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.commands import (
    LeaveNote,
    PauseAll,
    PauseRun,
    Reject,
    ReleaseHold,
    ResumeRun,
    RollBack,
    TakeBack,
    TellOutcome,
)
from runtime.domain.decision import Decision
from runtime.domain.events import EVENT_TYPES
from runtime.domain.ids import RunId
from runtime.domain.policy import Rule
from runtime.domain.queue_commands import HandOver
from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.domain.words import AskState, CallOutcome, DecisionKind, VerdictKind
from runtime.engine.surroundings import Surroundings
from runtime.tools.contract import ToolContext, ToolResult
from storage.errors import StorageUnavailable
from tests.crash.faults.faulty_disk import FAULTS, Boundary, FaultyDisk
from tests.crash.faults.test_every_boundary import KINDS, impatient, insist, started
from tests.fixtures.bench_tools import Answer
from tests.fixtures.room import ALLOW_ALL, CLERK, Room, act, bench, done, furnished

assert impatient
HOLD_S = 60
ASKED = Rule("asked", VerdictKind.ASK, tools="bench.keyed")
WHOLE = msgspec.structs.replace(CLERK, all_or_nothing=True)


async def let_go(room: Room, run_id: RunId) -> None:
    ask = room.ask_of(run_id)
    assert ask is not None
    await insist(room, ReleaseHold(ask.raised.ask_id, "anna"))


async def rulings(room: Room) -> RunId:
    """One request is handed over, approved, taken back, rejected and let go; one paused, then approved; one expires."""
    steps = [act(bench("keyed", note)) for note in ("no", "yes", "late")]
    run_id = await started(room, *steps, done())
    ask = await room.asked(run_id)
    await insist(room, HandOver(ask.raised.ask_id, "anna", "ben"))
    await insist(room, room.approval(ask))
    await insist(room, TakeBack(ask.raised.ask_id, "anna"))
    await insist(room, Reject(ask.raised.ask_id, "anna", "No."))
    await let_go(room, run_id)
    await room.until(lambda: len(room.run(run_id).turns) == 2)
    ask = await room.asked(run_id)
    await insist(room, PauseRun(run_id, "anna"))
    room.pass_time(5)
    await insist(room, ResumeRun(run_id, "anna"))
    await insist(room, room.approval(ask))
    await insist(room, LeaveNote(run_id, "anna", "The disk is well."))
    await opened_again(room)
    await room.until(lambda: (now := room.ask_of(run_id)) is not None and now.raised.ask_id == ask.raised.ask_id)
    await held_anew(room, run_id)
    await let_go(room, run_id)
    await room.until(lambda: len(room.run(run_id).turns) == 3)
    await room.asked(run_id)
    room.pass_time(10**7)
    await room.finished(run_id)
    return run_id


async def opened_again(room: Room) -> None:
    """A person who starts it again until it opens: where the journal cannot be read, the start is refused."""
    await room.close()
    while True:
        try:
            await room.open()
        except StorageUnavailable as fault:
            room.refused_starts.append(fault)
            await asyncio.sleep(0.01)
        else:
            return


async def held_anew(room: Room, run_id: RunId) -> None:
    """After the restart its hold runs anew before anybody lets it go."""
    holds = room.own.engine.holds
    while (ask := room.ask_of(run_id)) is None or ask.raised.ask_id not in holds:  # noqa: ASYNC110  # no event
        await asyncio.sleep(0.01)


async def unknowns(room: Room) -> RunId:
    """An effect, and then its undo, break on the way: both times a person is asked."""

    def breaks(note: str, context: ToolContext) -> ToolResult:
        if note == "breaks":
            raise RuntimeError("broke on the way")
        return ToolResult(Answer(said=note), f"Said {note}", UndoRecord("{}"))

    def undo_breaks(context: ToolContext) -> tuple[UndoOutcome, str]:
        raise RuntimeError("broke on the way")

    room.bench.do, room.bench.undo = breaks, undo_breaks
    run_id = await started(room, act(bench("change", "breaks")), act(bench("change", "yes")), done())
    ask = await room.asked(run_id, "unknown-outcome")
    await insist(room, TellOutcome(ask.raised.ask_id, "anna", "happened"))
    await let_go(room, run_id)
    await room.finished(run_id)
    await insist(room, RollBack(run_id, 0, "anna"))
    ask = await room.asked(run_id, "unknown-undo")
    await insist(room, TellOutcome(ask.raised.ask_id, "anna", "undone"))
    await let_go(room, run_id)
    await room.finished(run_id)
    return run_id


async def saga(room: Room) -> RunId:
    """It is handed to a person half-way, cannot undo what it did, and a person says that they dealt with it."""
    run_id = await started(room, act(bench("change", "yes")), Decision(DecisionKind.ESCALATE, "Too hard."))
    ask = await room.asked(run_id, "not-undone")
    await insist(room, TellOutcome(ask.raised.ask_id, "anna", "dealt-with"))
    await let_go(room, run_id)
    await room.until(lambda: not room.run(run_id).leftover_ask)
    return run_id


@dataclass(frozen=True)
class Told:
    """A story: which boundaries it passes, the last kind of it, and how each of its calls has to stand at the end."""

    story: Callable[[Room], Awaitable[RunId]]
    kinds: tuple[str, ...]
    outcomes: tuple[CallOutcome | str, ...]
    called: tuple[str, ...]
    """What the tools were told to do, each once."""
    rules: tuple[Rule, ...] = (ALLOW_ALL,)
    spec: Any = CLERK


STORIES = (
    Told(
        rulings,
        (
            "ask-handed-over",
            "ruling-taken-back",
            "ask-rejected",
            "hold-released",
            "ask-closed",
            "call-refused",
            "run-paused",
            "run-resumed",
            "hold-restarted",
            "ask-closed:expired",
        ),
        ("rejected", CallOutcome.OK, "expired"),
        ("yes",),
        (ASKED, ALLOW_ALL),
    ),
    Told(
        unknowns,
        ("outcome-asked", "outcome-told", "outcome-settled", "undo-asked", "outcome-told:undone"),
        (CallOutcome.OK, CallOutcome.OK),
        ("breaks", "yes"),
    ),
    Told(saga, ("leftover-asked", "leftover-settled"), (CallOutcome.OK,), ("yes",), spec=WHOLE),
)
MET = {*KINDS, *(kind.partition(":")[0] for told in STORIES for kind in told.kinds)}
TOGETHER = {
    "planning-started": "with the run's first record",
    "model-answered": "in the commit of the verdict, and so of the ask or the start",
    "action-judged": "in the commit of the answer",
    "plan-step-moved": "in the commit of what moved it",
    "deadlines-moved": "in the commit that lets the run go on",
}
"""Recorded in one commit with what the stories meet."""
NO_EFFECT = """
people save, pause, resume, teach and remove agents, and give them grants; the command is refused:
  agent-saved agent-removed agent-paused agent-resumed examples-taught grant-given grant-used grant-ended
the workspace, its settings, people and keys; the command is refused:
  workspace-created policy-saved settings-saved operator-saved everything-paused everything-resumed
  credential-stored credential-removed connection-saved connection-removed connection-tested connection-moved
  key-stored key-removed passphrase-set passphrase-missed backup-made space-cleared chain-found-broken chain-verified
  journal-compared program-started program-stopped clock-jumped proposal-dismissed proposal-restored
who attends, and who looks after a request; it still waits:
  duty-begun duty-ended operator-away operator-back flood-began flood-ended
  ask-seen ask-shelved ask-returned ask-found-harmful ask-found-harmless afterwards-read action-reviewed note-left
money is held and settled; the model is not asked before:
  caps-set price-entered price-removed reservation-made reservation-settled reservation-released
  reservation-kept reservation-expired dearer-answered cap-neared cap-raised cap-reached cap-answered
a model failed, was left, was outvoted, is waited for, or judges:
  model-failed route-taken answer-set-aside vote-held run-waiting run-continued task-classified outcome-judged
a plan is reviewed; nothing was begun by it:
  plan-approved plan-rejected
"""
"""Why the rest begins, ends, allows and undoes no effect."""
EXEMPT = [kind for line in NO_EFFECT.splitlines() if line.startswith("  ") for kind in line.split()]
PAIRS = [
    (told, side, kind, fault)
    for at, (told, side, kind) in enumerate(
        (told, side, kind) for told in STORIES for kind in told.kinds for side in ("before", "after")
    )
    for number, fault in enumerate(FAULTS)
    if os.environ.get("CONSOLE_TEST_ALL_FAULTS") or at % len(FAULTS) == number
]


async def said_so(room: Room, fault: str) -> None:
    """It is open and refuses what a person does, or (it was being started) it cannot be opened; it says why."""
    while not room.is_open and not room.refused_starts:  # noqa: ASYNC110  (it opens in another task)
        await asyncio.sleep(0.001)
    words = FAULTS[fault].words
    if room.refused_starts:
        assert words in str(room.refused_starts[0])
        return
    refused = await room.refused(PauseAll("anna"))
    assert (refused.code, words in refused.sentence) == ("storage", True), refused


@pytest.mark.parametrize(
    ("told", "side", "kind", "fault"), PAIRS, ids=[f"{side}-{kind}-{fault}" for _, side, kind, fault in PAIRS]
)
async def test_it_is_said_and_nothing_is_lost_or_done_twice(
    tmp_path: Path, told: Told, side: str, kind: str, fault: str
) -> None:
    disk = FaultyDisk()
    boundary = Boundary(side, kind, disk, FAULTS[fault])
    around = Surroundings(recorder=boundary.recorder)
    with disk.layer():
        async with (
            asyncio.timeout(60),
            furnished(tmp_path, *told.rules, spec=told.spec, hold_seconds=HOLD_S, around=around) as room,
        ):
            telling = asyncio.ensure_future(told.story(room))
            reached = asyncio.create_task(boundary.reached.wait())
            await asyncio.wait({telling, reached}, return_when=asyncio.FIRST_COMPLETED)
            assert boundary.reached.is_set(), telling.exception() or "the story never came there"
            await said_so(room, fault)
            called = list(room.bench.calls)
            await disk.refuses(5)
            assert room.bench.calls == called  # nothing is begun meanwhile
            disk.ill = None
            run_id = await telling
            await room.own.disk.well_again()
            assert room.own.disk.trouble == ""  # a seal that could not be written is told until its next turn
            ends = tuple(call.outcome or call.refused for call in room.run(run_id).calls)
            assert ends == told.outcomes
            assert tuple(note for _, note, _ in room.bench.calls) == told.called
            assert all(ask.state is AskState.CLOSED for ask in room.own.engine.states.asks_of(run_id))
            assert (await room.runtime.verify_chain()).intact


def test_every_kind_of_event_is_met_or_says_why_not() -> None:
    kinds = {str(kind.__struct_config__.tag) for kind in EVENT_TYPES}  # type: ignore[attr-defined]
    assert kinds >= MET, MET - kinds
    assert kinds == MET | set(TOGETHER) | set(EXEMPT), kinds ^ (MET | set(TOGETHER) | set(EXEMPT))
    assert not MET & set(EXEMPT)
    assert len(EXEMPT) == len(set(EXEMPT))
