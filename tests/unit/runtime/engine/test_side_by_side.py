"""Calls of one answer that run side by side: started in one commit, each ended by itself, undone in order."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import Limits, Quota
from runtime.domain.commands import PauseRun, ResumeRun, StopRun
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.rollbacks import UndoFinished
from runtime.domain.ids import RunId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.policy import Rule
from runtime.domain.words import CallOutcome, CallStatus, Outcome, RunState, VerdictKind
from runtime.models.scripted import Say
from runtime.tools.contract import ToolContext, ToolFailed, ToolResult
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import CLERK, Room, act, bench, done, furnished

TOLD = PlannedWork(
    (
        PlanStep(StepId("s1"), "One"),
        PlanStep(StepId("s2"), "Two"),
        PlanStep(StepId("s3"), "Three", needs=(StepId("s1"),)),
    ),
    confidence=0.9,
    needs_told=True,
)


def steps(*calls: tuple[str, dict[str, Any]]) -> Decision:
    """A turn whose calls are for the plan's steps in their order."""
    named = [msgspec.structs.replace(call, step_id=StepId(f"s{at}")) for at, call in enumerate(act(*calls).calls, 1)]
    return msgspec.structs.replace(act(*calls), calls=tuple(named))


def only_together(room: Room, parties: int) -> None:
    """No call ends before so many are at work at the same moment."""
    meeting = threading.Barrier(parties)

    def do(note: str, context: ToolContext) -> ToolResult:
        meeting.wait(60)
        return answer(note, context)

    room.bench.do = do


async def order(room: Room, run_id: RunId) -> list[str]:
    """``+1.1`` for a start, ``-1.1`` for an end, as the journal has them."""
    found = []
    for event in await room.events(run_id):
        if isinstance(event, EffectStarted):
            found.append(f"+{event.call_id}")
        elif isinstance(event, EffectFinished):
            found.append(f"-{event.call_id}")
    return found


async def test_reads_of_one_answer_are_at_work_at_the_same_time(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        only_together(room, 3)
        run_id = await room.start("look", act(*(bench("read", note) for note in "abc")), done())
        run = await room.finished(run_id)
        assert [call.outcome for call in run.calls] == [CallOutcome.OK] * 3
        seen = await order(room, run_id)
        assert seen[:3] == ["+1.1", "+1.2", "+1.3"]
        assert sorted(seen[3:]) == ["-1.1", "-1.2", "-1.3"]


async def test_steps_that_need_nothing_run_together_and_what_needs_one_waits(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        meeting = threading.Barrier(2)

        def do(note: str, context: ToolContext) -> ToolResult:
            if note != "c":
                meeting.wait(60)
            return answer(note, context)

        room.bench.do = do
        turn = steps(*(bench("change", note) for note in "abc"))
        run_id = await room.start("write", TOLD, turn, done(), plan=False)
        run = await room.finished(run_id)
        assert [call.checkpoint for call in run.calls] == [1, 2, 3]
        seen = await order(room, run_id)
        assert seen[:2] == ["+1.1", "+1.2"]
        assert seen.index("+1.3") > max(seen.index("-1.1"), seen.index("-1.2"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"limits": Limits(side_by_side=1)}, id="the setting says one"),
        pytest.param({"quotas": (Quota("q", "bench.*", per_day=50),)}, id="a quota of the day counts them"),
    ],
)
async def test_one_after_the_other_where_that_is_wanted(tmp_path: Path, change: dict[str, Any]) -> None:
    async with furnished(tmp_path, spec=msgspec.structs.replace(CLERK, **change)) as room:
        turn = steps(bench("change", "a"), bench("change", "b"))
        run_id = await room.start("write", TOLD, turn, done(), plan=False)
        await room.finished(run_id)
        assert await order(room, run_id) == ["+1.1", "-1.1", "+1.2", "-1.2"]


