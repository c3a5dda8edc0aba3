"""A whole run with a provider behind it: an answer that breaks off is tried again, and nothing is done twice."""

import asyncio
import json
from pathlib import Path

import msgspec

from runtime.domain.agent_spec import AgentSpec, ModelRoute
from runtime.domain.commands import StartRun
from runtime.domain.events.runs import ModelAnswered, ModelFailed, PlanProposed
from runtime.domain.task import Task
from runtime.domain.words import Outcome
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Model
from runtime.models.providers.known import PROVIDERS
from runtime.operations.new_ids import new_run_id
from tests.fixtures.kinds import OPENAI
from tests.fixtures.room import CLERK, furnished
from tests.wire.loopback import Got, Loopback, Reply
from tests.wire.replaying import KEY, connection_to, key
from tests.wire.spoken import BUILD, STREAM

ROUTE = "openai/gpt-5-mini"
SPEC = msgspec.structs.replace(CLERK, models=ModelRoute((ROUTE,), (ROUTE,)))
PLAN = {"steps": [{"title": "Change", "tool": "bench.change"}], "note": "", "reason": "r", "confidence": 0.9}
CHANGE = ("c1", "bench_change", '{"note":"once","confidence":0.9,"reason":"as planned"}')
END = ("c2", "end_with_result", '{"text":"It is changed.","confidence":0.9,"reason":"seen"}')


async def test_a_run_survives_an_answer_that_breaks_off(tmp_path: Path) -> None:
    kind = OPENAI
    answers = [
        Reply(200, STREAM, BUILD[kind]([json.dumps(PLAN)], [])),
        Reply(200, STREAM, (whole := BUILD[kind]([], [CHANGE])), cut=len(whole) - 40),
        Reply(200, STREAM, whole),
        Reply(200, STREAM, BUILD[kind]([], [END])),
    ]

    def answer(got: Got) -> Reply:
        return answers.pop(0)

    async with Loopback(answer=answer) as server:
        model = PROVIDERS[kind](connection_to(server.address, kind), "gpt-5-mini", key, ROUTE)

        async def model_for(route: str, agent: Agent, spec: AgentSpec) -> Model:
            return model

        async with furnished(tmp_path, spec=SPEC, around=Surroundings(models=model_for)) as room:
            run_id = new_run_id()
            task = Task("Change it", "Change it.", trusted=True)
            await room.do(StartRun(run_id, CLERK.name, task, "anna"))
            run = await room.finished(run_id)
            events = [envelope.event for envelope in await room.log.read()]
        await model.close()
    assert (run.outcome, run.summary) == (Outcome.COMPLETED, "It is changed.")
    assert [call[:2] for call in room.bench.calls] == [("bench.change", "once")]
    failed = [event for event in events if isinstance(event, ModelFailed)]
    assert len(failed) == 1
    assert failed[0].again
    plan = next(event for event in events if isinstance(event, PlanProposed))
    answered = next(event for event in events if isinstance(event, ModelAnswered))
    for origin in (plan.origin, answered.origin, failed[0].origin):
        assert origin.request_id == "req_7"
        assert origin.prompt
    assert answered.origin.stop == "completed"
    assert (answered.usage.input_tokens, answered.usage.output_tokens) == (5, 9)
    assert answered.request_blob
    assert answered.answer_blob
    kept = await asyncio.to_thread(lambda: [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()])
    assert kept
    assert not [content for content in kept if KEY.encode() in content]
