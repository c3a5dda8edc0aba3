"""A tool that was given up and is still at work: nobody starts it a second time beside itself."""

import asyncio
import threading
from pathlib import Path

import pytest

from runtime.domain.commands import RollBack, StopRun, TellOutcome
from runtime.domain.ids import RunId
from runtime.domain.refusals import Refusal
from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.domain.words import CallOutcome
from runtime.engine.unknown_outcome import STILL_AT_WORK
from runtime.tools.contract import Happened, ToolContext, ToolResult
from storage.errors import WorkspaceOwned
from storage.lock import owner_of
from tests.fixtures.bench_tools import Answer, answer
from tests.fixtures.room import Room, act, bench, done, furnished

KIND = "unknown-outcome"


@pytest.mark.parametrize("verb", ["change", "keyed"])
async def test_it_is_not_done_again_while_the_first_attempt_is_still_at_work(tmp_path: Path, verb: str) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do, room.bench.happened = room.bench.hang, Happened.NO
        room.bench.limit(0.5)
        run_id = await room.start("t", act(bench(verb)), done())
        first = await room.asked(run_id, KIND)
        assert STILL_AT_WORK in first.raised.known
        await room.do(TellOutcome(first.raised.ask_id, "anna", "do-it"))
        await room.until(lambda: (ask := room.ask_of(run_id)) is not None and ask.raised != first.raised)
        second = await room.asked(run_id, KIND)
        assert second.raised.known.endswith(f"What I know: {STILL_AT_WORK}")
        assert await asyncio.to_thread(room.bench.entered.wait, 60)  # its thread may be slower than the time limit
        assert len(room.bench.calls) == 1
        room.bench.do = answer
        room.bench.limit(10)
        room.bench.release.set()
        while room.own.engine.runner.abandoned:  # noqa: ASYNC110  # that a thread has ended is no event
            await asyncio.sleep(0.01)
        await room.do(TellOutcome(second.raised.ask_id, "anna", "do-it"))
        run = await room.finished(run_id)
        assert [call.outcome for call in run.calls] == [CallOutcome.OK]
        assert room.bench.calls[0] == room.bench.calls[1]  # under the same key


async def test_what_came_to_its_end_after_the_person_looked_is_found_and_not_done_again(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do, room.bench.happened = room.bench.hang, Happened.UNKNOWN
        room.bench.limit(0.5)
        run_id = await room.start("t", act(bench("change")), done())
        ask = await room.asked(run_id, KIND)
        room.bench.happened = Happened.YES
        room.bench.release.set()
        while room.own.engine.runner.abandoned:  # noqa: ASYNC110  # that a thread has ended is no event
            await asyncio.sleep(0.01)
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "do-it"))
        await room.finished(run_id)
        call = room.call(run_id)
        assert (call.outcome, call.attempt, len(room.bench.calls)) == (CallOutcome.OK, 1, 1)
        assert "looked up once more before it was to be done, and is not done again" in call.summary


def outcome_of(room: Room, run_id: RunId) -> CallOutcome | None:
    """Of its call, also while it is not in memory yet."""
    run = room.own.engine.states.run(run_id)
    return run.calls[0].outcome if run is not None else None


async def stopped_while_it_is_looked_up(room: Room, go_on: threading.Event) -> RunId:
    """A run of which a person said to do it again; what looking finds is not known before ``go_on``."""
    looking = threading.Event()

    def found(note: str, context: ToolContext) -> ToolResult:
        looking.set()
        go_on.wait(60)
        return ToolResult(Answer(said=note), f"Said {note}", UndoRecord("{}"))

    room.bench.do = room.bench.hang
    room.bench.limit(0.5)
    run_id = await room.start("t", act(bench("change")))
    ask = await room.asked(run_id, KIND)
    room.bench.release.set()
    while room.own.engine.runner.abandoned:  # noqa: ASYNC110  # that a thread has ended is no event
        await asyncio.sleep(0.01)
    room.bench.happened, room.bench.found = Happened.YES, found
    room.bench.limit(60)
    await room.do(TellOutcome(ask.raised.ask_id, "anna", "do-it"))
    assert await asyncio.to_thread(looking.wait, 60)
    await room.do(StopRun(run_id, "anna"))
    assert (room.call(run_id).refused, room.call(run_id).outcome) == ("withdrawn", None)
    return run_id


