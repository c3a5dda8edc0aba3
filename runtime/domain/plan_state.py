"""What a new plan revision means for a run: its steps, its review, and which plan a person has approved."""

import msgspec

from runtime.domain.events.runs import PlanProposed
from runtime.domain.plan import Plan
from runtime.domain.run import Run
from runtime.domain.words import RunState, StepStatus


def with_plan(run: Run, event: PlanProposed) -> Run:
    """The run with this revision of its plan; what the planner cost is charged elsewhere."""
    known = {step.step_id: run.steps.get(step.step_id, StepStatus.TO_DO) for step in event.steps}
    planning = run.state is RunState.PLANNING
    return msgspec.structs.replace(
        _reviewed(run, event),
        plan=_plan_of(event),
        steps=known,
        state=RunState.RUNNING if planning else run.state,
        before_pause=RunState.RUNNING if run.before_pause is RunState.PLANNING else run.before_pause,
        planning_confidence=event.confidence if event.by_model else run.planning_confidence,
        intent=event.intent or run.intent,
        model_failures=0,
        model_waits=0 if event.by_model else run.model_waits,
    )


def _plan_of(event: PlanProposed) -> Plan:
    return Plan(event.revision, event.steps, event.note, event.needs_told)


def _reviewed(run: Run, event: PlanProposed) -> Run:
    """What a new revision means for its review and for what the planner may still be asked."""
    before = run.plan.steps if run.plan is not None else ()
    now = {step.step_id for step in event.steps}
    gone = tuple(step.step_id for step in before if step.step_id not in now)
    retired = run.retired + gone if gone else run.retired
    run = msgspec.structs.replace(run, plan_rejected="", retired=retired, edited_by=event.by)
    if event.by_model:
        again = run.replans + 1 if event.because else run.replans
        run = msgspec.structs.replace(run, planned_turn=len(run.turns), replans=again, planned_by=event.by_model)
    elif run.approved is not None and not event.ask_id:  # one that waits is approved, or not, by an event of its own
        run = msgspec.structs.replace(run, approved=_plan_of(event))
    if event.ask_id:
        run = msgspec.structs.replace(run, plan_ask=event.ask_id, waiting_for="its plan to be reviewed")
    return run
