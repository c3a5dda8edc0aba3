"""An opened connection is tried by one call alone, whatever calls from before it was opened do meanwhile."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import AtCap
from runtime.domain.breaker import Standing
from runtime.domain.budget import Cap, Caps
from runtime.domain.commands import SetCaps, StopRun
from runtime.domain.decision import Usage
from runtime.domain.events.runs import ModelFailed
from runtime.domain.events.workspace import ConnectionMoved
from runtime.domain.ids import RunId
from runtime.domain.routing_commands import MoveConnection
from runtime.domain.words import CapAction, Outcome
from runtime.engine import asking
from runtime.engine.surroundings import Surroundings
from runtime.models.scripted import Say
from tests.fixtures.chained_models import FIRST, OVERLOADED, Routes, chained
from tests.fixtures.room import PLAN, Room
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, given, of_kind, routed, standing, waits
from tests.unit.runtime.engine.test_spending import copied


async def opened(room: Room, name: str = "openai") -> None:
    """As if other agents had failed over it."""
    await room.own.engine.record(MoveConnection(name, "failed", "It is down.", 0, 0, by_person=True))


async def asks(room: Room, routes: Routes, text: str) -> tuple[RunId, asyncio.Event]:
    """A run whose first call is under way, and what lets it end."""
    routes[FIRST].begun.clear()
    hold = routes[FIRST].hold = asyncio.Event()
    run_id = await given(room, text)
    await routes[FIRST].begun.wait()
    return run_id, hold


async def old_and_trial(room: Room, routes: Routes) -> tuple[RunId, asyncio.Event, RunId, asyncio.Event]:
    """A call from before the connection was opened, and the one that tries it; both are under way."""
    old, old_ends = await asks(room, routes, "From before")
    await opened(room)
    room.pass_time(400)
    trial, trial_ends = await asks(room, routes, "The trial")
    assert standing(room) is Standing.HALF_OPEN
    return old, old_ends, trial, trial_ends


async def all_are_asked_again(room: Room, routes: Routes, trial_ends: asyncio.Event, *runs: RunId) -> None:
    """The trial answers: everybody's next call is made, and is then stopped."""
    asked = routes[FIRST].asked
    routes.says(FIRST, *[DONE] * len(runs))
    routes[FIRST].hold = asyncio.Event()  # what is asked from now on stays under way
    trial_ends.set()
    await room.until(lambda: standing(room) is Standing.CLOSED)
    await room.until(lambda: all(room.run(run_id).waits_for is None for run_id in runs))
    async with asyncio.timeout(20):
        while routes[FIRST].asked < asked + len(runs):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0)
    for run_id in runs:
        await room.do(StopRun(run_id, "anna"))
        await room.finished(run_id)


async def test_an_older_call_that_is_stopped_does_not_let_a_second_one_try(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, PLANNED)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        old, _, trial, trial_ends = await old_and_trial(room, routes)
        await room.do(StopRun(old, "anna"))
        await room.until(lambda: len([b for book in room.own.engine.states.books for b in book.open]) == 1)
        other = await given(room, "Another")
        await waits(room, other)
        assert (standing(room), routes[FIRST].asked) == (Standing.HALF_OPEN, 2)
        await all_are_asked_again(room, routes, trial_ends, trial, other)


async def test_an_older_call_that_fails_does_not_end_the_trial(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, OVERLOADED, PLANNED)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        old, old_ends, trial, trial_ends = await old_and_trial(room, routes)
        old_ends.set()
        await waits(room, old)
        assert (standing(room), routes[FIRST].asked) == (Standing.HALF_OPEN, 2)
        await all_are_asked_again(room, routes, trial_ends, trial, old)


