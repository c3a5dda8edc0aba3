"""The agreed form of a plan: the schema a planner is held to, and its reading."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runtime.domain.action import BadArguments, parse_arguments
from runtime.domain.decision import PlannedWork
from runtime.domain.ids import StepId
from runtime.domain.plan import MOST_STEPS, PlanStep, faults_of
from runtime.models.interface import ModelRequest
from runtime.models.providers.added_fields import sound
from runtime.models.providers.answer import Unreadable

NAME: Final = "plan"
LONGEST_CHANGE: Final = 500


class _Step(BaseModel):
    model_config = ConfigDict(strict=True)
    title: Annotated[str, Field(min_length=1, max_length=500)]
    tool: str | None = None
    needs: Annotated[list[int], Field(max_length=MOST_STEPS)] = []
    changes: Annotated[str | None, Field(max_length=LONGEST_CHANGE)] = None


class _Plan(BaseModel):
    model_config = ConfigDict(strict=True)
    steps: Annotated[list[_Step], Field(max_length=MOST_STEPS)]
    note: str = ""
    reason: str = ""
    confidence: object = None


def plan_schema(request: ModelRequest) -> dict[str, Any]:
    """The JSON Schema of a plan: every member required and none beside them, as the providers want it."""
    tools = [tool.name for tool in request.tools]
    tool: dict[str, Any] = {"type": ["string", "null"], "description": "The full name of the tool, or null."}
    if tools:
        tool = {"anyOf": [{"type": "string", "enum": tools}, {"type": "null"}], "description": tool["description"]}
    parts = {
        "title": {"type": "string"},
        "tool": tool,
        "needs": {
            "type": "array",
            "items": {"type": "integer"},
            "description": "Numbers of the earlier steps, counted from 1, whose results this step needs; may be empty.",
        },
        "changes": {
            "type": ["string", "null"],
            "description": "What this step changes outside, by the names its tool will be given (paths, addresses), "
            "with commas between them; in a few words where it has no name; null where it only looks.",
        },
    }
    step = {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
    members = {
        "steps": {"type": "array", "items": step},
        "note": {"type": "string", "description": "What a person who reviews the plan should know; may be empty."},
        "reason": {"type": "string", "description": "Why this plan."},
        "confidence": {"type": "number", "description": "How sure you are that it is right, from 0 to 1."},
    }
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def plan_from(text: str, request: ModelRequest) -> PlannedWork:
    """The steps of a planner's answer. Raises Unreadable."""
    try:
        plan = _Plan.model_validate(parse_arguments(unfenced(text)))
    except BadArguments as error:
        raise Unreadable(f"the plan is not in the agreed form: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Unreadable(f"the plan is not in the agreed form: {place}: {first['msg']}") from error
    known = {tool.name for tool in request.tools}
    steps = tuple(_step(number, step, known) for number, step in enumerate(plan.steps, 1))
    if steps and (faults := faults_of(steps)):
        raise Unreadable(f"the plan is not in the agreed form: {faults[0]}")
    stated = plan.confidence
    number = isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated <= 1
    confidence = float(stated) if number and isinstance(stated, int | float) else None
    return PlannedWork(steps, sound(plan.note), confidence, reason=sound(plan.reason), needs_told=True)


def _step(number: int, step: _Step, known: set[str]) -> PlanStep:
    needs = tuple(StepId(f"s{need}") for need in dict.fromkeys(step.needs))
    tool = step.tool if step.tool in known and step.tool else ""
    changes = sound(step.changes or "").strip()
    return PlanStep(StepId(f"s{number}"), sound(step.title), tool, needs=needs, changes=changes)


def unfenced(text: str) -> str:
    """The JSON of an answer, also where a model put it into a fence."""
    body = text.strip()
    if body.startswith("```"):
        body = body.removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    return body
