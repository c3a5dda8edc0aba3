"""Success criteria as typed conditions over what a run did. Pure; nothing here is said by the agent but its summary."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from runtime.domain.agent_spec import Criterion
from runtime.domain.condition import BadCondition, ConditionFailed, compile_condition
from runtime.domain.events.judgements import Finding
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome, EffectKind, StepStatus

NAMES: Final[dict[str, str]] = {
    "summary": "text",
    "intent": "text",
    "task": "text",
    "facts": "map",
    "outputs": "map",
    "calls": "list",
    "changes": "integer",
    "reads": "integer",
    "failed": "integer",
    "refused": "integer",
    "steps_done": "integer",
    "steps_left": "integer",
    "turns": "integer",
}
"""What a criterion may name. ``outputs`` maps a tool to the typed output of its latest call that ended well; each of
``calls`` has tool, title, effect, outcome, resource and refused."""


def criterion_fault(criterion: Criterion) -> str:
    """Why it cannot be saved, in a sentence; empty where it can."""
    if not criterion.sentence.strip():
        return "say in a sentence what has to hold; people read it where it does not."
    try:
        compile_condition(criterion.when, NAMES)
    except BadCondition as error:
        return str(error)
    return ""


def outcome_values(run: Run, summary: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The values of ``NAMES`` for this run. ``outputs`` by tool."""
    ended = [call for call in run.calls if call.outcome is not None]
    statuses = list(run.steps.values())
    return {
        "summary": summary,
        "intent": run.intent,
        "task": run.task.text,
        "facts": run.task.facts,
        "outputs": outputs,
        "calls": [_told(call) for call in run.calls],
        "changes": sum(call.happened and call.undone is None for call in run.calls),
        "reads": sum(call.effect is EffectKind.READ and call.outcome is CallOutcome.OK for call in ended),
        "failed": sum(call.outcome is not CallOutcome.OK for call in ended),
        "refused": sum(bool(call.refused) for call in run.calls),
        "steps_done": statuses.count(StepStatus.DONE),
        "steps_left": sum(status in (StepStatus.TO_DO, StepStatus.FAILED) for status in statuses),
        "turns": len(run.turns),
    }


def _told(call: Call) -> dict[str, str]:
    return {
        "tool": call.action.tool,
        "title": call.title,
        "effect": str(call.effect),
        "outcome": str(call.outcome or ""),
        "resource": call.resource,
        "refused": call.refused,
    }


def check(criteria: Sequence[Criterion], values: Mapping[str, Any]) -> tuple[Finding, ...]:
    """One finding for each criterion. What cannot be judged is not met, and says why."""
    return tuple(_finding(criterion, values) for criterion in criteria)


def _finding(criterion: Criterion, values: Mapping[str, Any]) -> Finding:
    try:
        met = compile_condition(criterion.when, NAMES).holds(values)
    except (BadCondition, ConditionFailed) as error:
        return Finding(f"Not shown: {_stop(criterion.sentence)} {error}", met=False)
    return Finding(_stop(criterion.sentence) if met else f"Not so: {_stop(criterion.sentence)}", met=met)


def _stop(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
