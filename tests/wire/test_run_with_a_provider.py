"""A whole run with a provider behind it: what breaks off is tried again, what pauses goes on, nothing is done twice."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import AgentSpec, ModelRoute
from runtime.domain.commands import StartRun
from runtime.domain.events.runs import ModelAnswered, ModelFailed, PlanProposed
from runtime.domain.run_state import Run
from runtime.domain.task import Task
from runtime.domain.words import Outcome
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Model
from runtime.models.providers.known import PROVIDERS
from runtime.operations.new_ids import new_run_id
from tests.fixtures.kinds import ANTHROPIC, KINDS, OPENAI
from tests.fixtures.room import CLERK, Room, furnished
from tests.wire.loopback import Cut, Got, Loopback, Reply
from tests.wire.replaying import KEY, connection_to, key
from tests.wire.spoken import BUILD, STREAM, in_one_piece

ROUTE = "openai/gpt-5-mini"
SPEC = msgspec.structs.replace(CLERK, models=ModelRoute((ROUTE,), (ROUTE,)))
PLAN = {"steps": [{"title": "Change", "tool": "bench.change"}], "note": "", "reason": "r", "confidence": 0.9}
CHANGE = ("c1", "bench_change", '{"note":"vermilion","confidence":0.9,"reason":"as planned"}')
END = ("c2", "end_with_result", '{"text":"It is changed.","confidence":0.9,"reason":"seen"}')
JSON = {"content-type": "application/json"}
PLANNED = {ANTHROPIC: "end_turn", OPENAI: "completed"}


@asynccontextmanager
async def behind(
    folder: Path, kind: str, answer: Callable[[Got], Reply], *, streams: bool = True
) -> AsyncIterator[tuple[Room, Loopback]]:
    """A room whose agent has a model of this API, and the server it asks."""
    async with Loopback(answer=answer) as server:
        model = PROVIDERS[kind](connection_to(server.address, kind, streams), "gpt-5-mini", key, ROUTE)

        async def model_for(route: str, agent: Agent, spec: AgentSpec) -> Model:
            return model

        async with furnished(folder, spec=SPEC, around=Surroundings(models=model_for)) as room:
            yield room, server
        await model.close()


async def changed(room: Room, title: str = "Change it") -> Run:
    """A run with this task, when it is over."""
    run_id = new_run_id()
    await room.do(StartRun(run_id, CLERK.name, Task(title, f"{title}.", trusted=True), "anna"))
    return await room.finished(run_id)


async def kept(room: Room, event: PlanProposed | ModelAnswered | ModelFailed) -> tuple[bytes, bytes]:
    """What lies in the workspace of what was sent and what came back."""
    blobs = room.own.engine.blobs
    return await asyncio.to_thread(lambda: (blobs.get(event.request_blob), blobs.get(event.answer_blob)))


async def test_a_run_survives_an_answer_that_breaks_off_and_keeps_every_exchange(tmp_path: Path) -> None:
    build = BUILD[OPENAI]
    plan_body, whole, end = build([json.dumps(PLAN)], []), build([], [CHANGE]), build([], [END])
    half = len(whole) - 40
    replies = [Reply(200, STREAM, plan_body), Reply(200, STREAM, whole, cut=half)]
    replies += [Reply(200, STREAM, whole), Reply(200, STREAM, end)]
    async with behind(tmp_path, OPENAI, lambda got: replies.pop(0)) as (room, server):
        run = await changed(room)
        events = [envelope.event for envelope in await room.log.read()]
        told = [event for event in events if isinstance(event, PlanProposed | ModelAnswered | ModelFailed)]
        came = [plan_body, whole[:half], whole, end]
        exchanges = [(got.body, body) for got, body in zip(server.got, came, strict=True)]
        assert [await kept(room, event) for event in told] == exchanges
        calls = [call[:2] for call in room.bench.calls]
    assert (run.outcome, run.summary) == (Outcome.COMPLETED, "It is changed.")
    assert calls == [("bench.change", "vermilion")]
    plan, failed, answered, _ = told
    assert isinstance(plan, PlanProposed)
    assert isinstance(failed, ModelFailed)
    assert isinstance(answered, ModelAnswered)
    assert failed.again
    for origin in (plan.origin, answered.origin, failed.origin):
        assert origin.request_id == "req_7"
        assert origin.prompt
    assert answered.origin.stop == "completed"
    assert (answered.usage.input_tokens, answered.usage.output_tokens) == (5, 9)
    lies = await asyncio.to_thread(lambda: [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()])
    assert lies
    assert not [content for content in lies if KEY.encode() in content]


async def test_a_paused_answer_goes_on_with_the_next_turn(tmp_path: Path) -> None:
    build = BUILD[ANTHROPIC]
    paused = build(["I look around."], [CHANGE], "pause_turn")
    bodies = [build([json.dumps(PLAN)], [], "end_turn"), paused, build([], [CHANGE]), build([], [END])]
    async with behind(tmp_path, ANTHROPIC, lambda got: Reply(200, STREAM, bodies.pop(0))) as (room, server):
        run = await changed(room)
        steps = await room.runtime.history.timeline(run.run_id)
        assert len(room.bench.calls) == 1  # that of the paused answer was not run
    assert run.outcome is Outcome.COMPLETED
    assert len(run.turns) == 3
    *_, said, result = server.got[2].json["messages"]
    assert (said["role"], said["content"][0]["text"]) == ("assistant", "I look around.")
    assert "your answer was paused there" in json.dumps(result)
    assert any("I look around." in step.title for step in steps)


@pytest.mark.parametrize("streams", [True, False], ids=["stream", "one piece"])
@pytest.mark.parametrize("kind", KINDS)
async def test_wherever_an_answer_is_cut_its_tool_runs_once_and_the_run_ends(
    tmp_path: Path, kind: str, streams: bool
) -> None:
    """``CONSOLE_EVERY_CUT=1`` cuts at every byte. One run after the other: a connection is opened by five faults."""

    def said(text: str, calls: list[tuple[str, str, str]]) -> bytes:
        if not streams:
            return in_one_piece(kind, text, calls)
        return BUILD[kind]([text] if text else [], calls, *([] if calls else [PLANNED.get(kind, "stop")]))

    head, plan = STREAM if streams else JSON, said(json.dumps(PLAN), [])
    change, end = said("", [CHANGE]), said("", [END])
    cuts: list[int] = []

    def answer(got: Got) -> Reply:
        if "tools" not in got.json:
            return Reply(200, head, plan)
        if b"vermilion" in got.body:  # the call was made, and is told
            return Reply(200, head, end)
        at = cuts.pop() if cuts else None
        return Reply(200, head, change, cut=at, how=list(Cut)[(at or 0) % 2])

    places = range(len(change)) if os.environ.get("CONSOLE_EVERY_CUT") else range(0, len(change), len(change) // 7)
    async with behind(tmp_path, kind, answer, streams=streams) as (room, _):
        for number, at in enumerate((*places, len(change) - 3, len(change) - 1), 1):
            cuts.append(at)
            run = await changed(room, f"Change {number}")
            assert (run.outcome, run.summary) == (Outcome.COMPLETED, "It is changed."), at
            assert len(room.bench.calls) == number, at
