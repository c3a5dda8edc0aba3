"""What a run's own events change in the runs list: its row, its plan steps, its stated confidences, its spend."""

from runtime.domain.decision import Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.judgements import OutcomeJudged, TaskClassified
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
        case AnswerSetAside(run_id=run_id) | ModelFailed(run_id=run_id):
            return _spent(run_id, at, event.model, event.usage, {"updated_at": at})
        case TaskClassified(run_id=run_id):
            return _spent(run_id, at, event.model, event.usage, {"updated_at": at}) if event.model else []
        case OutcomeJudged(run_id=run_id):
            judged: dict[str, Value] = {"unmet": event.unmet, "updated_at": at}
            return _spent(run_id, at, event.model, event.usage, judged) if event.model else [_put(run_id, at, **judged)]
        case _:
            return _going_on(envelope)


def _going_on(envelope: Envelope) -> list[RowChange]:
    event, at = envelope.event, envelope.at
    match event:
        case CallRefused(run_id=run_id, why="denied"):
            return [Put("runs", {"run_id": run_id}, {"updated_at": at}, {"denied": 1})]
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
        values: dict[str, Value] = {
            "updated_at": at,
            "plan_revision": event.revision,
            "base_state": str(RunState.RUNNING),
        }
        rows = _told(seq, at, event.run_id, event.by_model, event.usage, event.confidence, values)
    for position, step in enumerate(event.steps):
        shown: dict[str, Value] = {
            "plan_revision": event.revision,
            "position": position,
            "leaf": int(step.step_id not in parents),
            "title": step.title,
            "tool": step.tool,
            "parent": step.parent,
        }
        rows.append(Put("plan_steps", {"run_id": event.run_id, "step_id": step.step_id}, shown))
    return rows


def _started(at: int, event: EffectStarted) -> list[RowChange]:
    if event.attempt > 1:
        return [_put(event.run_id, at)]
    values: dict[str, Value] = {"updated_at": at}
    amounts = {"calls": 1}
    if event.checkpoint > 0:
        values["checkpoints"] = event.checkpoint
        amounts["effects"] = 1
    return [Put("runs", {"run_id": event.run_id}, values, amounts)]


def _finished(at: int, event: EffectFinished) -> list[RowChange]:
    rows = _moved(event, at) or [_put(event.run_id, at)]
    if event.outcome is CallOutcome.FAILED and not event.again:
        rows.append(Add("runs", {"run_id": event.run_id}, {"failed_calls": 1}))
    return rows


def _answered(seq: Value, at: int, event: ModelAnswered) -> list[RowChange]:
    values: dict[str, Value] = {"updated_at": at, "turns": event.turn, "model": event.model}
    return _told(seq, at, event.run_id, event.model, event.usage, event.decision.confidence, values)


def _told(
    seq: Value, at: int, run_id: RunId, model: str, usage: Usage, stated: float | None, values: dict[str, Value]
) -> list[RowChange]:
    """An answer that says how sure it is: its place in the row of confidences, its cost, and ``values`` of its run."""
    if stated is None:
        return _spent(run_id, at, model, usage, values)
    spent = _spent(run_id, at, model, usage, {**values, "confidence": stated})
    return [*spent, Put("confidences", {"run_id": run_id, "seq": seq}, {"confidence": stated})]


def _spent(run_id: RunId, at: int, model: str, usage: Usage, values: dict[str, Value]) -> list[RowChange]:
    """The run's row, with ``values``, and what was spent in the quarter of an hour in which it was asked for."""
    slot: dict[str, Value] = {"slot": (usage.asked_at or at) // SLOT_MICROS, "run_id": run_id, "model": model}
    if usage.cost_micros == 0 and not usage.input_tokens and not usage.output_tokens:
        # Nothing is added: the row is begun, and from then on left alone.
        return [Put("runs", {"run_id": run_id}, values), Put("spend", slot)]
    money = {"cost_micros": usage.cost_micros or 0, "price_unknown": int(usage.cost_micros is None)}
    tokens = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    return [Put("runs", {"run_id": run_id}, values, money), Add("spend", slot, {**tokens, **money})]
