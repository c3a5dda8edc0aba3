"""From a reading to a plan: the steps of the intent as far as they can be known now, or one step that hands over."""

import re
from typing import Any, Final

from runtime.domain.condition import BadCondition, Condition, ConditionFailed, compile_condition
from runtime.domain.decision import PlannedWork
from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.domain.task import Task
from runtime.models.playbook.reading import Reading
from runtime.models.playbook.templates import Names, filled_where_known
from runtime.models.playbook.values import Value, take_values

HAND_OVER: Final = StepId("hand-over")
CONDITION_NAMES: Final = {"values": "map", "results": "map", "task": "map", "confidence": "number"}


def task_names(task: Task) -> dict[str, str]:
    """What ``task.*`` means in templates and conditions."""
    return {**task.facts, "title": task.title, "text": task.text, "source": task.source}


def values_for(playbook: PlaybookSpec, intent: IntentSpec, task: Task) -> dict[str, Value]:
    """The values of the message for this intent."""
    return take_values((*intent.values, *playbook.values), task)


def intent_named(playbook: PlaybookSpec, name: str) -> IntentSpec | None:
    """The intent, or None."""
    return next((intent for intent in playbook.intents if intent.name == name), None)


def condition_of(step: StepSpec) -> Condition:
    """The step's condition. Raises BadCondition; saving an agent has refused such a step."""
    return compile_condition(step.when, CONDITION_NAMES)


def condition_values(
    values: dict[str, Value], results: dict[str, Any], task: Task, confidence: float
) -> dict[str, Any]:
    """The values a condition is judged over."""
    return {"values": values, "results": results, "task": task_names(task), "confidence": confidence}


def why_not(playbook: PlaybookSpec, reading: Reading, task: Task) -> str:
    """Why this case is handed to a person at once; empty where it is not."""
    if not reading.intent:
        return f"Not sure what this is about: {reading.reason}."
    intent = intent_named(playbook, reading.intent)
    title = intent.title if intent else reading.intent
    if reading.second:
        other = intent_named(playbook, reading.second)
        second = other.title if other else reading.second
        return f"It asks for two things, {title} and {second}: {_short(reading.second_part)!r} is the second."
    if reading.confidence < playbook.floor:
        return f"Not sure what this is about: {reading.reason}; from {playbook.floor:.2f} on it is handled."
    if intent is None:
        return f"It is about {reading.intent}, for which the playbook has no steps: {reading.reason}."
    found = values_for(playbook, intent, task)
    for value in (*intent.values, *playbook.values):
        if value.required and value.name not in found:
            return f"It is about {intent.title}, but no {value.name.replace('_', ' ')} was found in it."
    return ""


def plan_for(playbook: PlaybookSpec, reading: Reading, task: Task) -> PlannedWork:
    """The steps that are meant to be taken."""
    reason = why_not(playbook, reading, task)
    intent = intent_named(playbook, reading.intent)
    if reason or intent is None:
        step = PlanStep(HAND_OVER, "Hand this to a person")
        return PlannedWork((step,), reason, reading.confidence, reading.intent, reason)
    values = values_for(playbook, intent, task)
    names = Names(values, task_names(task), {})
    steps = tuple(
        PlanStep(StepId(step.id), _planned(step.title, names), step.tool)
        for step in intent.steps
        if _may_be_taken(step, values, task, reading.confidence)
    )
    note = f"{intent.title}: {reading.reason}."
    return PlannedWork(steps, note, reading.confidence, reading.intent, reading.reason)


def _planned(title: str, names: Names) -> str:
    """A title before its turn: what depends on a result is not known yet; it is left off at the end, else "…"."""
    return re.sub(r"(,? …)+$", "", filled_where_known(title, names, "…"))


def _may_be_taken(step: StepSpec, values: dict[str, Value], task: Task, confidence: float) -> bool:
    """A step is left out only where it is certain already that its condition does not hold."""
    if not step.when.strip() or "results" in step.when:
        return True
    try:
        return condition_of(step).holds(condition_values(values, {}, task, confidence))
    except (BadCondition, ConditionFailed):
        return True


def _short(text: str, most: int = 120) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1] + "…"
