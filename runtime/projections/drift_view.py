"""What a run did beside its approved plan, and how that plan stands with people; folded from the run's events."""

from collections.abc import Iterable, Sequence

import msgspec

from runtime.domain.envelope import Envelope
from runtime.domain.events.effects import EffectFinished, EffectStarted, OutcomeSettled
from runtime.domain.events.plans import PlanApproved, PlanRejected
from runtime.domain.events.runs import ActionJudged, CallRefused, PlanProposed, RunFinished
from runtime.domain.ids import CallId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import CallOutcome, StepStatus, VerdictKind
from runtime.projections.names import Names
from runtime.projections.rows import PlanLine

CHECK = "plan"
"""The check of the gate that speaks about actions outside the approved plan."""

_ENDED = {
    CallOutcome.OK: StepStatus.DONE,
    CallOutcome.FAILED: StepStatus.FAILED,
    CallOutcome.CANCELLED: StepStatus.FAILED,
    CallOutcome.UNKNOWN: StepStatus.WAITING,
}
_JUDGED = {
    VerdictKind.ALLOW: StepStatus.TO_DO,
    VerdictKind.ASK: StepStatus.WAITING,
    VerdictKind.DENY: StepStatus.SKIPPED,
}


class Review(msgspec.Struct, frozen=True):
    """``ask_id`` names the request that waits."""

    sentence: str = ""
    ask_id: str = ""


def drift_lines(envelopes: Iterable[Envelope]) -> tuple[PlanLine, ...]:
    """The calls outside the approved plan, in the order in which they were wanted, each with where it stands."""
    found: dict[CallId, PlanLine] = {}
    for envelope in envelopes:
        match envelope.event:
            case ActionJudged() as judged:
                if any(reason.check == CHECK for reason in judged.verdict.reasons):
                    step = PlanStep(StepId(judged.call_id), judged.title, judged.action.tool)
                    found[judged.call_id] = PlanLine(step, _JUDGED[judged.verdict.kind])
                else:  # judged anew: it is in the plan by now
                    found.pop(judged.call_id, None)
            case EffectStarted(call_id=call_id):
                _move(found, call_id, StepStatus.RUNNING)
            case EffectFinished(call_id=call_id, outcome=outcome, again=again):
                _move(found, call_id, StepStatus.RUNNING if again else _ENDED[outcome])
            case OutcomeSettled(call_id=call_id, outcome=outcome):
                _move(found, call_id, _ENDED[outcome])
            case CallRefused(call_id=call_id):
                _move(found, call_id, StepStatus.SKIPPED)
            case _:
                pass
    return tuple(found.values())


def _move(found: dict[CallId, PlanLine], call_id: CallId, status: StepStatus) -> None:
    if call_id in found:
        found[call_id] = msgspec.structs.replace(found[call_id], status=status)


def review_of(envelopes: Sequence[Envelope], names: Names) -> Review:
    """How the plan stands: waits, approved by whom, edited since, or not approved."""
    review = Review()
    approved = False
    for envelope in envelopes:
        match envelope.event:
            case PlanProposed(ask_id=ask_id, revision=revision) if ask_id:
                review = Review(f"Revision {revision} waits for review", str(ask_id))
            case PlanProposed(by=by, revision=revision) if by and approved:
                review = Review(f"Revision {revision} by {names(by)}")
            case PlanProposed(by_model=model, revision=revision) if model and approved:
                review = Review(f"Revision {revision} by the planner, nothing in it to review")
            case PlanApproved(by=by, revision=revision):
                approved, review = True, Review(f"Revision {revision} approved by {names(by)}")
            case PlanRejected(by=by, revision=revision):
                review = Review(f"Revision {revision} not approved by {names(by)}")
            case RunFinished() if review.ask_id:
                review = Review("It was not reviewed")
            case _:
                pass
    return review
