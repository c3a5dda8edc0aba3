"""What a run does next, from its state alone. Pure: the loop acts on the answer."""

from dataclasses import dataclass

from runtime.domain.decide_plan import why_planned_again
from runtime.domain.ids import AskId, CallId
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome, CallStatus, DecisionKind, Outcome, RunState


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing until something outside changes."""


@dataclass(frozen=True, slots=True)
class End:
    """The run is over and nothing is being undone."""


@dataclass(frozen=True, slots=True)
class MakePlan:
    """Ask the planner; ``because`` says why again."""

    because: str = ""


@dataclass(frozen=True, slots=True)
class AskModel:
    """Ask for the next decision."""


@dataclass(frozen=True, slots=True)
class JudgeNext:
    """The next call of the newest answer goes through the gate."""


@dataclass(frozen=True, slots=True)
class Start:
    """Start this call (again)."""

    call_id: CallId


@dataclass(frozen=True, slots=True)
class Settle:
    """Find out what became of this started call."""

    call_id: CallId


@dataclass(frozen=True, slots=True)
class AwaitRuling:
    """A person is asked."""

    ask_id: AskId
    call_id: CallId


@dataclass(frozen=True, slots=True)
class Finish:
    """The model said it is done."""

    outcome: Outcome
    summary: str


@dataclass(frozen=True, slots=True)
class JudgeOutcome:
    """The model said it is done; others than it say whether that is so."""

    summary: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Undo this effect."""

    call_id: CallId


@dataclass(frozen=True, slots=True)
class UndoAll:
    """The run failed half-way and is all or nothing: it rolls itself back."""


@dataclass(frozen=True, slots=True)
class AwaitAnswer:
    """A person is asked about the run as a whole: what could not be undone, whether something was undone, whether it
    may pass a cap."""

    ask_id: AskId


@dataclass(frozen=True, slots=True)
class CloseRollback:
    """Every effect of the rollback was dealt with."""


NextStep = (
    Rest
    | End
    | MakePlan
    | AskModel
    | JudgeNext
    | Start
    | Settle
    | AwaitRuling
    | AwaitAnswer
    | Finish
    | JudgeOutcome
    | Undo
    | UndoAll
    | CloseRollback
)

_FINAL = {
    DecisionKind.COMPLETE: Outcome.COMPLETED,
    DecisionKind.RESPOND: Outcome.COMPLETED,
    DecisionKind.ESCALATE: Outcome.ESCALATED,
}


def next_step(run: Run, held_back: bool, replans: int = 0, *, judged: bool = False) -> NextStep:
    """``held_back``: its agent, or everything, is paused. A rollback a person ordered goes on all the same.

    ``replans``: how often the planner may be asked again. ``judged``: its outcomes are judged.
    """
    if run.rollback is not None:
        if run.rollback.asked:
            return AwaitAnswer(run.rollback.asked)
        if held_back and run.rollback.by_itself and not run.rollback.started:
            return Rest()
        return Undo(run.rollback.left[0]) if run.rollback.left else CloseRollback()
    if run.finished:
        return _after_the_end(run, held_back)
    if held_back or run.state in (RunState.PAUSED, RunState.QUEUED):
        return Rest()
    if asked := run.cap_ask or run.plan_ask:
        return AwaitAnswer(asked)
    if run.waits_for is not None:
        return Rest()
    if run.state is RunState.PLANNING:
        return MakePlan()
    if (call := run.open_call) is not None:
        return _for_call(call)
    decision = run.last_decision
    if decision is not None and run.judged_in_turn < len(decision.calls):
        return JudgeNext()
    if because := why_planned_again(run, replans):
        return MakePlan(because)
    if run.plan_rejected:
        return Finish(Outcome.ESCALATED, f"The plan was not approved: {run.plan_rejected}")
    if decision is not None and decision.kind in _FINAL:
        outcome, summary = _FINAL[decision.kind], decision.text or decision.reason or "Done."
        if judged and outcome is Outcome.COMPLETED and run.judged_turn != len(run.turns):
            return JudgeOutcome(summary)
        return Finish(outcome, summary)
    if decision is not None and decision.kind is DecisionKind.WAIT and run.waiting_for:
        return Rest()
    return AskModel()


def _after_the_end(run: Run, held_back: bool) -> NextStep:
    """Stopped while a tool was at work: what became of the effect still has to be found out, by a person if need be.

    Only then is undone what has to be, and only then is waited for a person who deals with what is left.
    """
    call = run.open_call
    if call is None or call.status is CallStatus.ALLOWED:
        if run.undo_all:
            return Rest() if held_back else UndoAll()
        return AwaitAnswer(run.leftover_ask) if run.leftover_ask else End()
    return AwaitRuling(call.ask_id, call.call_id) if call.status is CallStatus.ASKED else Settle(call.call_id)


def _for_call(call: Call) -> NextStep:
    if call.status is CallStatus.ASKED:
        return AwaitRuling(call.ask_id, call.call_id)
    if call.status is CallStatus.STARTED and call.outcome is not CallOutcome.FAILED:
        return Settle(call.call_id)
    return Start(call.call_id)
