"""What a run did beside its plan, and how that plan stands with people; folded from the run's events."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.envelope import Envelope
from runtime.domain.events.effects import EffectFinished, EffectStarted, OutcomeSettled
from runtime.domain.events.plans import PlanApproved, PlanRejected
from runtime.domain.events.runs import ActionJudged, CallRefused, PlanProposed, RunFinished
from runtime.domain.ids import CallId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.verdict import PLAN
from runtime.domain.words import CallOutcome, PlanReview, StepStatus, VerdictKind
from runtime.projections.names import Names
from runtime.projections.rows import PlanLine

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
EDITED_AWAY: Final = "As a person edited it, it is in no step of the plan."


class Review(msgspec.Struct, frozen=True):
    """``ask_id`` names the request that waits."""

    sentence: str = ""
    ask_id: str = ""


def drift_lines(envelopes: Iterable[Envelope]) -> tuple[PlanLine, ...]:
    """The calls outside the plan, in the order in which they were wanted, each with where it stands and why."""
    found: dict[CallId, PlanLine] = {}
    wanted: dict[CallId, ActionJudged] = {}
    planned: frozenset[str] = frozenset()
    approved: frozenset[str] | None = None
    for envelope in envelopes:
        match envelope.event:
            case PlanProposed(steps=steps, by=by, ask_id=ask_id):
                planned = frozenset(step.tool for step in steps)
                approved = planned if by and not ask_id and approved is not None else approved
            case PlanApproved():
                approved = planned
            case ActionJudged() as judged:
                wanted[judged.call_id] = judged
                why = " ".join(reason.sentence for reason in judged.verdict.reasons if reason.check == PLAN)
                if why:
                    unreviewed = approved is not None and judged.action.tool in planned - approved
                    step = PlanStep(StepId(judged.call_id), judged.title, judged.action.tool)
                    found[judged.call_id] = PlanLine(step, _JUDGED[judged.verdict.kind], 0, why, unreviewed)
                else:  # judged anew: it is in the plan by now
                    found.pop(judged.call_id, None)
            case EffectStarted(call_id=call_id) as started:
                _as_edited(found, started, wanted.get(call_id))
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


def _as_edited(found: dict[CallId, PlanLine], started: EffectStarted, judged: ActionJudged | None) -> None:
    """What a person made of an action may be in the plan where the proposal was not, and the other way round."""
    if started.beside is False:
        found.pop(started.call_id, None)
    elif started.beside and judged is not None:
        step = PlanStep(StepId(started.call_id), started.title or judged.title, judged.action.tool)
        line = found.get(started.call_id, PlanLine(step, StepStatus.WAITING, 0, EDITED_AWAY))
        found[started.call_id] = msgspec.structs.replace(line, step=step)


def _move(found: dict[CallId, PlanLine], call_id: CallId, status: StepStatus) -> None:
    if call_id in found:
        found[call_id] = msgspec.structs.replace(found[call_id], status=status)


def needed_no_review(spec: AgentSpec | None, steps: Sequence[PlanLine]) -> str:
    """What is said of a plan no person was asked about, where the agent's plans are reviewed; else nothing."""
    if spec is None or not steps or spec.planning.review is PlanReview.NEVER:
        return ""
    return "Not reviewed; a change that is not in it is asked for"


def review_of(envelopes: Sequence[Envelope], names: Names) -> Review:
    """How the plan stands: waits, approved by whom, edited since, or not approved.

    A revision of the planner that nobody reviewed does not take the place of the approved one; that is said of it.
    """
    review = Review()
    approved = ""
    for envelope in envelopes:
        match envelope.event:
            case PlanProposed(ask_id=ask_id, revision=revision) if ask_id:
                review = Review(f"Revision {revision} waits for review", str(ask_id))
            case PlanProposed(by=by, revision=revision) if by and approved:
                approved = f"Revision {revision} by {names(by)}"
                review = Review(approved)
            case PlanProposed(by_model=model, revision=revision) if model and approved:
                review = Review(f"{approved} still holds, revision {revision} by the planner was not reviewed")
            case PlanApproved(by=by, revision=revision):
                approved = f"Revision {revision} approved by {names(by)}"
                review = Review(approved)
            case PlanRejected(by=by, revision=revision):
                review = Review(f"Revision {revision} not approved by {names(by)}")
            case RunFinished() if review.ask_id:
                review = Review("It was not reviewed")
            case _:
                pass
    return review
