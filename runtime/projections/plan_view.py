"""The plan of a run with the status of every step and how long it took, folded from the run's events."""

from collections.abc import Iterable, Mapping, Sequence

from runtime.domain.envelope import Envelope
from runtime.domain.events.effects import EffectFinished
from runtime.domain.events.runs import ActionJudged, PlanProposed, PlanStepMoved
from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import StepStatus
from runtime.projections.rows import PlanLine

_ENDED = (StepStatus.DONE, StepStatus.FAILED, StepStatus.SKIPPED)


def plan_lines(envelopes: Iterable[Envelope]) -> tuple[int, tuple[PlanLine, ...]]:
    """(revision, steps in order); a step of an edited plan keeps what is known of it."""
    revision = 0
    steps: Sequence[PlanStep] = ()
    status: dict[StepId, StepStatus] = {}
    begun: dict[StepId, int] = {}
    took: dict[StepId, int] = {}
    for envelope in envelopes:
        match envelope.event:
            case PlanProposed(revision=newest, steps=proposed):
                revision, steps = newest, proposed
            case (
                PlanStepMoved(step_id=step_id, status=moved)
                | ActionJudged(step_id=step_id, moved=StepStatus() as moved)
                | EffectFinished(step_id=step_id, moved=StepStatus() as moved)
            ):
                status[step_id] = moved
                if moved is StepStatus.RUNNING:
                    begun.setdefault(step_id, envelope.at)
                if moved in _ENDED and step_id in begun:
                    took[step_id] = max(0, envelope.at - begun[step_id]) // 1000
    return revision, tuple(PlanLine(step, _status(step, steps, status), _duration(step, steps, took)) for step in steps)


def _children(step: PlanStep, steps: Sequence[PlanStep]) -> list[PlanStep]:
    return [other for other in steps if other.parent == step.step_id and other.step_id != step.step_id]


def _status(step: PlanStep, steps: Sequence[PlanStep], status: Mapping[StepId, StepStatus]) -> StepStatus:
    """A step that has steps of its own stands where they stand, unless it was moved by itself."""
    own = status.get(step.step_id)
    children = [status.get(child.step_id, StepStatus.TO_DO) for child in _children(step, steps)]
    if own is not None or not children:
        return own or StepStatus.TO_DO
    for found in (StepStatus.WAITING, StepStatus.RUNNING, StepStatus.FAILED):
        if found in children:
            return found
    ended = [child in _ENDED for child in children]
    if all(ended):
        return StepStatus.DONE if StepStatus.DONE in children else StepStatus.SKIPPED
    return StepStatus.RUNNING if any(ended) else StepStatus.TO_DO


def _duration(step: PlanStep, steps: Sequence[PlanStep], took: Mapping[StepId, int]) -> int:
    if step.step_id in took:
        return took[step.step_id]
    return sum(took.get(child.step_id, 0) for child in _children(step, steps))
