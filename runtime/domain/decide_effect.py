"""Decisions about effects: what starts, what ended, what is not known."""

from runtime.domain.action import idempotency_key
from runtime.domain.ask_state import Ask
from runtime.domain.bound import changed_since, lapsed
from runtime.domain.decide_run import WITHDRAWN, Decided, facts, moved_to, step_given_back, step_move
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import AskClosed
from runtime.domain.events.effects import EffectFinished, EffectStarted, OutcomeSettled
from runtime.domain.ids import StepId, ask_stream
from runtime.domain.loop_commands import (
    FinishEffect,
    SettleOutcome,
    StartEffect,
)
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.domain.turn_commands import Judged
from runtime.domain.words import (
    AskState,
    CallOutcome,
    CallStatus,
    EffectKind,
    RunState,
    StepStatus,
)
from runtime.domain.workspace_state import Agent, Workspace


def decide_start_effect(
    run: Run, ask: Ask | None, command: StartEffect, now: int, workspace: Workspace, agent: Agent
) -> Decided:
    """Start, consuming the approval in the same transaction. Refuses when anything differs from what was approved."""
    call = run.call(command.call_id)
    if call is None or run.finished or run.state is RunState.PAUSED:
        return Refusal("The run does not start anything now.", "state")
    open_again = call.status in (CallStatus.STARTED, CallStatus.ALLOWED) and call.key
    if open_again and (refusal := _not_again(ask, command, now, workspace, agent)):
        return refusal
    if call.status is CallStatus.STARTED:
        return _start_again(run, call, command)
    if call.status is CallStatus.ASKED:
        if ask is None:
            return Refusal("The request this call waits for is not there.", "unknown")
        unspendable = _unspendable(run, call, ask, command, now, workspace, agent)
        return unspendable or _start_approved(run, call, ask, command.judged)
    if call.status is not CallStatus.ALLOWED:
        return Refusal("This call has already ended.", "state")
    if not call.key and command.digest != call.digest:
        return Refusal("What it is about changed since it was judged.", "changed")
    if not call.key and command.policy_version != workspace.policy.version:
        return Refusal("The rules changed while it was looked at.", "changed")
    if not call.key and command.plan != run.plan_revision:
        return Refusal("The plan changed while it was looked at.", "changed")
    key = call.key or idempotency_key(run.run_id, call.turn, call.index, call.action)
    checkpoint = call.checkpoint or (run.checkpoints + 1 if call.effect is not EffectKind.READ else 0)
    started = EffectStarted(run.run_id, call.call_id, key, call.attempt + 1, checkpoint)
    return facts(run.run_id, started, *step_move(run, call.plan_step, StepStatus.RUNNING))


def _not_again(ask: Ask | None, command: StartEffect, now: int, workspace: Workspace, agent: Agent) -> Refusal | None:
    """Why what was started before may not be started again as it is; the loop looks at it anew."""
    if command.policy_version != workspace.policy.version:
        return Refusal("The rules changed while it was looked at.", "changed")
    if ask is not None and (why := lapsed(ask, workspace, agent, command.contract, now)):
        return Refusal(why, "changed")
    return None


def _start_again(run: Run, call: Call, command: StartEffect) -> Decided:
    """Another attempt of a started effect: same key, same bytes."""
    again = EffectStarted(run.run_id, call.call_id, call.key, call.attempt + 1, call.checkpoint)
    return facts(run.run_id, again)


