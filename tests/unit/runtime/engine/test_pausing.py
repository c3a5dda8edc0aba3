"""Pause, resume and stop: of a run, an agent and everything; what is in flight ends and is recorded."""

import asyncio
from pathlib import Path

import pytest

from runtime.domain.commands import (
    Command,
    LeaveNote,
    PauseAgent,
    PauseAll,
    PauseRun,
    ResumeAgent,
    ResumeAll,
    ResumeRun,
    RollBack,
    StopRun,
    TellOutcome,
)
from runtime.domain.decision import Decision
from runtime.domain.ids import AgentName, CallId, RunId
from runtime.domain.words import AskState, CallOutcome, CallStatus, DecisionKind, Outcome, RunState
from runtime.tools.contract import Happened
from tests.fixtures.room import ASK_ALL, Room, act, bench, done, furnished, write

CLERK = AgentName("clerk")
WAYS = ["run", "agent", "everything"]


def pause(way: str, run_id: RunId) -> Command:
    ways: dict[str, Command] = {"run": PauseRun(run_id, "anna"), "agent": PauseAgent(CLERK, "anna")}
    return ways.get(way, PauseAll("anna"))


def resume(way: str, run_id: RunId) -> Command:
    ways: dict[str, Command] = {"run": ResumeRun(run_id, "anna"), "agent": ResumeAgent(CLERK, "anna")}
    return ways.get(way, ResumeAll("anna"))


async def entered(room: Room) -> None:
    assert await asyncio.to_thread(room.bench.entered.wait, 60)


@pytest.mark.parametrize("way", WAYS)
async def test_a_running_tool_ends_and_is_recorded_and_nothing_new_starts(tmp_path: Path, way: str) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = room.bench.hang
        run_id = await room.start("t", act(bench("keyed", "one"), bench("keyed", "two")), done())
        await entered(room)
        await room.do(pause(way, run_id))
        assert (await room.refused(pause(way, run_id))).code == "state"
        room.bench.release.set()
        await room.until(lambda: room.call(run_id).status is CallStatus.ENDED)
        assert len(room.run(run_id).calls) == 1
        await room.runtime.wait_idle()
        assert [note for _, note, _ in room.bench.calls] == ["one"]
        await room.do(resume(way, run_id))
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert [note for _, note, _ in room.bench.calls] == ["one", "two"]


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_that_was_streaming_is_recorded_but_none_of_its_calls_runs(tmp_path: Path, way: str) -> None:
    async with furnished(tmp_path) as room:
        room.models.hold = asyncio.Event()
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.models.asked.wait()
        await room.do(pause(way, run_id))
        room.models.hold.set()
        await room.until(lambda: len(room.run(run_id).calls) == 1)
        await room.runtime.wait_idle()
        assert room.call(run_id).status is CallStatus.ALLOWED
        assert room.bench.calls == []
        await room.reopen()  # a pause outlives the program
        await room.runtime.wait_idle()
        assert room.bench.calls == []
        await room.do(resume(way, run_id))
        await room.finished(run_id)
        assert len(room.bench.calls) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_approved_waits_for_the_end_of_the_pause(tmp_path: Path, way: str) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        await room.do(pause(way, run_id))
        await room.approve(ask)
        await room.runtime.wait_idle()
        assert not (tmp_path / "docs/a.txt").exists()
        await room.do(resume(way, run_id))
        await room.finished(run_id)
        assert (tmp_path / "docs/a.txt").exists()


@pytest.mark.parametrize("way", ["agent", "everything"])
async def test_a_queue_stands_still_as_well(tmp_path: Path, way: str) -> None:
    async with furnished(tmp_path) as room:
        await room.do(pause(way, RunId("")))
        run_id = await room.start("t", done())
        await room.runtime.wait_idle()
        assert room.run(run_id).state is RunState.QUEUED
        await room.do(resume(way, run_id))
        await room.finished(run_id)


async def test_stop_ends_a_hanging_tool_as_unknown_and_a_person_says_what_happened(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = room.bench.hang
        run_id = await room.start("t", act(bench("keyed")))
        await entered(room)
        await room.do(StopRun(run_id, "anna"))
        async with asyncio.timeout(60):
            ask = await room.asked(run_id, "unknown-outcome")
        call = room.call(run_id)
        assert (room.run(run_id).outcome, call.outcome) == (Outcome.STOPPED, CallOutcome.UNKNOWN)
        assert room.runtime.in_flight == ()
        assert (await room.refused(room.approval(ask))).code == "kind"
        assert (await room.refused(TellOutcome(ask.raised.ask_id, "anna", "do-it"))).code == "closed"
        room.bench.release.set()  # the end of the program ends its threads; nobody opens the workspace before that
        while room.own.engine.runner.abandoned:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await room.reopen()  # the question survives the program although the run is over
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "happened"))
        await room.until(lambda: room.call(run_id).outcome is CallOutcome.OK)
        assert room.ask_of(run_id) is None