async def test_a_trial_by_an_identical_call_of_before_ends_with_that_call(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, OVERLOADED)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        old, ends = await asks(room, routes, "The same")
        await opened(room)
        room.pass_time(400)
        trial = await given(room, "The same")
        await room.until(lambda: standing(room) is Standing.HALF_OPEN)
        ends.set()
        for run_id in (old, trial):
            await waits(room, run_id)
        breaker = room.own.engine.connections.breaker(room.own.engine, "openai")
        assert (breaker.standing, breaker.openings, routes[FIRST].asked) == (Standing.OPEN, 2, 1)
        for run_id in (old, trial):
            await room.do(StopRun(run_id, "anna"))


async def test_a_trial_that_a_crash_ended_is_left_to_the_next_call_and_that_is_told(tmp_path: Path) -> None:
    image, routes = tmp_path / "image", Routes()
    routes.says(FIRST, PLANNED)
    async with routed(tmp_path / "live", chained(FIRST), routes) as room:
        await opened(room)
        room.pass_time(400)
        trial, _ = await asks(room, routes, "The trial")
        await asyncio.to_thread(copied, room.folder, image)  # what a killed program leaves behind
        await room.do(StopRun(trial, "anna"))
        await room.finished(trial)
    routes = Routes()
    routes.says(FIRST, PLANNED, DONE)
    after = Room(image, around=Surroundings(models=routes.model_for))
    after.pass_time(400)
    await after.open()
    try:
        assert (await after.finished(trial)).outcome is Outcome.COMPLETED
        moved = [
            e.breaker.standing.value for e in await of_kind(after, ConnectionMoved) if isinstance(e, ConnectionMoved)
        ]
        assert moved == ["open", "half-open", "open", "half-open", "closed"]
    finally:
        await after.close()
    assert after.crashes == []
    await rebuilt_tables_equal_the_live_ones(image)


async def test_a_trial_that_ends_in_a_mistake_of_ours_is_left_to_the_next_call(tmp_path: Path) -> None:
    routes = Routes()
    async with routed(tmp_path, chained(FIRST), routes) as room:
        await opened(room)
        room.pass_time(400)
        run = await room.finished(await given(room))  # its script is empty, which the program cannot expect
        assert run.outcome is Outcome.FAILED
        assert len(room.crashes) == 1
        room.crashes.clear()
        routes.says(FIRST, PLANNED, DONE)
        assert (await room.finished(await given(room, "Next"))).outcome is Outcome.COMPLETED
        assert standing(room) is Standing.CLOSED


async def test_who_waits_to_try_again_does_not_where_others_opened_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resting, rested = asyncio.Event(), asyncio.Event()

    async def until_told(seconds: float) -> None:
        resting.set()
        await rested.wait()

    monkeypatch.setattr(asking, "rested", until_told)
    routes = Routes()
    routes.says(FIRST, OVERLOADED)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        run_id = await given(room)
        await resting.wait()
        await opened(room)
        rested.set()
        await waits(room, run_id)
        assert routes[FIRST].asked == 1
        assert [e.again for e in await room.events(run_id) if isinstance(e, ModelFailed)] == [True]
        await room.do(StopRun(run_id, "anna"))


async def test_at_a_cap_the_cheaper_model_is_not_asked_over_an_opened_connection(tmp_path: Path) -> None:
    cheaper = "openai:other/gpt-5-nano"
    spec = msgspec.structs.replace(chained(FIRST), at_cap=AtCap(CapAction.CHEAPER, cheaper))
    routes = Routes()
    routes.says(FIRST, Say(PLAN, Usage(0, 16_000)))
    async with routed(tmp_path, spec, routes) as room:
        await room.do(SetCaps(Caps(day=Cap(60_000)), "anna"))  # one more call of the dearer one does not fit
        await opened(room, "other")
        run_id = await given(room)
        ask = await room.asked(run_id, "cap")
        assert f"{cheaper} would be cheaper, but other is left alone for now." in ask.raised.known
        assert (routes[cheaper].asked, standing(room, "other")) == (0, Standing.OPEN)
        await room.do(StopRun(run_id, "anna"))
