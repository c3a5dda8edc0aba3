"""Chains of models: past faults and closed connections, the playbook after the last, waiting until one can be asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from console.presenters.connection_text import trial_words
from console.presenters.times import clock_time
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.breaker import FAILURES, Standing
from runtime.domain.commands import PauseRun, ResumeRun, SaveAgent, StartRun, StopRun
from runtime.domain.decision import Usage
from runtime.domain.events import Event
from runtime.domain.events.budget import ReservationMade
from runtime.domain.events.runs import AnswerSetAside, ModelAnswered, ModelFailed, RouteTaken, RunContinued, RunWaiting
from runtime.domain.events.workspace import ConnectionMoved, ConnectionTested, KeyStored
from runtime.domain.ids import AgentName, RunId
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.domain.routing_commands import MoveConnection
from runtime.domain.run_state import Run
from runtime.domain.task import Task
from runtime.domain.words import ModelRole, Outcome, RunState
from runtime.engine.surroundings import Surroundings
from runtime.models.scripted import Say
from runtime.operations.connections_unopened import connections_left_alone
from runtime.operations.new_ids import new_run_id
from runtime.operations.on_workspace import note
from tests.fixtures.chained_models import BAD_KEY, FIRST, OVERLOADED, SECOND, TOO_LARGE, Routes, chained
from tests.fixtures.room import NOTHING, PLAN, Room, done, furnished

USED = Usage(1_000, 100)
UNPRICED = "compatible:lab/llama"
PLANNED, DONE = Say(PLAN, USED), Say(done(), USED)


@asynccontextmanager
async def routed(folder: Path, spec: AgentSpec, routes: Routes) -> AsyncIterator[Room]:
    """A room whose models are found by route. At the end every script was used up."""
    async with furnished(folder, spec=spec, around=Surroundings(models=routes.model_for)) as room:
        yield room
        left = {route: len(one.script) for route, one in routes.by_route.items() if one.script}
        assert left == {}


async def given(room: Room, text: str = "Look it up", agent: str = "clerk") -> RunId:
    run_id = new_run_id()
    await room.do(StartRun(run_id, AgentName(agent), Task(text, text, trusted=True), "anna"))
    return run_id


async def waits(room: Room, run_id: RunId) -> Run:
    await room.until(lambda: room.run(run_id).waits_for is not None)
    return room.run(run_id)


async def of_kind(room: Room, kind: type) -> list[Event]:
    return [one.event for one in await room.log.read(0, 5_000) if isinstance(one.event, kind)]


def standing(room: Room, name: str = "openai") -> Standing:
    return room.own.engine.connections.breaker(room.own.engine, name).standing


async def test_a_fault_that_may_pass_moves_on_after_its_retries_and_a_bad_key_at_once(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, *[OVERLOADED] * 3, BAD_KEY)
    routes.says(SECOND, PLANNED, DONE)
    async with routed(tmp_path, chained(FIRST, SECOND), routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED
        events = await room.events(run.run_id)
        tried = [(e.model, e.again) for e in events if isinstance(e, ModelFailed)]
        assert tried == [(FIRST, True), (FIRST, True), (FIRST, False), (FIRST, False)]
        taken = [(e.role, e.model, e.instead_of) for e in events if isinstance(e, RouteTaken)]
        assert taken == [(ModelRole.PLANNER, SECOND, FIRST), (ModelRole.ACTOR, SECOND, FIRST)]
        assert len(await of_kind(room, ReservationMade)) == 6  # every attempt, of either model
        steps = await room.runtime.history.timeline(run.run_id)
        shown = [step.title for step in steps if "is asked instead" in step.title]
        assert "It is overloaded." in shown[0]
        assert "It did not accept the key." in shown[1]
        assert standing(room) is Standing.OPEN  # the key is a matter for a person


async def test_an_opened_connection_is_left_alone_by_every_agent_and_tried_by_one_call(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, *[OVERLOADED] * FAILURES)
    routes.says(SECOND, *[PLANNED, DONE] * 2)
    async with routed(tmp_path, chained(FIRST, SECOND), routes) as room:
        await room.finished(await given(room))  # three for the plan, two for the turn
        assert standing(room) is Standing.OPEN
        assert routes[FIRST].asked == FAILURES
        [trouble] = [one for one in room.runtime.troubles if one.startswith("openai")]
        assert "It is overloaded." in trouble
        [read] = await connections_left_alone(tmp_path)  # as `doctor` does, beside the program that is at work
        assert read.startswith("openai is left alone for now and tried again in ")
        await room.do(SaveAgent(msgspec.structs.replace(chained(FIRST, SECOND), name=AgentName("porter")), "anna"))
        await room.finished(await given(room, "Another", "porter"))
        assert routes[FIRST].asked == FAILURES
        room.pass_time(3_600)
        routes.says(FIRST, OVERLOADED)
        routes.says(SECOND, PLANNED, DONE)
        await room.finished(await given(room, "A third"))  # the trial failed: it is asked once, not three times
        assert routes[FIRST].asked == FAILURES + 1
        room.pass_time(3_600)
        routes.says(FIRST, PLANNED, DONE)
        run = await room.finished(await given(room, "A fourth"))
        moves = [
            e.breaker.standing.value for e in await of_kind(room, ConnectionMoved) if isinstance(e, ConnectionMoved)
        ]
        assert moves == ["open", "half-open", "open", "half-open", "closed"]
        assert not room.runtime.troubles
        assert await connections_left_alone(tmp_path) == ()
        assert not [e for e in await room.events(run.run_id) if isinstance(e, RouteTaken)]


async def test_a_kept_answer_tries_nothing_so_another_call_may_try_the_connection(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, DONE)
    async with routed(tmp_path, chained(FIRST, keep_answers_s=7_200), routes) as room:
        await room.finished(await given(room))
        await room.own.engine.record(MoveConnection("openai", "failed", "It is down.", FAILURES, 0, by_person=True))
        room.pass_time(400)
        again = await room.finished(await given(room))
        assert (again.outcome, routes[FIRST].asked) == (Outcome.COMPLETED, 2)
        assert standing(room) is Standing.OPEN  # nobody is trying it: half-open would keep everybody away
        routes.says(FIRST, PLANNED, DONE)
        await room.finished(await given(room, "Another"))
        assert standing(room) is Standing.CLOSED


async def test_the_playbook_takes_over_where_the_agent_has_one(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, BAD_KEY)
    async with routed(tmp_path, chained(FIRST, playbook=PlaybookSpec((NOTHING,))), routes) as room:
        run = await room.finished(await given(room, "nothing"))
        assert run.outcome is Outcome.COMPLETED
        steps = await room.runtime.history.timeline(run.run_id)
        assert any("the playbook takes over" in step.title for step in steps)


async def test_the_playbook_takes_over_also_where_the_last_model_has_no_price(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, BAD_KEY)
    async with routed(tmp_path, chained(FIRST, UNPRICED, playbook=PlaybookSpec((NOTHING,))), routes) as room:
        run = await room.finished(await given(room, "nothing"))
        assert run.outcome is Outcome.COMPLETED
        assert routes[UNPRICED].asked == 0


async def test_a_run_waits_for_the_model_with_a_price_where_the_last_one_has_none(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, *[OVERLOADED] * 3)
    async with routed(tmp_path, chained(FIRST, UNPRICED), routes) as room:
        run = await waits(room, await given(room))
        assert "it waits for openai" in run.waiting_for
        assert f"The price of {UNPRICED} is not known" in run.waiting_for


async def test_a_chain_that_cannot_be_asked_makes_the_run_wait_also_over_a_restart(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, *[OVERLOADED] * 3)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        run_id = await given(room)
        run = await waits(room, run_id)
        assert run.state is RunState.WAITING
        assert "it waits for openai" in run.waiting_for
        assert "It is overloaded." in run.waiting_for
        shown = await room.runtime.history.run(run_id)
        assert shown is not None
        assert shown.row.state is RunState.WAITING
        await room.reopen()
        assert room.run(run_id).waits_for is not None
        routes.says(FIRST, PLANNED, DONE)
        room.pass_time(60)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


async def test_an_open_connection_stays_open_over_a_restart_and_all_go_on_when_it_answers(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, BAD_KEY)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        first = await given(room)
        await waits(room, first)
        others = [await given(room, f"More {number}") for number in range(4)]
        for run_id in others:
            await waits(room, run_id)
        assert routes[FIRST].asked == 1
        await room.reopen()
        assert standing(room) is Standing.OPEN
        hold = routes[FIRST].hold = asyncio.Event()
        routes[FIRST].begun.clear()
        routes.says(FIRST, PLANNED)
        await room.do(ResumeRun(first, "anna"))  # a person does not want to wait
        await routes[FIRST].begun.wait()
        assert standing(room) is Standing.HALF_OPEN
        assert all(room.run(run_id).waits_for is not None for run_id in others)
        routes.says(FIRST, *[PLANNED] * 4, *[DONE] * 5)
        # Whoever asks next gets a plan or an end: each is asked for once by each run, plans before ends.
        routes[FIRST].script.sort(key=lambda one: one is not PLANNED)
        hold.set()
        routes[FIRST].hold = None
        await room.until(lambda: standing(room) is Standing.CLOSED)
        for run_id in (first, *others):
            await room.until(lambda run_id=run_id: room.run(run_id).waits_for is None)  # type: ignore[misc]
            await room.do(StopRun(run_id, "anna")) if not room.run(run_id).finished else None
        routes[FIRST].script.clear()


async def test_a_new_key_has_the_connection_tried_at_once(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, BAD_KEY)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        run_id = await given(room)
        await waits(room, run_id)
        routes.says(FIRST, PLANNED, DONE)
        await note(room.own.engine.ops, KeyStored("openai", "https://api.openai.com"), "operator:anna")
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert standing(room) is Standing.CLOSED


async def test_a_connection_that_a_person_tested_with_success_is_asked_again(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, BAD_KEY)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        run_id = await given(room)
        await waits(room, run_id)
        assert len(await connections_left_alone(tmp_path)) == 1
        [row] = [one for one in await room.runtime.history.connections() if one.spec.name == "openai"]
        left_alone = f"left alone to {clock_time(row.breaker.probe_at)}"
        assert (trial_words(row), row.breaker.why) == (left_alone, BAD_KEY.sentence)
        routes.says(FIRST, PLANNED, DONE)
        tested = ConnectionTested("openai", "gpt-5-mini", works=True, sentence="It answered.")
        await note(room.own.engine.ops, tested, "operator:anna")
        assert await connections_left_alone(tmp_path) == ()
        assert all(one.breaker.closed for one in await room.runtime.history.connections())
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


async def test_what_no_time_mends_goes_to_a_person(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, TOO_LARGE)
    routes.says(SECOND, TOO_LARGE)
    async with routed(tmp_path, chained(FIRST, SECOND), routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.ESCALATED
        assert "The request is too large." in run.summary
        assert standing(room) is Standing.CLOSED


async def test_a_run_that_was_paused_while_it_waited_asks_again_when_it_is_resumed(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, BAD_KEY)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        run_id = await given(room)
        await waits(room, run_id)
        await room.do(PauseRun(run_id, "anna"))
        assert room.run(run_id).state is RunState.PAUSED
        room.pass_time(3_600)
        routes.says(FIRST, PLANNED, DONE)
        await room.do(ResumeRun(run_id, "anna"))
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


async def test_a_run_that_waits_can_be_stopped(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, BAD_KEY)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        run_id = await given(room)
        await waits(room, run_id)
        await room.do(StopRun(run_id, "anna"))
        assert (await room.finished(run_id)).outcome is Outcome.STOPPED


async def test_the_first_model_is_left_for_a_surer_one_and_both_are_paid(tmp_path: Path) -> None:
    unsure = msgspec.structs.replace(done("Perhaps."), confidence=0.4)
    sure = msgspec.structs.replace(done("Certainly."), confidence=0.95)
    routes = Routes()
    routes.says(FIRST, PLANNED, Say(unsure, USED))
    routes.says(SECOND, Say(sure, USED))
    async with routed(tmp_path, chained(FIRST, SECOND, escalate_below=0.7), routes) as room:
        run = await room.finished(await given(room))
        events = await room.events(run.run_id)
        [aside] = [e for e in events if isinstance(e, AnswerSetAside)]
        assert aside.confidence == 0.4
        assert "was 40% sure, below 70%" in aside.sentence
        [answered] = [e for e in events if isinstance(e, ModelAnswered)]
        assert (answered.model, answered.decision.text) == (SECOND, "Certainly.")
        assert run.cost_micros == sum(e.usage.cost_micros or 0 for e in events if hasattr(e, "usage"))
        assert aside.usage.cost_micros
        book = room.own.engine.states.books
        assert [(one.all.spent.micros, one.all.held.micros) for one in book] == [(run.cost_micros, 0)]


async def test_an_unsure_answer_stands_where_nobody_is_surer(tmp_path: Path) -> None:
    unsure = msgspec.structs.replace(done("Perhaps."), confidence=None)
    routes = Routes()
    routes.says(FIRST, PLANNED, Say(unsure, USED))
    routes.says(SECOND, BAD_KEY)
    async with routed(tmp_path, chained(FIRST, SECOND, escalate_below=0.7), routes) as room:
        run = await room.finished(await given(room))
        assert (run.outcome, run.summary) == (Outcome.COMPLETED, "Perhaps.")
        assert not [e for e in await room.events(run.run_id) if isinstance(e, RunWaiting | RunContinued)]