async def test_stop_ends_a_tool_that_only_reads_without_asking_anybody(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = room.bench.hang
        run_id = await room.start("t", act(bench("read")))
        await entered(room)
        await room.do(StopRun(run_id, "anna"))
        await room.finished(run_id)
        assert room.call(run_id).outcome is CallOutcome.CANCELLED
        assert room.ask_of(run_id) is None


async def test_stop_cuts_a_model_that_is_thinking(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.models.hold = asyncio.Event()
        run_id = await room.start("t")
        await room.models.asked.wait()
        await room.do(StopRun(run_id, "anna"))
        assert (await room.finished(run_id)).outcome is Outcome.STOPPED
        assert (await room.refused(StopRun(run_id, "anna"))).code == "state"


async def test_stop_withdraws_what_waits(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")))
        ask = await room.asked(run_id)
        await room.do(StopRun(run_id, "anna"))
        assert (await room.refused(room.approval(ask))).code == "closed"
        assert room.call(run_id).refused == "withdrawn"


async def test_an_unknown_outcome_is_asked_and_the_run_goes_on_with_the_answer(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id, "unknown-outcome")
        room.bench.do = room.bench.hang
        room.bench.release.set()
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "do-it"))
        await room.finished(run_id)
        assert room.call(run_id).outcome is CallOutcome.OK
        keys = {key for _, _, key in room.bench.calls}
        assert (len(room.bench.calls), len(keys)) == (2, 1)


async def test_a_run_that_is_stopped_keeps_the_question_whether_it_happened(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(bench("keyed")))
        ask = await room.asked(run_id, "unknown-outcome")
        await room.do(StopRun(run_id, "anna"))
        known = room.ask_of(run_id)
        assert known is not None
        assert known.state is AskState.WAITING
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "skip"))
        await room.until(lambda: room.ask_of(run_id) is None)
        assert room.call(run_id).outcome is CallOutcome.FAILED
        assert (await room.refused(RollBack(run_id, 0, "anna"))).code == "nothing"


async def test_looking_settles_an_unknown_outcome_without_asking(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        room.bench.happened = Happened.YES
        run_id = await room.start("t", act(bench("change")), done())
        await room.finished(run_id)
        assert room.call(run_id).outcome is CallOutcome.OK
        assert len(room.bench.calls) == 1


async def test_a_model_that_waits_goes_on_when_it_is_told_something(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", Decision(DecisionKind.WAIT, "Which order?"), done())
        await room.until(lambda: room.run(run_id).state is RunState.WAITING)
        await room.runtime.wait_idle()
        await room.do(LeaveNote(run_id, "anna", "Order 1042"))
        await room.finished(run_id)
        assert (await room.told(run_id)).notes == ("Order 1042",)


async def test_a_note_left_while_the_model_thinks_is_read_before_the_next_step(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.models.hold = asyncio.Event()
        run_id = await room.start("t", Decision(DecisionKind.WAIT, "Which order?"), done())
        await room.models.asked.wait()
        await room.do(LeaveNote(run_id, "anna", "Order 1042"))
        room.models.hold.set()
        await room.finished(run_id)
        assert (await room.told(run_id)).notes == ("Order 1042",)
        assert CallId("1.1") not in {call.call_id for call in room.run(run_id).calls}


@pytest.mark.parametrize("way", WAYS)
async def test_the_deadline_of_a_request_stands_still_during_a_pause(way: str, tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n")))
        before = await room.asked(run_id)
        await room.do(pause(way, run_id))
        room.pass_time(3_600)
        await room.do(resume(way, run_id))
        after = await room.asked(run_id)
        assert after.expires - before.expires >= 3_600_000_000
        assert after.answer_by - before.answer_by >= 3_600_000_000


async def test_a_question_about_a_run_that_is_over_expires_after_a_restart_too(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(bench("keyed")))
        await room.asked(run_id, "unknown-outcome")
        await room.do(StopRun(run_id, "anna"))
        await room.reopen()
        room.pass_time(25 * 3600)
        await room.until(lambda: room.ask_of(run_id) is None)
        assert room.call(run_id).outcome is CallOutcome.UNKNOWN  # silence tells nothing about the world
