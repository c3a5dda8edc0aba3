"""What a ruling leads to once its hold is over, and what silence leads to once the time is. Silence is not consent."""

from runtime.domain import decide_leftover as leftover
from runtime.domain import decide_undo_asked as undo_asked
from runtime.domain.ask_state import Ask, expired
from runtime.domain.decide_ask import CONSENTS, SECOND, ask_fact
from runtime.domain.decide_run import Decided, facts, step_move
from runtime.domain.envelope import Fact
from runtime.domain.events import Event
from runtime.domain.events.agents import AgentPaused
from runtime.domain.events.asks import (
    AskClosed,
    HoldRestarted,
)
from runtime.domain.events.effects import OutcomeSettled
from runtime.domain.events.runs import CallRefused
from runtime.domain.ids import RUNTIME, RollbackId, agent_stream
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import AskState, CallOutcome, StepStatus


def decide_restart_hold(ask: Ask, seen: int, now: int) -> Decided:
    """After a restart the hold that was ``seen`` begins anew; not one that a person released or gave anew meanwhile."""
    if ask.state is not AskState.HELD or ask.ruling is None:
        return Refusal("There is no held ruling.", "state")
    if ask.ruling.takes_effect != seen:
        return Refusal("The hold was released or began anew meanwhile.", "state")
    takes_effect = now + ask.ruling.hold_seconds * SECOND
    return ask_fact(ask.raised.ask_id, HoldRestarted(ask.raised.ask_id, takes_effect))


def decide_deliver(ask: Ask, run: Run, now: int, rollback_id: RollbackId) -> Decided:
    """The hold of a rejection or of an answer is over: the agent is told."""
    ruling = ask.ruling
    if ask.state is not AskState.HELD or ruling is None or ruling.kind == "approved":
        return Refusal("There is nothing to deliver.", "state")
    if now < ruling.takes_effect:
        return Refusal("The ruling is still held.", "held")
    if ruling.kind == "told":
        if ruling.answer in CONSENTS and now >= ask.expires:
            return Refusal("Its time was over before it could be done.", "expired")
        if ask.raised.kind == leftover.KIND:
            return leftover.settle_leftovers(ask, run, ruling.by, ruling.answer, rollback_id)
        if ask.raised.kind == undo_asked.KIND:
            return undo_asked.settle_undo(ask, run, ruling.by, ruling.answer)
        return _deliver_told(ask, run, ruling.by, ruling.answer)
    raised = ask.raised
    sentence = f"Rejected by {ruling.by}: {ruling.reason}"
    decided = ask_fact(raised.ask_id, AskClosed(raised.ask_id, "rejected", sentence))
    refused = CallRefused(run.run_id, raised.call_id, "rejected", sentence)
    decided += facts(run.run_id, refused, *_failed_step(run, ask))
    if ruling.pause_agent:
        decided.append(Fact(agent_stream(raised.agent), AgentPaused(raised.agent, ruling.by)))
    return decided


def _failed_step(run: Run, ask: Ask) -> list[Event]:
    call = run.call(ask.raised.call_id)
    return step_move(run, call.plan_step, StepStatus.FAILED) if call else []


_STEP_AFTER = {"happened": StepStatus.DONE, "skip": StepStatus.SKIPPED}


def _deliver_told(ask: Ask, run: Run, by: str, answer: str) -> Decided:
    raised = ask.raised
    words = {"happened": "it happened", "do-it": "it did not happen; do it now", "skip": "it did not happen; skip it"}
    sentence = f"{by} says: {words[answer]}."
    outcome = CallOutcome.OK if answer == "happened" else CallOutcome.FAILED
    settled = OutcomeSettled(
        run.run_id,
        raised.call_id,
        outcome,
        sentence,
        by,
        do_it=answer == "do-it" and not run.finished,
        skipped=answer == "skip",
    )
    call, status = run.call(raised.call_id), _STEP_AFTER.get(answer)
    moves = step_move(run, call.plan_step, status) if call is not None and status and not run.finished else []
    closed = AskClosed(raised.ask_id, "told", sentence)
    return ask_fact(raised.ask_id, closed) + facts(run.run_id, settled, *moves)


def decide_expire(ask: Ask, run: Run, now: int) -> Decided:
    """Its time is over. The agent is told so, and never that it was rejected.

    A consent that could not act in time (the program was closed meanwhile, say) expires as well: no approval is spent
    after its deadline. A rejection, or an answer that starts nothing, is delivered however late.
    """
    ruling = ask.ruling
    consent = ruling is not None and (ruling.kind == "approved" or ruling.answer in CONSENTS)
    if ask.state is AskState.CLOSED or (ask.state is AskState.HELD and not consent):
        return Refusal("This request is not waiting.", "state")
    if now < ask.expires:
        return Refusal("Its time is not over yet.", "early")
    raised = ask.raised
    who = f"{ruling.by} agreed, but it could not be started in time" if ruling else "Nobody answered in time"
    sentence = f"{who}; the action was not taken."
    if raised.kind == leftover.KIND:
        sentence = f"{who}; what could not be undone stays as it is."
        return leftover.close_leftovers(ask, run, "expired", sentence, "expired", RUNTIME)
    if raised.kind == undo_asked.KIND:
        return undo_asked.expire_undo(ask, run, who)
    if raised.kind == "unknown-outcome":
        sentence = f"{who}; whether it happened is not known, and it is not done again."
    decided = ask_fact(raised.ask_id, expired(ask, sentence))
    if raised.kind == "unknown-outcome":
        settled = OutcomeSettled(run.run_id, raised.call_id, CallOutcome.UNKNOWN, sentence, RUNTIME)
        return decided + facts(run.run_id, settled)
    refused = CallRefused(run.run_id, raised.call_id, "expired", sentence)
    return decided + facts(run.run_id, refused, *_failed_step(run, ask))
