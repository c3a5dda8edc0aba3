"""When a playbook may go on with a run that a language model began, so that nothing is done twice. Pure.

An idempotency key is made of the turn as well, so it does not stop a playbook from doing what a model did before it:
whoever goes on has to know what is done.
"""

from collections.abc import Iterable

from runtime.domain.call import Call
from runtime.domain.plan import PlanStep
from runtime.domain.run import Run
from runtime.domain.words import CallOutcome, EffectKind, StepStatus


def why_not_planned_anew(run: Run, steps: Iterable[PlanStep] = ()) -> str:
    """Why these steps of a playbook, with their own ids, cannot take the place of a model's plan; empty where they can.

    Once something was changed they cannot: which of them that change stands for, only its model could tell.
    """
    if run.edited_by:
        return "a person edited the plan that stands"
    changes = len(_changes(run))
    if changes:
        made = "1 change was" if changes == 1 else f"{changes} changes were"
        return f"{made} made by the model's plan already, and what of its own steps that leaves it cannot tell"
    taken = {*run.retired, *(step.step_id for step in run.plan.steps)} if run.plan is not None else set()
    same = [str(step.step_id) for step in steps if step.step_id in taken]
    return f"steps of this run had the ids of its own already: {', '.join(same)}" if same else ""


def why_not_gone_on(run: Run) -> str:
    """Why the playbook cannot go on with its own plan after a model acted by it; empty where it can.

    A change that belongs to no step of the plan, or to one with another tool, may be what a later step is for; and it
    goes on after the step that was taken last, so that none before that may be open.
    """
    steps = run.plan.steps if run.plan is not None else ()
    tools = {step.step_id: step.tool for step in steps}
    strayed = [call.title for call in _changes(run) if tools.get(call.step_id) != call.action.tool]
    if strayed:
        return f"a model did beside its steps: {'; '.join(strayed)}"
    taken = [at for at, step in enumerate(steps) if run.steps.get(step.step_id) is not StepStatus.TO_DO]
    before = steps[: taken[-1]] if taken else ()
    left = [step.title for step in before if step.tool and run.steps.get(step.step_id) is StepStatus.TO_DO]
    return f"a model took its steps in another order and left {'; '.join(left)}" if left else ""


def _changes(run: Run) -> list[Call]:
    """The calls that changed something, or may have."""
    return [
        call
        for call in run.calls
        if call.attempt and call.effect is not EffectKind.READ and call.outcome is not CallOutcome.FAILED
    ]
