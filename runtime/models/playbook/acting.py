"""The next decision of a playbook, worked out from the steps and what became of the earlier ones. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from runtime.domain.action import BadArguments, canonical
from runtime.domain.condition import BadCondition, ConditionFailed
from runtime.domain.decision import Decision, ProposedCall
from runtime.domain.ids import StepId
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.domain.words import DecisionKind
from runtime.models.interface import ModelRequest, PastCall
from runtime.models.playbook.planning import (
    HAND_OVER,
    condition_of,
    condition_values,
    intent_named,
    task_names,
    values_for,
)
from runtime.models.playbook.templates import CannotFill, Names, filled, filled_where_known

RETRIES: Final = 2
_REFUSED: Final = {
    "denied": "was not allowed",
    "rejected": "was rejected by a person",
    "expired": "was not answered in time",
    "withdrawn": "was withdrawn",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """What every part of the decision looks at."""

    intent: IntentSpec
    values: Mapping[str, Any]
    results: dict[str, Any]
    names: Names
    confidence: float
    request: ModelRequest

    def title(self, step: StepSpec) -> str:
        return filled_where_known(step.title, self.names) or step.id


def next_decision(playbook: PlaybookSpec, request: ModelRequest) -> Decision:
    """One call, or an end. The same request gives the same decision."""
    vote = request.planning_confidence
    intent = intent_named(playbook, request.intent)
    plan = request.plan
    if intent is None or plan is None or any(step.step_id == HAND_OVER for step in plan.steps):
        reason = plan.note if plan is not None and plan.note else "The playbook has no steps for this."
        return Decision(DecisionKind.ESCALATE, reason, vote, reason, intent=request.intent)
    calls = [call for turn in request.past for call in turn.calls]
    results = _results(calls)
    values = values_for(playbook, intent, request.task)
    names = Names(values, task_names(request.task), results)
    case = _Case(intent, values, results, names, vote if vote is not None else 0.0, request)
    steps = {step.id: step for step in intent.steps}
    order = [str(step.step_id) for step in plan.steps]
    position = 0
    while calls and calls[-1].step_id not in order:
        calls.pop()  # what a model did beside these steps, before the playbook took over
    if calls:
        last = calls[-1]
        after = _after(case, steps.get(last.step_id), calls)
        if after is not None:
            return after
        position = order.index(last.step_id) + 1
    return _first_that_holds(case, plan_rest=order[position:], steps=steps)


def _first_that_holds(case: _Case, plan_rest: list[str], steps: Mapping[str, StepSpec]) -> Decision:
    passed: list[StepId] = []
    for step_id in plan_rest:
        step = steps.get(step_id)
        if step is None:
            planned = next(one.title for one in case.request.plan.steps if one.step_id == step_id)  # type: ignore[union-attr]
            return _hand_over(
                case, f"The plan says {planned!r}, which is no step of this playbook; a person has to do it."
            )
        if case.results.get(step_id, {}).get("ok"):
            continue  # a model took it out of turn
        try:
            holds = not step.when.strip() or condition_of(step).holds(
                condition_values(dict(case.values), case.results, case.request.task, case.confidence)
            )
        except (BadCondition, ConditionFailed) as error:
            return _hand_over(case, f"Whether to do {case.title(step)!r} could not be decided. {error}")
        if holds:
            decision = _end(case, step) if step.finish else _propose(case, step)
            return replace(decision, passed_over=tuple(passed))
        passed.append(StepId(step_id))
    done = sum(1 for step in case.intent.steps if case.results.get(step.id, {}).get("ok"))
    text = f"{case.intent.title}: {done} step{'s' * (done != 1)} done, nothing is left to do."
    return Decision(DecisionKind.COMPLETE, text, case.confidence, "Every step was taken or not needed.",
                    intent=case.intent.name)  # fmt: skip


def _after(case: _Case, step: StepSpec | None, calls: list[PastCall]) -> Decision | None:
    """What follows from how the last call ended; None = go on with the next step."""
    last = calls[-1]
    if step is None or last.outcome in ("ok", "skipped"):
        return None
    if last.outcome in _REFUSED:
        if step.on_rejection == "continue":
            return None
        return _hand_over(case, f"{case.title(step)!r} {_REFUSED[last.outcome]}: {_sentence(last)}")
    if step.on_failure == "continue":
        return None
    attempts = 0
    for call in reversed(calls):
        if call.step_id != step.id or call.outcome == "ok":
            break
        attempts += 1
    if step.on_failure == "retry" and last.outcome == "failed" and attempts <= RETRIES:
        return _propose(case, step, f"It failed ({_sentence(last)}); attempt {attempts + 1} of {RETRIES + 1}.")
    tried = f" after {attempts} attempts" if attempts > 1 else ""
    verb = {"unknown": "may or may not have happened", "cancelled": "was cancelled"}.get(last.outcome, "failed")
    return _hand_over(case, f"{case.title(step)!r} {verb}{tried}: {_sentence(last)}")


def _propose(case: _Case, step: StepSpec, why: str = "") -> Decision:
    try:
        arguments = canonical(filled(step.arguments, case.names))
    except CannotFill as error:
        return _hand_over(case, f"{case.title(step)!r} cannot be done: {error}.")
    except BadArguments as error:
        return _hand_over(case, f"{case.title(step)!r} cannot be done: {error}")
    confidence = case.confidence if step.confidence is None else min(case.confidence, step.confidence)
    reason = why or filled_where_known(step.reason, case.names) or f"The message is about {case.intent.title}."
    call = ProposedCall(step.tool, arguments, confidence, reason, StepId(step.id))
    return Decision(DecisionKind.ACT, case.title(step), confidence, reason, (call,), case.intent.name)


def _end(case: _Case, step: StepSpec) -> Decision:
    kind = DecisionKind.COMPLETE if step.finish == "completed" else DecisionKind.ESCALATE
    try:
        text = str(filled(step.say or step.title, case.names))
    except CannotFill as error:
        return _hand_over(case, f"{case.title(step)!r} cannot be said: {error}.")
    confidence = case.confidence if step.confidence is None else min(case.confidence, step.confidence)
    reason = filled_where_known(step.reason, case.names) or f"This is how {case.intent.title} ends."
    return Decision(kind, text, confidence, reason, intent=case.intent.name, step_id=StepId(step.id))


def _hand_over(case: _Case, sentence: str) -> Decision:
    return Decision(DecisionKind.ESCALATE, sentence, case.confidence, sentence, intent=case.intent.name)


def _results(calls: list[PastCall]) -> dict[str, Any]:
    """``results.<id>``: the output of the step's latest call that ended well, with ``ok``; else only how it failed."""
    results: dict[str, Any] = {}
    for call in calls:
        if call.outcome == "ok":
            results[call.step_id] = {**_object(call.output), "ok": True}
        elif call.step_id not in results or not results[call.step_id]["ok"]:
            results[call.step_id] = {"ok": False, "outcome": call.outcome, "failure": call.failure}
    return results


def _object(output: str) -> dict[str, Any]:
    try:
        found = json.loads(output)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"value": found}


def _sentence(call: PastCall) -> str:
    """What a failed or refused call said about itself."""
    text = str(_object(call.output).get("sentence", "")) or call.output or call.failure or "no reason was given"
    return text if text.endswith(".") else f"{text}."
