"""A run as the fold of its events: ``evolve(state, event, at) -> state``, without clock or I/O."""

from typing import assert_never

import msgspec

from runtime.domain.call import Call as Call
from runtime.domain.call import Rollback as Rollback
from runtime.domain.decision import Usage
from runtime.domain.effect_state import evolve_effect, steps_with
from runtime.domain.events.effects import (
    ActionReviewed,
    EffectEvent,
    EffectFinished,
    EffectStarted,
    OutcomeAsked,
    OutcomeSettled,
)
from runtime.domain.events.judgements import OutcomeJudged, TaskClassified
from runtime.domain.events.plans import PlanApproved, PlanRejected
from runtime.domain.events.rollbacks import (
    LeftoverAsked,
    LeftoverSettled,
    RollbackEvent,
    RollbackFinished,
    RollbackStarted,
    UndoAsked,
    UndoFinished,
    UndoStarted,
)
from runtime.domain.events.runs import (
    ActionJudged,
    AnswerSetAside,
    CallRefused,
    CapReached,
    ModelAnswered,
    ModelFailed,
    NoteLeft,
    PlanningStarted,
    PlanProposed,
    PlanStepMoved,
    RouteTaken,
    RunContinued,
    RunEvent,
    RunFinished,
    RunPaused,
    RunQueued,
    RunResumed,
    RunWaiting,
    VoteHeld,
)
from runtime.domain.ids import AskId, GrantId
from runtime.domain.plan_state import with_plan
from runtime.domain.rollback_state import evolve_rollback
from runtime.domain.run import ALLOWED as ALLOWED
from runtime.domain.run import Run as Run
from runtime.domain.run import with_call, with_call_at
from runtime.domain.words import CallStatus, RunState, VerdictKind


def start(event: RunQueued) -> Run:
    """The state after the first event."""
    return Run(event.run_id, event.agent, event.revision, event.task, RunState.QUEUED, event.started_by)


def evolve(run: Run, event: RunEvent | EffectEvent | RollbackEvent, at: int) -> Run:
    """The state after one more event; ``at`` is when it was recorded (µs UTC)."""
    match event:  # the most frequent first
        case EffectStarted() | EffectFinished() | OutcomeSettled() | OutcomeAsked() | ActionReviewed():
            return _settle_state(evolve_effect(run, event), at)
        case ModelAnswered():
            return _answered(run, event)  # no call of it is judged yet: it stands where it stood
        case ActionJudged():
            return _settle_state(_with_judged(run, event), at)
        case (
            RollbackStarted()
            | UndoStarted()
            | UndoFinished()
            | UndoAsked()
            | RollbackFinished()
            | LeftoverAsked()
            | LeftoverSettled()
        ):
            return evolve_rollback(run, event)
        case _:
            return _settle_state(_evolve_run(run, event), at)


def _answered(run: Run, event: ModelAnswered) -> Run:
    return msgspec.structs.replace(
        run,
        cost_micros=run.cost_micros + (event.usage.cost_micros or 0),
        tokens=run.tokens + event.usage.input_tokens + event.usage.output_tokens,
        turns=(*run.turns, event.decision),
        acted=run.acted if event.model in run.acted else (*run.acted, event.model),
        model_failures=0,
        model_waits=0,
        carried={**run.carried, event.turn: event.origin.carried} if event.origin.carried else run.carried,
    )


