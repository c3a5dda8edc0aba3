"""A plan as something a person approves: its exact form, its digest, how it reads, and what an edit of it is."""

import hashlib
from typing import Any, Final

import msgspec

from runtime.domain.action import Action, BadArguments, canonical, parse_arguments
from runtime.domain.ids import RunId
from runtime.domain.named_things import named_things
from runtime.domain.plan import MOST_STEPS, Plan, PlanStep, faults_of
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import StepStatus

KIND: Final = "plan"
"""The kind of an ask about a plan."""
TOOL: Final = "plan.review"
"""Stands where other asks name a tool; no tool is called."""

_TEXT: dict[str, Any] = {"type": "string"}
SCHEMA: Final = canonical(
    {
        "type": "object",
        "properties": {
            "steps": {
                "type": "array",
                "maxItems": MOST_STEPS,
                "items": {
                    "type": "object",
                    "properties": {
                        "step_id": _TEXT,
                        "title": _TEXT,
                        "tool": _TEXT,
                        "parent": _TEXT,
                        "needs": {"type": "array", "items": _TEXT},
                        "changes": _TEXT,
                    },
                    "required": ["step_id", "title"],
                    "additionalProperties": False,
                },
            }
        },
        "required": ["steps"],
        "additionalProperties": False,
    }
)
"""JSON Schema of what is approved, for those who edit it."""


class _Steps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    steps: tuple[PlanStep, ...]


def plan_action(steps: tuple[PlanStep, ...]) -> Action:
    """The plan in its exact written form. Raises BadArguments for text that has none."""
    return Action(TOOL, canonical({"steps": msgspec.to_builtins(steps)}))


def plan_digest(run_id: RunId, revision: int, action: Action) -> str:
    """What an approval of this revision of this run's plan is bound to."""
    return hashlib.sha256(f"operator-console/plan/1\n{run_id}\n{revision}\n{action.arguments}".encode()).hexdigest()


def steps_from(arguments: str) -> tuple[PlanStep, ...] | str:
    """The steps of an exact form, or the fault in a sentence."""
    try:
        plain = parse_arguments(arguments)
        return msgspec.convert(plain, _Steps).steps
    except BadArguments as error:
        return f"The plan cannot be read: {error}"
    except msgspec.ValidationError as error:
        return f"The plan is not in the agreed form: {error}."


def begun(run: Run) -> set[Any]:
    """The steps that must stay in the plan: everything but those to do and those passed over."""
    return {step for step, status in run.steps.items() if status not in (StepStatus.TO_DO, StepStatus.SKIPPED)}


def edited_plan(run: Run, arguments: str) -> tuple[Action, str] | Refusal:
    """The edited plan with its digest, or every fault."""
    steps = steps_from(arguments)
    if isinstance(steps, str):
        return Refusal(f"{steps} The request still waits.", "invalid")
    if run.plan is None:
        return Refusal("This run has no plan.", "state")
    if faults := faults_of(steps, begun(run)):
        return Refusal(" ".join(faults), "invalid")
    action = plan_action(steps)
    return action, plan_digest(run.run_id, run.plan.revision, action)


def written(steps: tuple[PlanStep, ...]) -> str:
    """The plan as people read it, a line for each step."""
    numbers = {step.step_id: number for number, step in enumerate(steps, 1)}
    lines = []
    for number, step in enumerate(steps, 1):
        parts = [f"tool {step.tool}"] if step.tool else []
        parts += [f"{_how(step)}: {step.changes}"] if step.changes else []
        needs = [str(numbers[need]) for need in step.needs if need in numbers]
        parts += [f"needs {'step' if len(needs) == 1 else 'steps'} {', '.join(needs)}"] if needs else []
        lines.append(f"{number}. {step.title}" + (f" ({'; '.join(parts)})" if parts else ""))
    return "\n".join(lines) or "No steps: it means to end at once."


def _how(step: PlanStep) -> str:
    """Whether what it changes is held against what is done, or is words for people."""
    return "changes" if named_things(step.changes) else "changes, in words that are not compared"


def standing(plan: Plan, run: Run) -> str:
    """The plan with what became of each step, for the planner."""
    return "\n".join(
        f"{number}. {step.title}{f' [{step.tool}]' if step.tool else ''}: "
        f"{run.steps.get(step.step_id, StepStatus.TO_DO).value}"
        for number, step in enumerate(plan.steps, 1)
    )
