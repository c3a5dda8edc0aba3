"""Whether an action is in the plan: the one a person approved, else the one that stands. What is not is asked for.

A plan that needed no review binds as well where its agent's plans are reviewed: nobody has seen what is not in it.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from runtime.domain.call import Call
from runtime.domain.ids import StepId
from runtime.domain.named_things import covers, named_things, things
from runtime.domain.plan import Plan, PlanStep
from runtime.domain.verdict import PLAN, Reason
from runtime.domain.words import CallOutcome, EffectKind, PlanReview, VerdictKind
from runtime.gate.proposal import Proposal
from runtime.tools.contract import ToolContract

LONGEST_LIST = 300
"""Characters of names in a sentence; the plan and the action's own card have all of them."""
_SETTING = {
    PlanReview.WRITES: "Plans of this agent are reviewed where they change something; nobody reviewed this one.",
    PlanReview.ALWAYS: "Plans of this agent are reviewed, save those without steps; nobody reviewed this one.",
}


class _Yardstick(NamedTuple):
    """The plan an action is held against. ``steps`` are those of it that still stand."""

    plan: Plan
    steps: tuple[PlanStep, ...]
    name: str
    more: str
    """What else has to be said of that plan."""


def drift(proposal: Proposal) -> tuple[Reason, ...]:
    """A reason where this action is not in the plan it is held against; the contract says what changes something."""
    yardstick = _yardstick(proposal)
    if yardstick is None:
        return ()
    reads = proposal.contract.effect is EffectKind.READ
    why = _not_in(yardstick, proposal, reads=reads)
    if not why:
        return ()
    sentence = f"It is not in {yardstick.name}: {why} {yardstick.more}".rstrip()
    return (Reason(PLAN, VerdictKind.ASK, sentence),)


def _yardstick(proposal: Proposal) -> _Yardstick | None:
    """None where nobody wished to see this action in a plan."""
    run, review = proposal.run, proposal.spec.planning.review
    plan = run.plan
    if plan is None:
        return None
    if (approved := run.approved) is not None:
        left = {step.step_id for step in plan.steps}
        later = plan.revision > approved.revision
        more = f"Revision {plan.revision}, made by the planner since, was not reviewed." if later else ""
        steps = tuple(step for step in approved.steps if step.step_id in left)
        return _Yardstick(approved, steps, f"the approved plan (revision {approved.revision})", more)
    reads = proposal.contract.effect is EffectKind.READ
    if review is PlanReview.NEVER or (review is PlanReview.WRITES and reads):
        return None
    return _Yardstick(plan, plan.steps, f"the plan (revision {plan.revision})", _SETTING[review])


def _not_in(yardstick: _Yardstick, proposal: Proposal, *, reads: bool) -> str:
    """Why it is not in it, in a sentence; empty where it is. A read is in it where any step of it uses its tool."""
    tool = proposal.contract.name
    planned = [step for step in yardstick.plan.steps if step.tool == tool]
    if not planned:
        return f"no step of it uses {tool}."
    if reads:
        return ""
    with_tool = [step for step in yardstick.steps if step.tool == tool]
    if not with_tool:
        return f"what it says of {tool} was dropped by a later revision."
    left = _left(proposal, with_tool)
    if not left:
        used = "the one step" if len(with_tool) == 1 else f"each of the {len(with_tool)} steps"
        return f"{used} with {tool} was carried out already."
    named = next((step for step in with_tool if step.step_id == proposal.step_id), None)
    if named is not None and named not in left:
        return f"its step {_number(yardstick, named)}, which this is for, was carried out already."
    held = [named] if named is not None else left
    touched = things(proposal.appraisal.resource, proposal.appraisal.also)
    if any(covers(named_things(step.changes), touched, _within(proposal.contract)) for step in held):
        return ""
    return _elsewhere(yardstick, tool, held, touched)


def _elsewhere(yardstick: _Yardstick, tool: str, held: Sequence[PlanStep], touched: Sequence[str]) -> str:
    """What the steps that are left change, and what this does."""
    named = [(_number(yardstick, step), _list(named_things(step.changes))) for step in held]
    said = "; ".join(f"step {number} changes {names}" for number, names in named)
    return f"with {tool} its {said}, and this changes {_list(touched)}."


def _list(names: Sequence[str]) -> str:
    """Names in a sentence, of which there may be many."""
    text = ", ".join(names)
    return text if len(text) <= LONGEST_LIST else f"{text[:LONGEST_LIST]}…"


def _number(yardstick: _Yardstick, step: PlanStep) -> int:
    """As people see it, from 1."""
    return yardstick.plan.steps.index(step) + 1


def _left(proposal: Proposal, with_tool: Sequence[PlanStep]) -> list[PlanStep]:
    """The steps with this tool that have not been carried out: one call that may have happened uses one step up.

    It is the step the call names, where that covers what it touched; else the first that is left and does. A call that
    no step covers was asked for by itself and uses none up.
    """
    within = _within(proposal.contract)
    ids = {step.step_id: step for step in with_tool}
    used: set[StepId] = set()
    others: list[Call] = []
    for call in _done(proposal):
        named = ids.get(call.step_id)
        if named is not None and _covered(named, call, within):
            used.add(named.step_id)
        else:
            others.append(call)
    for call in others:
        free = (step for step in with_tool if step.step_id not in used and _covered(step, call, within))
        if (first := next(free, None)) is not None:
            used.add(first.step_id)
    return [step for step in with_tool if step.step_id not in used]


def _done(proposal: Proposal) -> list[Call]:
    """The calls of this tool that happened, or may have."""
    over = (CallOutcome.OK, CallOutcome.UNKNOWN, None)
    tool = proposal.contract.name
    return [call for call in proposal.run.calls if call.action.tool == tool and call.attempt and call.outcome in over]


def _covered(step: PlanStep, call: Call, within: Sequence[str]) -> bool:
    return covers(named_things(step.changes), things(call.resource, call.also), within)


def _within(contract: ToolContract) -> tuple[str, ...]:
    """Where its grant begins, as a person set it: things may be named from there, as the tool's arguments do."""
    options = json.loads(contract.options)
    found = [one for one in options.values() if isinstance(one, str)]
    family = contract.name.partition(".")[0]
    found += {"mail": ["mailto"], "repository": [f"copy:{options.get('repository', 'repository')}"]}.get(family, [])
    return tuple(found)
