"""What a run's own events change in the runs list: its row, its plan steps, its stated confidences, its spend."""

from runtime.domain.decision import Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.rollbacks import RollbackFinished, RollbackStarted
from runtime.domain.events.runs import (
    ActionJudged,
    AnswerSetAside,
    CallRefused,
    CapReached,
    ModelAnswered,
    ModelFailed,
    PlanningStarted,
    PlanProposed,
    PlanStepMoved,
    RunContinued,
    RunFinished,
    RunPaused,
    RunQueued,
    RunResumed,
    RunWaiting,
)
from runtime.domain.ids import RunId
from runtime.domain.words import CallOutcome, RunState
from storage.records import Add, Put, RowChange, Value

ROLLING_BACK = "its rollback"
"""What a run waits for while it is being rolled back; it has to be taken up again after a crash."""

SLOT_MICROS = 15 * 60 * 1_000_000
"""Spend is kept per quarter of an hour, so that it can be summed into the days of any time zone."""


def run_rows(seq: Value, envelope: Envelope) -> list[RowChange]:
    """Changes of runs, plan_steps, confidences and spend."""
    event, at = envelope.event, envelope.at
    match event:  # the most frequent first
        case ModelAnswered():
            return _answered(seq, at, event)
        case ActionJudged():
            return _moved(event, at)
        case EffectStarted():
            return _started(at, event)
        case EffectFinished():
            return _finished(at, event)
        case RunQueued(run_id=run_id, task=task):
            values: dict[str, Value] = {
                "agent": event.agent,
                "revision": event.revision,
                "title": task.title,
                "source": task.source,
                "task_key": task.key,
                "started_by": event.started_by,
                "base_state": str(RunState.QUEUED),
                "started_at": at,
                "updated_at": at,
            }
            return [Put("runs", {"run_id": run_id}, values)]
        case PlanningStarted(run_id=run_id):
            return [_put(run_id, at, base_state=str(RunState.PLANNING))]
        case PlanProposed():
            return _plan(seq, at, event)
        case PlanStepMoved(run_id=run_id, step_id=step_id, status=status):
            return [_put(run_id, at), Put("plan_steps", {"run_id": run_id, "step_id": step_id}, {"status": status})]
        case AnswerSetAside(run_id=run_id):
            return [_put(run_id, at), *_spent(run_id, at, event.model, event.usage)]
        case ModelFailed(run_id=run_id):
            return [_put(run_id, at), *_spent(run_id, at, event.model, event.usage)]
        case _:
            return _going_on(envelope)


def _going_on(envelope: Envelope) -> list[RowChange]:
    event, at = envelope.event, envelope.at
    match event:
        case CallRefused(run_id=run_id, why="denied"):
            return [_put(run_id, at), Add("runs", {"run_id": run_id}, {"denied": 1})]
        case CallRefused(run_id=run_id):
            return [_put(run_id, at)]
        case CapReached(run_id=run_id, ask_id=ask_id, sentence=sentence):
            return [_put(run_id, at, waiting_for=sentence) if ask_id else _put(run_id, at)]
        case RunWaiting(run_id=run_id, what=what):
            return [_put(run_id, at, waiting_for=what)]
        case RunContinued(run_id=run_id):
            return [_put(run_id, at, waiting_for="")]
        case RunPaused(run_id=run_id, by=by):
            return [_put(run_id, at, paused_by=by, paused_at=at)]
        case RunResumed(run_id=run_id):
            return [_put(run_id, at, paused_by="", paused_at=0)]
        case RunFinished(run_id=run_id):
            ended: dict[str, Value] = {
                "base_state": str(RunState.FINISHED),
                "outcome": str(event.outcome),
                "summary": event.summary,
                "limit_name": event.limit,
                "finished_at": at,
                "waiting_for": ROLLING_BACK if event.undo_all else "",
                "updated_at": at,
            }
            return [Put("runs", {"run_id": run_id}, ended)]
        case RollbackStarted(run_id=run_id):
            return [_put(run_id, at, waiting_for=ROLLING_BACK)]
        case RollbackFinished(run_id=run_id, undone=undone):
            over = _put(run_id, at, waiting_for="")
            return [over, _put(run_id, at, rolled_back=1)] if undone else [over]
        case _:
            return []


def _moved(event: ActionJudged | EffectFinished, at: int) -> list[RowChange]:
    """The plan step that moved with its call."""
    if event.moved is None:
        return []
    key: dict[str, Value] = {"run_id": event.run_id, "step_id": event.step_id}
    return [_put(event.run_id, at), Put("plan_steps", key, {"status": str(event.moved)})]


def _put(run_id: RunId, at: int, **values: Value) -> Put:
    return Put("runs", {"run_id": run_id}, {"updated_at": at, **values})


def _plan(seq: Value, at: int, event: PlanProposed) -> list[RowChange]:
    parents = {step.parent for step in event.steps if step.parent}
    rows: list[RowChange] = [_put(event.run_id, at, plan_revision=event.revision)]
    if event.by_model:
        # The planner answered, so the run leaves planning; a person's edit leaves it where it is.
        rows = [_put(event.run_id, at, plan_revision=event.revision, base_state=str(RunState.RUNNING))]
        rows += _spent(event.run_id, at, event.by_model, event.usage)
        rows += _confidence(seq, event.run_id, event.confidence)
    for position, step in enumerate(event.steps):
        values: dict[str, Value] = {
            "plan_revision": event.revision,
            "position": position,
            "leaf": int(step.step_id not in parents),
            "title": step.title,
            "tool": step.tool,
            "parent": step.parent,
        }
        rows.append(Put("plan_steps", {"run_id": event.run_id, "step_id": step.step_id}, values))
    return rows


def _started(at: int, event: EffectStarted) -> list[RowChange]:
    if event.attempt > 1:
        return [_put(event.run_id, at)]
    changed = event.checkpoint > 0
    put = _put(event.run_id, at, checkpoints=event.checkpoint) if changed else _put(event.run_id, at)
    return [put, Add("runs", {"run_id": event.run_id}, {"calls": 1, "effects": int(changed)})]


def _finished(at: int, event: EffectFinished) -> list[RowChange]:
    rows = _moved(event, at) or [_put(event.run_id, at)]
    if event.outcome is CallOutcome.FAILED and not event.again:
        rows.append(Add("runs", {"run_id": event.run_id}, {"failed_calls": 1}))
    return rows


def _answered(seq: Value, at: int, event: ModelAnswered) -> list[RowChange]:
    put = _put(event.run_id, at, turns=event.turn, model=event.model)
    spent = _spent(event.run_id, at, event.model, event.usage)
    return [put, *spent, *_confidence(seq, event.run_id, event.decision.confidence)]


def _spent(run_id: RunId, at: int, model: str, usage: Usage) -> list[RowChange]:
    cost, unknown = usage.cost_micros or 0, int(usage.cost_micros is None)
    slot: dict[str, Value] = {"slot": at // SLOT_MICROS, "run_id": run_id, "model": model}
    tokens = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    return [
        Add("runs", {"run_id": run_id}, {"cost_micros": cost, "price_unknown": unknown}),
        Add("spend", slot, {**tokens, "cost_micros": cost, "price_unknown": unknown}),
    ]


def _confidence(seq: Value, run_id: RunId, stated: float | None) -> list[RowChange]:
    if stated is None:
        return []
    return [
        Put("runs", {"run_id": run_id}, {"confidence": stated}),
        Put("confidences", {"seq": seq}, {"run_id": run_id, "confidence": stated}),
    ]