async def test_a_limit_counts_those_that_run_beside(tmp_path: Path) -> None:
    spec = msgspec.structs.replace(CLERK, quotas=(Quota("q", "bench.change", per_run=1),))
    async with furnished(tmp_path, spec=spec) as room:
        turn = steps(bench("change", "a"), bench("change", "b"))
        run_id = await room.start("write", TOLD, turn, done(), plan=False)
        ask = await room.asked(run_id)
        assert ask.raised.call_id == "1.2"
        await room.reject(ask, "No.")
        run = await room.finished(run_id)
        assert [call.status for call in run.calls] == [CallStatus.ENDED, CallStatus.REFUSED]


async def test_what_is_asked_for_waits_until_the_others_ended(tmp_path: Path) -> None:
    rules = (Rule("final", VerdictKind.ASK, tools="bench.final"), Rule("all", VerdictKind.ALLOW))
    async with furnished(tmp_path, *rules) as room:
        only_together(room, 2)
        calls = (bench("read", "a"), bench("read", "b"), bench("final", "c"), bench("read", "d"))
        run_id = await room.start("mixed", act(*calls), done())
        ask = await room.asked(run_id)
        assert [call.status for call in room.run(run_id).calls] == [
            CallStatus.ENDED,
            CallStatus.ENDED,
            CallStatus.ASKED,
        ]
        room.bench.do = answer
        await room.approve(ask)
        run = await room.finished(run_id)
        assert [call.call_id for call in run.calls] == ["1.1", "1.2", "1.3", "1.4"]


async def test_one_that_fails_takes_nothing_from_the_others_and_is_tried_again(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        tries: list[str] = []

        def do(note: str, context: ToolContext) -> ToolResult:
            tries.append(note)
            if note == "a" and tries.count("a") == 1:
                raise ToolFailed("late", "Not now.", passing=True)
            return answer(note, context)

        room.bench.do = do
        run_id = await room.start("look", act(bench("read", "a"), bench("read", "b")), done())
        run = await room.finished(run_id)
        assert [call.outcome for call in run.calls] == [CallOutcome.OK] * 2
        assert sorted(tries) == ["a", "a", "b"]


async def held(room: Room, verb: str) -> RunId:
    """Two calls that are at work and stay so until they are released or stopped."""
    at_work = threading.Semaphore(0)

    def do(note: str, context: ToolContext) -> ToolResult:
        at_work.release()
        while not (context.cancelled.wait(0.01) or room.bench.release.is_set()):
            pass
        if context.cancelled.is_set():
            raise ToolFailed("stopped", "Stopped.")
        return answer(note, context)

    room.bench.do = do
    turn = steps(bench(verb, "a"), bench(verb, "b"), bench(verb, "c"))
    run_id = await room.start("held", TOLD, turn, plan=False)
    await asyncio.to_thread(lambda: at_work.acquire() and at_work.acquire())
    return run_id


async def test_stop_ends_all_of_them(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await held(room, "change")
        assert sorted(room.runtime.in_flight) == ["Say a", "Say b"]
        await room.do(StopRun(run_id, "anna"))
        run = await room.finished(run_id)
        assert run.outcome is Outcome.STOPPED
        assert [call.status for call in run.calls] == [CallStatus.ENDED] * 2


async def test_a_pause_lets_them_finish_and_nothing_more_begins(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await held(room, "change")
        await room.do(PauseRun(run_id, "anna"))
        room.bench.release.set()
        await room.until(lambda: all(call.status is CallStatus.ENDED for call in room.run(run_id).calls))
        assert room.run(run_id).state is RunState.PAUSED
        assert len(room.run(run_id).calls) == 2
        room.models.scripts["held"]._script.append(Say(done()))
        await room.do(ResumeRun(run_id, "anna"))
        run = await room.finished(run_id)
        assert [call.call_id for call in run.calls] == ["1.1", "1.2", "1.3"]


async def test_rolled_back_newest_first(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        turn = steps(*(bench("change", note) for note in "ab"))
        run_id = await room.start("back", TOLD, turn, done(), plan=False)
        await room.finished(run_id)
        await room.roll_back(run_id)
        undone = [event.call_id for event in await room.events(run_id) if isinstance(event, UndoFinished)]
        assert undone == ["1.2", "1.1"]
