"""Identical requests in flight are sent once; answers are kept only where the agent's setting says so, and marked."""

import asyncio
from pathlib import Path

from runtime.domain.commands import StopRun
from runtime.domain.decision import IN_FLIGHT, KEPT, Usage
from runtime.domain.events.budget import ReservationMade
from runtime.domain.events.runs import ModelFailed, PlanProposed
from runtime.domain.ids import RunId
from runtime.domain.words import Outcome
from runtime.models.kept_answers import PLACE
from runtime.models.scripted import Say
from tests.fixtures.chained_models import FIRST, OVERLOADED, Routes, chained
from tests.fixtures.room import PLAN, Room, done
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, given, of_kind, routed


async def together(room: Room, routes: Routes, runs: int) -> list[RunId]:
    """So many runs with the same task; the first call is under way, the others have come to theirs."""
    routes[FIRST].hold = asyncio.Event()
    ids = [await given(room, "The same") for _ in range(runs)]
    await routes[FIRST].begun.wait()
    same = room.own.engine.same
    async with asyncio.timeout(120):
        while not any(len(one.hearers) == runs for one in same._flights.values()):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.001)
    return ids


async def test_it_is_sent_once_paid_once_and_told(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, *[DONE] * 20)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        ids = await together(room, routes, 20)
        assert routes[FIRST].asked == 1
        assert len(await of_kind(room, ReservationMade)) == 1
        hold = routes[FIRST].hold
        assert hold is not None
        hold.set()
        for run_id in ids:
            assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        plans = [e for run_id in ids for e in await room.events(run_id) if isinstance(e, PlanProposed)]
        assert sorted(e.origin.reused for e in plans) == [""] + [IN_FLIGHT] * 19
        assert sum(e.usage.cost_micros or 0 for e in plans) == 450
        free = next(run_id for run_id, plan in zip(ids, plans, strict=True) if plan.origin.reused)
        steps = await room.runtime.history.timeline(free)
        assert any("an identical request was under way" in step.title for step in steps)
        routes[FIRST].script.clear()  # the turns were identical as well: how many were sent depends on who came when


async def test_where_the_one_under_way_is_stopped_another_sends_its_own(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, PLANNED, DONE, DONE)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        ids = await together(room, routes, 3)
        hold, leader = routes[FIRST].hold, routes[FIRST].requests[0].run_id
        assert hold is not None
        routes[FIRST].begun.clear()
        await room.do(StopRun(RunId(leader), "anna"))
        await routes[FIRST].begun.wait()
        assert routes[FIRST].asked == 2
        hold.set()
        others = [await room.finished(run_id) for run_id in ids if run_id != leader]
        assert [run.outcome for run in others] == [Outcome.COMPLETED] * 2
        assert not any(book.all.held.micros for book in room.own.engine.states.books)
        routes[FIRST].script.clear()


async def test_a_fault_is_shared_and_counted_once(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, OVERLOADED, PLANNED, *[DONE] * 3)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        ids = await together(room, routes, 3)
        hold = routes[FIRST].hold
        assert hold is not None
        hold.set()
        for run_id in ids:
            assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        failed = [e for run_id in ids for e in await room.events(run_id) if isinstance(e, ModelFailed)]
        assert [e.again for e in failed] == [True] * 3  # each says so; the connection counted one
        routes[FIRST].script.clear()


async def test_answers_are_not_kept_unless_the_agent_says_so(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, *[PLANNED, DONE] * 2)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        for _ in range(2):
            await room.finished(await given(room))
        assert routes[FIRST].asked == 4
        assert not tmp_path.joinpath(*PLACE).exists()


async def test_a_kept_answer_stands_for_an_identical_request_until_it_is_too_old(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, DONE)
    async with routed(tmp_path, chained(FIRST, keep_answers_s=600), routes) as room:
        await room.finished(await given(room))
        again = await room.finished(await given(room))
        assert routes[FIRST].asked == 2
        assert again.cost_micros == 0
        [plan] = [e for e in await room.events(again.run_id) if isinstance(e, PlanProposed)]
        assert plan.origin.reused == KEPT
        steps = await room.runtime.history.timeline(again.run_id)
        assert sum("the kept answer to an identical request" in step.title for step in steps) == 2
        await room.reopen()
        again = await room.finished(await given(room))
        assert (again.outcome, again.cost_micros, routes[FIRST].asked) == (Outcome.COMPLETED, 0, 2)
        steps = await room.runtime.history.timeline(again.run_id)
        assert sum("the kept answer to an identical request" in step.title for step in steps) == 2
        routes.says(FIRST, Say(PLAN, Usage(7, 7)), Say(done("Other."), Usage(7, 7)))
        await room.finished(await given(room, "Something else"))
        routes.says(FIRST, PLANNED, DONE)
        room.pass_time(700)
        await room.reopen()
        await room.finished(await given(room))
        assert routes[FIRST].asked == 6