@pytest.mark.parametrize("ended", [False, True], ids=["at once", "at the next start"])
async def test_what_is_found_done_after_the_run_was_stopped_is_recorded_and_undone(tmp_path: Path, ended: bool) -> None:
    """``ended``: the program ends between the look and the record of what it found."""
    go_on = threading.Event()
    async with furnished(tmp_path) as room:
        run_id = await stopped_while_it_is_looked_up(room, go_on)
        if ended:
            await room.close()
        go_on.set()
        if ended:
            await room.open()
        await room.until(lambda: outcome_of(room, run_id) is CallOutcome.OK)
        assert (room.call(run_id).refused, len(room.bench.calls)) == ("", 1)
        steps = await room.runtime.history.timeline(run_id)
        assert [step.call_id for step in steps if step.mark == "done"] == ["1.1"]
        sheet = await room.runtime.rollback_sheet(run_id, 0)
        assert not isinstance(sheet, Refusal)
        assert [line.outcome for line in sheet] == [UndoOutcome.UNDONE]
        await room.roll_back(run_id)
        assert (room.call(run_id).undone, len(room.bench.undos)) == (UndoOutcome.UNDONE, 1)


async def test_what_is_not_found_done_at_the_next_start_is_said_and_not_looked_up_again(tmp_path: Path) -> None:
    go_on = threading.Event()
    async with furnished(tmp_path) as room:
        run_id = await stopped_while_it_is_looked_up(room, go_on)
        await room.close()
        go_on.set()
        room.bench.happened = Happened.NO
        await room.open()
        await room.until(lambda: outcome_of(room, run_id) is CallOutcome.FAILED)
        assert "It was looked up at the next start: Somebody looked." in room.call(run_id).summary
        assert (len(room.bench.calls), await room.own.reads.perhaps_done()) == (1, [])


async def test_nobody_opens_the_workspace_before_its_thread_has_ended(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do, room.bench.happened = room.bench.hang, Happened.NO
        room.bench.limit(0.5)
        run_id = await room.start("t", act(bench("change")), done())
        ask = await room.asked(run_id, KIND)
        await room.close()
        with pytest.raises(WorkspaceOwned, match=r"a tool is still at work in it: bench\.change \(process number"):
            await room.open()
        room.bench.do = answer
        room.bench.release.set()
        while await asyncio.to_thread(owner_of, tmp_path) is not None:  # noqa: ASYNC110  # no event tells of it
            await asyncio.sleep(0.01)
        room.bench.limit(10)
        await room.open()
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "happened"))
        await room.finished(run_id)
        assert len(room.bench.calls) == 1


async def test_closing_names_an_undo_at_work_and_waits_for_its_end(tmp_path: Path) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def undo(context: ToolContext) -> tuple[UndoOutcome, str]:
        entered.set()
        go_on.wait(60)
        return UndoOutcome.UNDONE, "Said back."

    def do(note: str, context: ToolContext) -> ToolResult:
        return ToolResult(Answer(said=note), f"Said {note}", UndoRecord("{}"))

    async with furnished(tmp_path) as room:
        room.bench.do, room.bench.undo = do, undo
        run_id = await room.start("t", act(bench("change")), done())
        await room.finished(run_id)
        await room.do(RollBack(run_id, 0, "anna"))
        assert await asyncio.to_thread(entered.wait, 60)
        assert room.runtime.in_flight == ("Undo: Say x",)
        closing = asyncio.create_task(room.close())
        await asyncio.sleep(0)
        go_on.set()
        await closing
        await room.open()
        await room.finished(run_id)
        assert (room.call(run_id).undone, len(room.bench.undos)) == (UndoOutcome.UNDONE, 1)