def _evolve_run(run: Run, event: RunEvent) -> Run:
    change = msgspec.structs.replace
    match event:
        case RunQueued():
            return run
        case PlanningStarted():
            return change(run, state=RunState.PLANNING)
        case PlanProposed():
            return with_plan(_charged(run, event.usage), event)
        case PlanApproved():
            return change(run, approved=run.plan, plan_ask=AskId(""), waiting_for="")
        case PlanRejected(reason=reason):
            return change(run, plan_rejected=reason, plan_ask=AskId(""), waiting_for="")
        case PlanStepMoved(step_id=step_id, status=status):
            return change(run, steps={**run.steps, step_id: status})
        case ModelAnswered():
            return _answered(run, event)
        case ModelFailed():
            return change(_charged(run, event.usage), model_failures=run.model_failures + 1)
        case ActionJudged():
            return _with_judged(run, event)
        case CallRefused(call_id=call_id, why=why, sentence=sentence):
            return with_call(run, call_id, status=CallStatus.REFUSED, refused=why, summary=sentence)
        case CapReached(ask_id=ask_id, sentence=sentence) if ask_id:
            return change(run, cap_ask=ask_id, waiting_for=sentence)
        case CapReached(model=model):
            return change(run, instead=model)
        case RouteTaken(role=role, model=model):
            return change(run, routes={**run.routes, role: model})
        case AnswerSetAside(usage=usage):
            return change(_charged(run, usage), model_failures=0)
        case TaskClassified(intent=intent, confidence=confidence):
            known = change(_charged(run, event.usage), classified=True, model_failures=0)
            return change(known, intent=intent, planning_confidence=confidence)
        case OutcomeJudged(turn=turn):
            return change(_charged(run, event.usage), judged_turn=turn, unmet=event.unmet, model_failures=0)
        case VoteHeld(turn=turn, agreed=agreed, sentence=sentence):
            others = {other: why for other, why in run.disputed.items() if other != turn}
            return change(run, disputed=others if agreed else {**others, turn: sentence})
        case RunWaiting(what=what, connections=connections) if connections:
            return change(run, waiting_for=what, waits_for=event, model_waits=run.model_waits + 1)
        case RunWaiting(what=what):
            return change(run, waiting_for=what)
        case RunContinued():
            return change(run, waiting_for="", cap_ask=AskId(""), waits_for=None)
        case RunPaused():
            return change(run, before_pause=run.state, state=RunState.PAUSED)
        case RunResumed():
            return change(run, state=run.before_pause, paused_at=0)
        case NoteLeft(text=text):
            return change(run, notes=(*run.notes, text))
        case RunFinished(outcome=outcome, summary=summary, undo_all=undo_all):
            ended = change(
                run, waiting_for="", cap_ask=AskId(""), plan_ask=AskId(""), waits_for=None, undo_all=undo_all
            )
            return change(ended, state=RunState.FINISHED, outcome=outcome, summary=summary)
        case _ as unreachable:
            assert_never(unreachable)


def _charged(run: Run, usage: Usage) -> Run:
    return msgspec.structs.replace(
        run,
        cost_micros=run.cost_micros + (usage.cost_micros or 0),
        tokens=run.tokens + usage.input_tokens + usage.output_tokens,
    )


_STATUS_FOR = {
    VerdictKind.ALLOW: CallStatus.ALLOWED,
    VerdictKind.ASK: CallStatus.ASKED,
    VerdictKind.DENY: CallStatus.ALLOWED,
}


def _with_judged(run: Run, event: ActionJudged) -> Run:
    """A denied call is refused by the ``call-refused`` that follows in the same append."""
    call = Call(
        call_id=event.call_id,
        turn=event.turn,
        index=event.index,
        action=event.action,
        step_id=event.step_id,
        title=event.title,
        effect=event.effect,
        resource=event.resource,
        status=_STATUS_FOR[event.verdict.kind],
        digest=event.digest,
        policy_version=event.policy_version,
        confidence=event.confidence,
        reason=event.reason,
        ask_id=event.ask_id,
        grant_id=GrantId(event.verdict.grant),
        beside=event.verdict.beside_the_plan,
        also=event.also,
    )
    first_of_turn = not run.calls or run.calls[-1].turn < event.turn  # mostly so, and then it has no place yet
    at = None if first_of_turn else run.place_of(event.call_id)
    return with_call_at(run, at, call, steps=steps_with(run, event.step_id, event.moved))


def _settle_state(run: Run, at: int) -> Run:
    """Running or waiting follows from the calls; the time at work follows from the state."""
    resting = run.before_pause if run.state is RunState.PAUSED else run.state
    waits_unplanned = run.cap_ask or run.waits_for is not None
    if resting in (RunState.RUNNING, RunState.WAITING) or (resting is RunState.PLANNING and waits_unplanned):
        call = run.open_call
        waits = bool(run.waiting_for) or (call is not None and call.status is CallStatus.ASKED)
        at_work = RunState.PLANNING if run.plan is None else RunState.RUNNING
        resting = RunState.WAITING if waits else at_work
        if run.state is RunState.PAUSED:
            run = msgspec.structs.replace(run, before_pause=resting)
        elif run.state is not resting:
            run = msgspec.structs.replace(run, state=resting)
    if run.state is RunState.PAUSED and not run.paused_at:
        run = msgspec.structs.replace(run, paused_at=at)
    works = run.state in (RunState.PLANNING, RunState.RUNNING)
    if works and not run.at_work_since:
        return msgspec.structs.replace(run, at_work_since=at)
    if not works and run.at_work_since:
        worked = run.worked_us + max(0, at - run.at_work_since)
        return msgspec.structs.replace(run, worked_us=worked, at_work_since=0)
    return run
