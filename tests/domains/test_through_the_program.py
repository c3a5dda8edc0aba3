"""The right calls of every task through the whole program: gate, asks, journal, rollback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import AskTimes
from runtime.domain.ask_state import Ask
from runtime.domain.commands import RollBack
from runtime.domain.ids import RunId
from runtime.domain.run_state import Run
from runtime.domain.words import AskState, CallOutcome, CallStatus, Outcome, RunState
from runtime.engine.surroundings import Surroundings
from tests.domains.clerk import RULES, clerk, script
from tests.domains.laid_out import LaidOut
from tests.domains.material import Task, canonical_hash, contents_of, marks_in
from tests.fixtures.room import Room, furnished

ANSWERED, LEFT = AskTimes(), AskTimes(answer_by=0, expires=0)


@asynccontextmanager
async def shop(bench: LaidOut, folder: Path, ask_times: AskTimes = ANSWERED) -> AsyncIterator[Room]:
    """A workspace whose agent has the domain's tools: it may read and asks for the rest."""
    around = Surroundings(families=(bench.family,))
    spec = msgspec.structs.replace(clerk(bench.domain.name, bench.database), ask_times=ask_times)
    async with furnished(folder, *RULES, spec=spec, around=around) as room:
        yield room


async def worked_off(room: Room, bench: LaidOut, task: Task, answer: Callable[[Ask], Awaitable[object]]) -> Run:
    """Give the task to the agent, answer every request, and wait for the end."""
    run_id = await room.start(f"task {task.task_id}", *script(bench.domain.name, task))
    answered: set[str] = set()

    def open_ask() -> Ask | None:
        ask = room.ask_of(run_id)
        return ask if ask and ask.state is AskState.WAITING and ask.raised.ask_id not in answered else None

    while True:
        await room.until(lambda: open_ask() is not None or over(room, run_id))
        ask = open_ask()
        if ask is None:
            return await room.finished(run_id)
        answered.add(ask.raised.ask_id)
        await answer(ask)


def over(room: Room, run_id: RunId) -> bool:
    return room.run(run_id).state is RunState.FINISHED


def hash_in(room: Room, bench: LaidOut) -> str:
    return canonical_hash(contents_of(room.folder / bench.database))


async def test_approved_it_is_as_expected_and_rolled_back_as_before(
    bench: LaidOut, tasks: list[Task], tmp_path: Path
) -> None:
    async with shop(bench, tmp_path) as room:
        for task in tasks:
            database = bench.lay_out(room.folder)
            run = await worked_off(room, bench, task, room.approve)
            assert run.outcome is Outcome.COMPLETED, task.task_id
            for did, right in zip(run.calls, task.calls, strict=True):
                assert right.refused in (None, did.outcome is not CallOutcome.OK), (task.task_id, right)
            assert task.hash in (None, hash_in(room, bench)), task.task_id
            effects = await asyncio.to_thread(bench.effects_of, task)
            assert marks_in(database) == effects, task.task_id
            if effects:
                await room.roll_back(run.run_id)
            else:
                assert (await room.refused(RollBack(run.run_id, 0, "anna"))).code == "nothing"
            assert hash_in(room, bench) == bench.material.base_hash, task.task_id


@pytest.mark.parametrize("at", [0, 1], ids=["rejected", "left-unanswered"])
async def test_nothing_is_changed_that_nobody_approves(
    bench: LaidOut, tasks: list[Task], tmp_path: Path, at: int
) -> None:
    """Every other task is rejected, the rest is left until it expires."""

    async def answer(ask: Ask) -> None:
        if not at:
            await room.reject(ask, "Not this one.")

    tasks, asked = tasks[at::2], bench.material.mutating
    async with shop(bench, tmp_path, LEFT if at else ANSWERED) as room:
        database = bench.lay_out(tmp_path)
        runs = await asyncio.gather(*(worked_off(room, bench, task, answer) for task in tasks))
        for task, run in zip(tasks, runs, strict=True):
            refused = [call for call in run.calls if call.status is CallStatus.REFUSED]
            assert len(refused) == sum(call.name in asked for call in task.calls), task.task_id
        assert marks_in(database) == 0
        assert hash_in(room, bench) == bench.material.base_hash
