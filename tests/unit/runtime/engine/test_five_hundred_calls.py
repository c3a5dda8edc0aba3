"""500 runs ask their models at once against caps: at no event of the journal are spent and reserved above one."""

import asyncio
from pathlib import Path

import pytest

from runtime.domain.budget import Amount, Cap, Caps
from runtime.domain.budget_state import Book
from runtime.domain.commands import SetCaps, StartRun
from runtime.domain.events import BudgetEvent
from runtime.domain.events.budget import ReservationMade, ReservationSettled
from runtime.domain.ids import AgentName, book_stream
from runtime.domain.task import Task
from runtime.domain.words import CapAction, Outcome
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import ModelRequest
from runtime.operations.new_ids import new_run_id
from tests.fixtures.dice import seed_of_this_run
from tests.fixtures.priced_models import Crowd, Watcher, priced
from tests.fixtures.room import Room, furnished

RUNS = 500
CAPS = (
    Caps(day=Cap(micros=14_000_000)),
    Caps(day=Cap(micros=20_000_000), agent_day=Cap(micros=1_500_000)),
    Caps(day=Cap(micros=0), month=Cap(micros=3_000_001), run=Cap(micros=60_000)),
    Caps(day=Cap(micros=20_000_000, tokens=2_000_000)),
)


async def crowd_works(room: Room, crowd: Crowd, runs: int) -> list[Outcome | None]:
    ids = [new_run_id() for _ in range(runs)]
    tasks = (Task(f"task {number}", f"task {number}", trusted=True) for number in range(runs))
    commands = [StartRun(run_id, AgentName("clerk"), task, "anna") for run_id, task in zip(ids, tasks, strict=True)]
    first, later = commands[: runs * 4 // 5], commands[runs * 4 // 5 :]
    await asyncio.gather(*(room.do(command) for command in first))
    await room.until(lambda: any(room.run(run_id).finished for run_id in ids[: len(first)]))
    crowd.full.set()  # somebody was refused: from here on calls come back in any order while others are made
    await asyncio.gather(*(room.do(command) for command in later))
    await room.until(lambda: all(room.run(run_id).finished for run_id in ids))
    return [room.run(run_id).outcome for run_id in ids]


async def budget_events(room: Room, month: str) -> list[BudgetEvent]:
    found = []
    for envelope in await room.log.read_stream(book_stream(month)):
        assert isinstance(envelope.event, BudgetEvent)
        found.append(envelope.event)
    return found


@pytest.mark.parametrize("caps", CAPS, ids=("day", "agent and day", "month and run", "tokens"))
async def test_no_event_passes_a_cap(tmp_path: Path, caps: Caps) -> None:
    seed = seed_of_this_run()
    crowd = Crowd(seed)
    spec = priced(CapAction.STOP, at_once=RUNS)
    async with furnished(tmp_path, spec=spec, around=Surroundings(models=crowd.model_for)) as room:
        await room.do(SetCaps(caps, "anna"))
        states = room.own.engine.states
        month = room.own.engine.budgeting.day(room.own.clock.now())[:7]

        def is_held(request: ModelRequest) -> None:
            """No model is asked before its reservation is in the book (which follows the journal)."""
            assert any(held.run_id == request.run_id for held in states.book(month).open.values())

        crowd.before = is_held
        outcomes = await crowd_works(room, crowd, RUNS if caps is CAPS[0] else RUNS // 5)
        assert room.crashes == []
        events = await budget_events(room, month)
        watcher = Watcher(caps, Book(month))
        for event in events:
            watcher.see(event)
        made = sum(isinstance(event, ReservationMade) for event in events)
        settled = sum(isinstance(event, ReservationSettled) for event in events)
        print(
            f"seed {seed}: {len(outcomes)} runs, {made} calls reserved, {settled} settled, "
            f"{outcomes.count(Outcome.OUT_OF_BUDGET)} refused, {crowd.most_at_once} at once, "
            f"most spent and reserved {watcher.most_micros} micro-dollars ({watcher.most_of_a_run} by one run), "
            f"spent {watcher.book.all.spent.micros}"
        )
        assert watcher.book == states.book(month)
        assert watcher.book.open == {}
        assert watcher.book.all.held == Amount()
        assert outcomes.count(Outcome.OUT_OF_BUDGET) > 0  # the cap did hold somebody back
        assert outcomes.count(Outcome.COMPLETED) > 0
        assert crowd.most_at_once > 20
        assert made == crowd.calls
        spent_by_runs = sum(run.cost_micros for run in states.runs)
        assert spent_by_runs == watcher.book.all.spent.micros
