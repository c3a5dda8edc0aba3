"""The scripted model: in order, and strict about what is left over or missing."""

import pytest

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.ids import AgentName
from runtime.domain.task import Task
from runtime.domain.words import DecisionKind
from runtime.models.interface import FaultKind, ModelFault, ModelRequest
from runtime.models.scripted import Say, ScriptBroken, ScriptedModel

AGENT = AgentSpec(AgentName("a"), "role")
REQUEST = ModelRequest("r1", 1, AGENT, Task("t", "text"), None, (), (), ())
DONE = Decision(DecisionKind.COMPLETE, "done")


async def test_answers_come_in_order_with_their_text() -> None:
    said: list[str] = []
    model = ScriptedModel([Say(PlannedWork(()), text=("a", "b")), DONE])
    assert (await model.plan(REQUEST, said.append)).value == PlannedWork(())
    assert (await model.act(REQUEST, said.append)).value == DONE
    assert said == ["a", "b"]
    assert model.requests == [REQUEST, REQUEST]
    model.finish()


async def test_a_fault_is_raised_and_used_up() -> None:
    model = ScriptedModel([ModelFault(FaultKind.PASSING, "busy"), DONE])
    with pytest.raises(ModelFault, match="busy"):
        await model.act(REQUEST, print)
    assert (await model.act(REQUEST, print)).value == DONE


async def test_too_much_too_little_and_the_wrong_kind_are_errors() -> None:
    with pytest.raises(ScriptBroken, match="never asked"):
        ScriptedModel([DONE]).finish()
    with pytest.raises(ScriptBroken, match="one more"):
        await ScriptedModel([]).act(REQUEST, print)
    with pytest.raises(ScriptBroken, match="a plan was asked"):
        await ScriptedModel([DONE]).plan(REQUEST, print)
    with pytest.raises(ScriptBroken, match="a decision was asked"):
        await ScriptedModel([PlannedWork(())]).act(REQUEST, print)
