"""Whether an action is in the plan a person approved; what is not is asked for."""

from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.run_state import Run
from runtime.domain.verdict import Reason
from runtime.domain.words import CallOutcome, EffectKind, VerdictKind
from runtime.gate.proposal import Proposal

CHECK = "plan"


def drift(proposal: Proposal) -> tuple[Reason, ...]:
    """A reason where a person approved the plan and this action is not in it."""
    run = proposal.run
    if not run.approved_revision or run.plan is None:
        return ()
    tool, revision = proposal.contract.name, run.plan.revision
    with_tool = [step for step in run.plan.steps if step.tool == tool]
    if not with_tool:
        sentence = f"It is not in the approved plan (revision {revision}): no step of it uses {tool}."
        return (Reason(CHECK, VerdictKind.ASK, sentence),)
    if proposal.contract.effect is EffectKind.READ or _left_for(run, with_tool, proposal.step_id):
        return ()
    steps = "the one step" if len(with_tool) == 1 else f"all {len(with_tool)} steps"
    sentence = f"It is not in the approved plan (revision {revision}): {steps} with {tool} was carried out already."
    return (Reason(CHECK, VerdictKind.ASK, sentence),)


def _left_for(run: Run, with_tool: list[PlanStep], named: StepId) -> bool:
    """Whether a step with this tool has not been carried out: one call that may have happened uses one step up.

    A step the model names counts only where it is one of them; a call that names none uses up the first that is left.
    """
    ids = [step.step_id for step in with_tool]
    done = [
        call
        for call in run.calls
        if call.action.tool == with_tool[0].tool
        and call.attempt
        and call.outcome in (CallOutcome.OK, CallOutcome.UNKNOWN, None)
    ]
    by_name = {call.step_id for call in done if call.step_id in ids}
    nameless = sum(call.step_id not in ids for call in done)
    left = [step for step in ids if step not in by_name][nameless:]
    return named in left if named in ids else bool(left)
