"""One row per judged call, from which quotas, track records, rollback lists and activity are read."""

from runtime.domain.envelope import Envelope
from runtime.domain.events.effects import ActionReviewed, EffectFinished, EffectStarted, OutcomeAsked, OutcomeSettled
from runtime.domain.events.rollbacks import RollbackStarted, UndoFinished
from runtime.domain.events.runs import ActionJudged, CallRefused
from runtime.domain.ids import CallId, RunId
from runtime.domain.undo import UndoOutcome
from runtime.domain.verdict import Verdict
from runtime.domain.words import CallOutcome, VerdictKind
from storage.records import Put, RowChange, Value


def effect_rows(seq: Value, envelope: Envelope) -> list[RowChange]:
    """Changes of effects."""
    event, at = envelope.event, envelope.at
    match event:
        case ActionJudged():
            return [_call(event.run_id, event.call_id, _judged(event, at))]
        case CallRefused(run_id=run_id, call_id=call_id, why=why, sentence=sentence):
            return [_call(run_id, call_id, {"refused": why, "summary": sentence, "running": 0})]
        case EffectStarted():
            return [_call(event.run_id, event.call_id, _started(seq, event, at))]
        case EffectFinished():
            return [_call(event.run_id, event.call_id, _finished(event, at)), *_touched(event)]
        case OutcomeAsked(run_id=run_id, call_id=call_id):
            # ask_id stays that of the approval: this ask is about what became of it.
            return [_call(run_id, call_id, {"outcome": str(CallOutcome.UNKNOWN), "running": 0})]
        case OutcomeSettled(run_id=run_id, call_id=call_id):
            outcome = "" if event.do_it else str(event.outcome)
            return [_call(run_id, call_id, {"outcome": outcome, "summary": event.sentence, "running": 0})]
        case ActionReviewed(run_id=run_id, call_id=call_id):
            said: dict[str, Value] = {"reviewed_by": event.by, "why": event.why, "at": at, "fine": int(event.fine)}
            return [Put("reviews", {"run_id": run_id, "call_id": call_id}, said)]
        case RollbackStarted(rollback_id=rollback_id, by=by):
            return [Put("rollbacks", {"rollback_id": rollback_id}, {"started_by": by})]
        case UndoFinished(run_id=run_id, call_id=call_id, outcome=UndoOutcome.UNDONE):
            return [_call(run_id, call_id, {"undone": 1, "undone_at": at, "undone_in": event.rollback_id})]
        case _:
            return []


def _call(run_id: RunId, call_id: CallId, values: dict[str, Value]) -> Put:
    return Put("effects", {"run_id": run_id, "call_id": call_id}, values)


def _touched(event: EffectFinished) -> list[RowChange]:
    things = event.undo.things if event.undo is not None else ()
    return [Put("touched", {"thing": thing, "run_id": event.run_id, "call_id": event.call_id}, {}) for thing in things]


def _judged(event: ActionJudged, at: int) -> dict[str, Value]:
    values: dict[str, Value] = {
        "tool": event.action.tool,
        "arguments": event.action.arguments,
        "title": event.title,
        "effect": str(event.effect),
        "resource": event.resource,
        "step_id": event.step_id,
        "verdict": str(event.verdict.kind),
        "decided_by": _rule_that_spoke(event.verdict),
        "turn": event.turn,
        "tier": int(event.verdict.tier),
        "judged_at": at,
        "confidence": event.confidence,
    }
    if event.ask_id:
        values["ask_id"] = event.ask_id
    return values


_AS_SAID = {"permission": "rule", "safety": "check", "limits": "limit"}


def rule_that_decided(verdict: Verdict) -> str:
    """Which rule or check made the verdict what it is: "rule orders-ask", "confidence"."""
    for reason in verdict.deciding:
        return f"{_AS_SAID.get(reason.check, reason.check)} {reason.rule}".strip()
    return ""


def _rule_that_spoke(verdict: Verdict) -> str:
    """As ``rule_that_decided``; of what was allowed without a grant the rule that allowed it, not the checks beside."""
    allowed = verdict.kind is VerdictKind.ALLOW and not verdict.grant
    rule = next((one.rule for one in verdict.reasons if one.check == "permission" and one.rule), "") if allowed else ""
    return f"rule {rule}" if rule else rule_that_decided(verdict)


def _started(seq: Value, event: EffectStarted, at: int) -> dict[str, Value]:
    values: dict[str, Value] = {
        "started_seq": seq,
        "attempt": event.attempt,
        "checkpoint": event.checkpoint,
        "running": 1,
        "outcome": "",
        "refused": "",
    }
    if event.attempt <= 1:
        values["started_at"] = at
    if event.ask_id:
        values["ask_id"] = event.ask_id
    if event.arguments:
        values["arguments"] = event.arguments
    if event.title:
        values["title"] = event.title
    if event.resource:
        values["resource"] = event.resource
    return values


def _finished(event: EffectFinished, at: int) -> dict[str, Value]:
    values: dict[str, Value] = {"summary": event.summary, "failure": event.failure, "duration_ms": event.duration_ms}
    if event.again:
        return values
    return {**values, "outcome": str(event.outcome), "finished_at": at, "running": 0}
