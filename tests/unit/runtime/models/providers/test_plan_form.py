"""The agreed form of a plan: what a planner is held to, and what is made of its answer."""

import json
from typing import Any

import pytest

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName
from runtime.domain.task import Task
from runtime.models.interface import ModelRequest, ToolOffer
from runtime.models.providers.answer import Unreadable
from runtime.models.providers.plan_form import plan_from, plan_schema

REQUEST = ModelRequest(
    "r1",
    1,
    AgentSpec(AgentName("clerk"), "A clerk"),
    Task("Mend it", "Mend it", trusted=True),
    None,
    (),
    (),
    (ToolOffer("files.read", "Reads", b"{}"), ToolOffer("files.write", "Writes", b"{}")),
)


def answer(*steps: dict[str, Any]) -> str:
    return json.dumps({"steps": steps, "note": "", "reason": "Short.", "confidence": 0.9})


def test_steps_name_tools_what_they_need_and_what_they_change() -> None:
    look: dict[str, Any] = {"title": "Look", "tool": "files.read", "needs": [], "changes": None}
    write = {"title": "Write", "tool": "files.write", "needs": [1, 1], "changes": " the file notes.txt "}
    first, second = plan_from(answer(look, write), REQUEST).steps
    assert (first.step_id, first.tool, first.needs, first.changes) == ("s1", "files.read", (), "")
    assert (second.step_id, second.needs, second.changes) == ("s2", ("s1",), "the file notes.txt")


def test_the_schema_asks_for_every_member_and_names_the_tools() -> None:
    step = plan_schema(REQUEST)["properties"]["steps"]["items"]
    assert step["required"] == ["title", "tool", "needs", "changes"]
    assert step["additionalProperties"] is False
    assert step["properties"]["tool"]["anyOf"][0]["enum"] == ["files.read", "files.write"]


def test_an_answer_in_the_form_without_dependencies_is_read_as_well() -> None:
    (only,) = plan_from(answer({"title": "Look", "tool": None}), REQUEST).steps
    assert (only.tool, only.needs, only.changes) == ("", (), "")


@pytest.mark.parametrize(
    ("needs", "words"),
    [([2], "does not come before it"), ([1], "does not come before it"), ([7], "is not in the plan"), (["s1"], "int")],
)
def test_dependencies_that_lead_nowhere_or_in_a_circle_are_no_plan(needs: list[object], words: str) -> None:
    first = {"title": "Look", "tool": None, "needs": needs, "changes": None}
    second = {"title": "Write", "tool": None, "needs": [1], "changes": None}
    with pytest.raises(Unreadable, match=words):
        plan_from(answer(first, second), REQUEST)
