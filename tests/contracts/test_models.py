"""What every model owes the engine, whichever it is: the providers, the playbook and the scripted double."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import msgspec
import pytest
from msgspec.structs import replace

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.decision import Decision, PlannedWork, ProposedCall, Usage
from runtime.domain.ids import AgentName, StepId
from runtime.domain.plan import Plan, PlanStep
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.domain.words import DecisionKind
from runtime.models.interface import FaultKind, Model, ModelFault, ModelRequest
from runtime.models.playbook.model import PlaybookModel
from runtime.models.providers.known import PROVIDERS
from runtime.models.scripted import Say, ScriptedModel
from tests.fixtures.fourth_provider import FOURTH, added, fourth
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, KINDS, OPENAI
from tests.wire.asking import TOOLS
from tests.wire.loopback import Got, Loopback, Reply
from tests.wire.replaying import KEY, Heard, connection_to, key, request_with
from tests.wire.spoken import BUILD, STREAM

PLAN = {"steps": [{"title": "Write", "tool": "files.write"}], "note": "", "reason": "Short.", "confidence": 0.8}
CALL = ("c1", "files_write", '{"path":"a","confidence":0.9,"reason":"because"}')
WHOLE = {ANTHROPIC: "end_turn", OPENAI: "completed", COMPATIBLE: "stop", FOURTH: "done"}
SPEAKS = {**BUILD, FOURTH: fourth}
REQUEST = request_with(TOOLS, "Please write the file.")


@dataclass(slots=True)
class Subject:
    """A model that will plan one step and call one tool, and how to make the next call fail."""

    model: Model
    request: ModelRequest
    fail: Callable[[], None]
    fault: FaultKind = FaultKind.PASSING
    """What that failure is."""


async def provider(kind: str, stack: AsyncExitStack) -> Subject:
    server = await stack.enter_async_context(Loopback())
    failing: list[Reply] = []

    def answer(got: Got) -> Reply:
        if failing:
            return failing.pop()
        acting = bool(got.json.get("tools"))
        said = SPEAKS[kind](["I ", "write."], [CALL]) if acting else SPEAKS[kind]([json.dumps(PLAN)], [], WHOLE[kind])
        return Reply(200, STREAM, said, pieces=50)

    server.answer = answer
    model = PROVIDERS[kind](connection_to(server.address, kind), "some-model", key, f"{kind}/some-model")
    stack.push_async_callback(model.close)
    broken = Reply(503, {"content-type": "application/json", "retry-after": "3"}, b'{"error":{"message":"Busy."}}')
    return Subject(model, REQUEST, lambda: failing.append(broken))


def playbook() -> Subject:
    step = StepSpec("write", "Write", "files.write", {"path": "a"})
    examples = ("please write the file", "write the file", "write a file now")
    spec = PlaybookSpec((IntentSpec("writing", "Writing", examples, (), (step,)),))
    agent = AgentSpec(AgentName("tester"), "Tests.", playbook=spec)
    subject = Subject(
        PlaybookModel(agent), replace(REQUEST, agent=agent, intent="writing"), lambda: None, FaultKind.FINAL
    )

    def fail() -> None:
        subject.model = PlaybookModel(AgentSpec(AgentName("empty"), "Tests."))

    subject.fail = fail
    return subject


def scripted() -> Subject:
    work = PlannedWork((PlanStep(StepId("s1"), "Write", "files.write"),), confidence=0.8, reason="Short.")
    call = ProposedCall("files.write", '{"path":"a"}', 0.9, "because", StepId("s1"))
    decision = Decision(DecisionKind.ACT, "", 0.9, "because", (call,))
    subject = Subject(ScriptedModel([]), REQUEST, lambda: None)

    def fail() -> None:
        subject.model = ScriptedModel([ModelFault(FaultKind.PASSING, "Busy.", 3.0)] * 4)

    subject.model = ScriptedModel([Say(one, Usage(5, 9, 1), ("Hm.",)) for one in (work, decision, decision, decision)])
    subject.fail = fail
    return subject


@pytest.fixture(params=["playbook", "scripted", *KINDS, FOURTH])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with AsyncExitStack() as stack:
        stack.enter_context(added())  # the fourth is one that the program does not have
        made = {"playbook": playbook, "scripted": scripted}
        yield made[request.param]() if request.param in made else await provider(request.param, stack)


def planned(request: ModelRequest, work: PlannedWork) -> ModelRequest:
    return replace(
        request, plan=Plan(1, work.steps), planning_confidence=work.confidence, intent=work.intent or request.intent
    )


async def test_a_plan_has_steps_with_ids_of_their_own_and_says_how_sure_it_is(subject: Subject) -> None:
    answered = await subject.model.plan(subject.request, Heard())
    steps = answered.value.steps
    assert [step.tool for step in steps] == ["files.write"]
    assert len({step.step_id for step in steps}) == len(steps)
    assert all(step.step_id and step.title for step in steps)
    assert answered.value.confidence is not None
    assert 0 <= answered.value.confidence <= 1


async def test_a_decision_names_our_tool_the_step_and_the_arguments_without_the_added_fields(subject: Subject) -> None:
    work = (await subject.model.plan(subject.request, Heard())).value
    answered = await subject.model.act(planned(subject.request, work), Heard())
    (call,) = answered.value.calls
    assert answered.value.kind is DecisionKind.ACT
    assert (call.tool, json.loads(call.arguments)) == ("files.write", {"path": "a"})
    assert call.step_id == work.steps[0].step_id
    assert call.confidence is not None


async def test_what_is_answered_can_be_recorded_and_holds_no_key(subject: Subject) -> None:
    answered = await subject.model.plan(subject.request, Heard())
    assert msgspec.json.decode(msgspec.json.encode(answered.value), type=PlannedWork) == answered.value
    assert msgspec.json.decode(msgspec.json.encode(answered.usage), type=Usage) == answered.usage
    assert answered.usage.known
    assert KEY not in repr(answered) + repr(vars(subject.model) if hasattr(subject.model, "__dict__") else "")
    assert isinstance(answered.sent, bytes)
    assert isinstance(answered.received, bytes)


async def test_it_has_a_name_that_stays(subject: Subject) -> None:
    before = subject.model.label
    await subject.model.plan(subject.request, Heard())
    assert subject.model.label == before
    assert before.strip()


async def test_a_plain_function_may_listen(subject: Subject) -> None:
    heard: list[str] = []
    await subject.model.plan(subject.request, heard.append)
    assert all(isinstance(piece, str) for piece in heard)


async def test_two_can_ask_at_once_and_each_gets_its_own_answer(subject: Subject) -> None:
    work = (await subject.model.plan(subject.request, Heard())).value
    request = planned(subject.request, work)
    both = await asyncio.gather(subject.model.act(request, Heard()), subject.model.act(request, Heard()))
    assert [len(one.value.calls) for one in both] == [1, 1]


async def test_a_call_that_is_stopped_leaves_the_model_usable(subject: Subject) -> None:
    work = (await subject.model.plan(subject.request, Heard())).value
    request = planned(subject.request, work)
    heard: list[str] = []

    def stop(piece: str) -> None:
        heard.append(piece)
        task.cancel()  # in the middle of its answer

    task = asyncio.ensure_future(subject.model.act(request, stop))
    [ended] = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
    assert heard
    assert len((await subject.model.act(request, Heard())).value.calls) == 1


async def test_a_failure_is_a_fault_with_a_sentence(subject: Subject) -> None:
    subject.fail()
    with pytest.raises(ModelFault) as raised:
        await subject.model.act(subject.request, Heard())
    fault = raised.value
    assert fault.sentence.endswith((".", "Busy."))
    assert fault.kind is subject.fault
    assert fault.__cause__ is None
    assert fault.__context__ is None
    assert KEY not in repr(fault) + repr(fault.attempt)