def _unspendable(
    run: Run, call: Call, ask: Ask, command: StartEffect, now: int, workspace: Workspace, agent: Agent
) -> Refusal | None:
    """Why this approval cannot be spent on this call now: once, on its own action, in time, on what was shown."""
    ruling = ask.ruling
    if ask.raised.run_id != run.run_id or ask.raised.call_id != call.call_id:
        return Refusal("The approval belongs to another action; nothing was started.", "changed")
    if ask.state is AskState.CLOSED:
        return Refusal(f"This request is over and its approval cannot be used again: {ask.closed_sentence}", "state")
    if ask.state is not AskState.HELD or ruling is None or ruling.kind != "approved":
        return Refusal("Nobody has approved this.", "state")
    if now < ruling.takes_effect:
        return Refusal("The approval is still held.", "held")
    if now >= ask.expires:
        return Refusal("Its time was over before it could be started; the action was not taken.", "expired")
    if why := changed_since(ask.raised, workspace, agent):
        return Refusal(why, "changed")
    if command.digest != ask.digest:
        return Refusal("What was approved is not what would run now.", "changed")
    return None


def _start_approved(run: Run, call: Call, ask: Ask, judged: Judged | None) -> list[Fact]:
    ruling, action = ask.ruling, ask.action
    assert ruling is not None
    seen = judged if ruling.edited is not None else None
    beside = call.beside if seen is None else seen.verdict.beside_the_plan
    key = call.key or idempotency_key(run.run_id, call.turn, call.index, action)
    checkpoint = call.checkpoint or (run.checkpoints + 1 if call.effect is not EffectKind.READ else 0)
    edited = action.arguments if ruling.edited is not None else ""
    started = EffectStarted(
        run.run_id,
        call.call_id,
        key,
        call.attempt + 1,
        checkpoint,
        ask.raised.ask_id,
        arguments=edited,
        title=ruling.edited_title if edited else "",
        resource=seen.resource if seen is not None else "",
        also=seen.also if seen is not None else (),
        beside=seen.verdict.beside_the_plan if seen is not None else None,
    )
    spent = AskClosed(ask.raised.ask_id, "spent", f"Approved by {ruling.by}; it was started.")
    decided = [Fact(ask_stream(ask.raised.ask_id), spent)]
    moved = step_given_back(run, call) if beside else step_move(run, call.step_id, StepStatus.RUNNING)
    return decided + facts(run.run_id, started, *moved)


def _may_end(call: Call, outcome: CallOutcome) -> bool:
    """It was started; also where it was to be started again, and was found done before that. Where the run ended while
    it was looked, what was found is true all the same."""
    if call.status is CallStatus.STARTED:
        return True
    found = outcome is CallOutcome.OK or outcome is CallOutcome.FAILED
    withdrawn = call.refused == WITHDRAWN and call.outcome is None and found
    return bool(call.key) and (call.status is CallStatus.ALLOWED or withdrawn)


def decide_finish_effect(run: Run, command: FinishEffect) -> Decided:
    """The end of an effect, and the start of the next call of the same turn where nothing stands before it."""
    call = run.call(command.call_id)
    if call is None or not _may_end(call, command.outcome):
        return Refusal("This call is not running.", "state")
    moved: StepStatus | None = None
    if not command.again and command.outcome is not CallOutcome.UNKNOWN:
        status = StepStatus.DONE if command.outcome is CallOutcome.OK else StepStatus.FAILED
        moved = moved_to(run, call.plan_step, status)
    finished = EffectFinished(
        run.run_id,
        call.call_id,
        command.outcome,
        command.summary,
        command.output,
        command.output_blob,
        command.failure,
        command.undo,
        command.duration_ms,
        command.again,
        call.step_id if moved else StepId(""),
        moved,
    )
    return facts(run.run_id, finished)


def decide_settle(run: Run, command: SettleOutcome, by: str) -> Decided:
    """A started effect without an end is settled by what looking found."""
    call = run.call(command.call_id)
    if call is None or not _may_end(call, command.outcome):
        return Refusal("This call is not open.", "state")
    do_it = command.do_it and not run.finished  # it may have been stopped while it was looked
    settled = OutcomeSettled(run.run_id, call.call_id, command.outcome, command.sentence, by, do_it)
    status = StepStatus.DONE if command.outcome is CallOutcome.OK else StepStatus.FAILED
    moves = [] if do_it else step_move(run, call.plan_step, status)
    return facts(run.run_id, settled, *moves)
