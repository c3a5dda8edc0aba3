"""An undo that did not say what became of it is never "failed" while it may act: done again, or a person is asked."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from runtime.domain.ask_state import Ask
from runtime.domain.commands import RollBack, TellOutcome
from runtime.domain.decide_undo_asked import KIND, LEAVE, UNDO_IT, UNDONE
from runtime.domain.events.rollbacks import UndoAsked, UndoFinished, UndoStarted
from runtime.domain.ids import CallId, RunId
from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.tools.contract import ToolContext, ToolResult
from tests.fixtures.bench_tools import Answer
from tests.fixtures.room import Room, act, bench, done, furnished

HANGS = "bench.change did not answer in 0.05 s (undo); it was left behind."


def with_undo(note: str, context: ToolContext) -> ToolResult:
    return ToolResult(Answer(said=note), f"Said {note}", UndoRecord("{}"))


class Undo:
    """What the tool does when it is to undo: hangs until it is let go, or breaks so often."""

    def __init__(self, *, broken: int = 0, hangs: bool = False) -> None:
        self.go_on = threading.Event()
        self.refuses = 0
        self.broken, self.hangs = broken, hangs

    def __call__(self, context: ToolContext) -> tuple[UndoOutcome, str]:
        if self.hangs:
            self.go_on.wait(60)
        if self.broken:
            self.broken -= 1
            raise RuntimeError("broke on the way")
        if self.refuses:
            self.refuses -= 1
            return UndoOutcome.FAILED, "Not now; nothing was undone."
        return UndoOutcome.UNDONE, "Said back."


@asynccontextmanager
async def two_done(folder: Path, undo: Undo) -> AsyncIterator[tuple[Room, RunId]]:
    """A run that said two things, whose undo does as the test says."""
    room_with = furnished(folder)
    async with room_with as room:
        room.bench.do, room.bench.undo = with_undo, undo
        run_id = await room.start("t", act(bench("change", "1"), bench("change", "2")), done())
        await room.finished(run_id)
        try:
            yield room, run_id
        finally:
            undo.go_on.set()


async def asked_about_undo(room: Room, run_id: RunId) -> Ask:
    await room.do(RollBack(run_id, 0, "anna"))
    return await room.asked(run_id, KIND)


async def begun(room: Room) -> None:
    """An undo was begun: its thread may come to it after the time limit is over."""
    while not room.bench.undos:  # noqa: ASYNC110  # that a tool was entered is no event
        await asyncio.sleep(0.01)


async def undone(room: Room, run_id: RunId) -> list[tuple[CallId, UndoOutcome]]:
    return [(event.call_id, event.outcome) for event in await room.events(run_id) if isinstance(event, UndoFinished)]


async def attempts(room: Room, run_id: RunId) -> list[str]:
    """Keys of the undos that were recorded as begun, each attempt for itself."""
    return [event.key for event in await room.events(run_id) if isinstance(event, UndoStarted)]


async def test_each_undo_has_a_key_of_its_own_that_is_recorded_before_the_tool_gets_it(tmp_path: Path) -> None:
    async with two_done(tmp_path, Undo()) as (room, run_id):
        await room.roll_back(run_id)
        started = await attempts(room, run_id)
        assert room.bench.undos == started
        keys = {call.key for call in room.run(run_id).calls}
        assert len({*started, *keys}) == 4


async def test_one_that_is_left_behind_is_asked_about_and_the_rest_waits(tmp_path: Path) -> None:
    undo = Undo(hangs=True)
    async with two_done(tmp_path, undo) as (room, run_id):
        room.bench.limit(0.05)
        ask = await asked_about_undo(room, run_id)
        assert ask.raised.known == f"It may or may not have been undone. What I know: {HANGS}"
        assert (ask.raised.title, await undone(room, run_id)) == ("Was it undone? Say 2", [])
        await begun(room)
        assert len(room.bench.undos) == 1  # the older effect is not touched meanwhile
        undo.hangs = False
        room.bench.limit(10)
        await room.do(TellOutcome(ask.raised.ask_id, "anna", UNDONE))
        await room.finished(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.UNDONE), ("1.1", UndoOutcome.UNDONE)]


async def test_it_is_not_done_again_while_the_first_attempt_is_still_at_work(tmp_path: Path) -> None:
    undo = Undo(hangs=True)
    async with two_done(tmp_path, undo) as (room, run_id):
        room.bench.limit(0.05)
        first = await asked_about_undo(room, run_id)
        await room.do(TellOutcome(first.raised.ask_id, "anna", UNDO_IT))
        await room.until(lambda: (ask := room.ask_of(run_id)) is not None and ask.raised != first.raised)
        second = await room.asked(run_id, KIND)
        assert "The attempt before was left behind and is still at work." in second.raised.known
        await begun(room)
        assert len(room.bench.undos) == 1
        undo.hangs = False
        room.bench.limit(10)
        undo.go_on.set()
        while room.own.engine.runner.abandoned:  # noqa: ASYNC110  # that a thread has ended is no event
            await asyncio.sleep(0.01)
        await room.do(TellOutcome(second.raised.ask_id, "anna", UNDO_IT))
        await room.finished(run_id)
        assert room.bench.undos[0] == room.bench.undos[1]  # under the same key
        assert await undone(room, run_id) == [("1.2", UndoOutcome.UNDONE), ("1.1", UndoOutcome.UNDONE)]


async def test_one_that_a_person_leaves_may_be_undone_later(tmp_path: Path) -> None:
    async with two_done(tmp_path, Undo(broken=3)) as (room, run_id):
        ask = await asked_about_undo(room, run_id)
        assert "bench.change is broken (undo): RuntimeError: broke on the way" in ask.raised.known
        assert len(set(room.bench.undos)) == 1
        await room.do(TellOutcome(ask.raised.ask_id, "anna", LEAVE))
        await room.finished(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.FAILED), ("1.1", UndoOutcome.UNDONE)]
        await room.roll_back(run_id)
        assert (await undone(room, run_id))[-1] == ("1.2", UndoOutcome.UNDONE)


async def test_one_that_breaks_once_is_done_again_and_nobody_is_asked(tmp_path: Path) -> None:
    async with two_done(tmp_path, Undo(broken=1)) as (room, run_id):
        await room.roll_back(run_id)
        assert not [event for event in await room.events(run_id) if isinstance(event, UndoAsked)]
        assert room.bench.undos == await attempts(room, run_id), "each attempt is recorded, under the same key"
        assert await undone(room, run_id) == [("1.2", UndoOutcome.UNDONE), ("1.1", UndoOutcome.UNDONE)]


async def test_that_an_attempt_undid_nothing_says_nothing_of_the_one_before(tmp_path: Path) -> None:
    undo = Undo(broken=1)
    async with two_done(tmp_path, undo) as (room, run_id):
        undo.refuses = 9
        ask = await asked_about_undo(room, run_id)
        assert "Not now; nothing was undone." in ask.raised.known
        assert await undone(room, run_id) == []
        undo.refuses = 0
        await room.do(TellOutcome(ask.raised.ask_id, "anna", UNDO_IT))
        await room.finished(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.UNDONE), ("1.1", UndoOutcome.UNDONE)]


async def test_the_question_survives_a_restart_and_expires_as_unknown(tmp_path: Path) -> None:
    undo = Undo(broken=3)
    async with two_done(tmp_path, undo) as (room, run_id):
        ask = await asked_about_undo(room, run_id)
        await room.reopen()
        assert (await room.asked(run_id, KIND)).raised == ask.raised
        room.pass_time(10**7)
        await room.finished(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.UNKNOWN), ("1.1", UndoOutcome.UNDONE)]
        await room.roll_back(run_id)
        assert (await undone(room, run_id))[-1] == ("1.2", UndoOutcome.UNDONE)
        assert room.bench.undos[-1] == room.bench.undos[0]  # it may have been undone: the key says so to the tool


async def test_a_new_key_only_where_the_tool_itself_says_that_it_was_not_undone(tmp_path: Path) -> None:
    undo = Undo()
    async with two_done(tmp_path, undo) as (room, run_id):
        undo.refuses = 1
        await room.roll_back(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.FAILED), ("1.1", UndoOutcome.UNDONE)]
        await room.roll_back(run_id)
        assert (await undone(room, run_id))[-1] == ("1.2", UndoOutcome.UNDONE)
        assert len(set(room.bench.undos)) == 3


async def test_one_begun_before_is_found_out_before_what_other_runs_did_later_is_looked_at(tmp_path: Path) -> None:
    undo = Undo(hangs=True)
    async with two_done(tmp_path, undo) as (room, run_id):
        await room.do(RollBack(run_id, 0, "anna"))
        await room.until(lambda: (rollback := room.run(run_id).rollback) is not None and rollback.started == "1.2")
        await begun(room)
        other = await room.start("other", act(bench("change", "2")), done())
        await room.finished(other)
        undo.hangs, undo.broken = False, 1
        undo.go_on.set()
        ask = await room.asked(run_id, KIND)
        assert "Changed later by run" in ask.raised.known
        assert len(room.bench.undos) == 1
        await room.do(TellOutcome(ask.raised.ask_id, "anna", UNDO_IT))
        await room.finished(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.CONFLICT), ("1.1", UndoOutcome.UNDONE)]
        await room.roll_back(run_id, overwrite=("1.2",))
        assert (await undone(room, run_id))[-1] == ("1.2", UndoOutcome.UNDONE)
        assert room.bench.undos[-1] == room.bench.undos[0]


@pytest.mark.parametrize("answer", ["do-it", "happened", "dealt-with"])
async def test_other_answers_are_refused(tmp_path: Path, answer: str) -> None:
    async with two_done(tmp_path, Undo(broken=3)) as (room, run_id):
        ask = await asked_about_undo(room, run_id)
        refused = await room.refused(TellOutcome(ask.raised.ask_id, "anna", answer))
        assert refused.sentence == "The answer is one of: undone, undo-it, leave."
        await room.do(TellOutcome(ask.raised.ask_id, "anna", UNDO_IT))
        await room.finished(run_id)
