"""Asking the model: for a plan, for the next decision. Failures that may pass are tried again, each one recorded."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtime.domain.decide_effect import call_id_of
from runtime.domain.decision import Decision, PlannedWork, ProposedCall
from runtime.domain.ids import CallId
from runtime.domain.loop_commands import (
    AskDraft,
    FinishRun,
    Judged,
    RecordJudgement,
    RecordModelFailure,
    RecordPlan,
    RecordTurn,
    Spent,
)
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import Outcome, VerdictKind
from runtime.engine.at_cap import end_unasked
from runtime.engine.budgeting import FREE, Held, NotAsked
from runtime.engine.clock import SECOND
from runtime.engine.context import request_for
from runtime.engine.exchanges import carried_of, keep_attempt, keep_carried, keep_exchange
from runtime.engine.limits import limit_reached
from runtime.engine.parts import AtWork, Parts
from runtime.gate.gate import Judgement
from runtime.models.back_off import pause_before
from runtime.models.interface import Answered, FaultKind, Model, ModelFault, ModelRequest
from runtime.models.prices import is_free
from runtime.operations.new_ids import new_ask_id
from runtime.tools.stopping import Cut
from storage.errors import BlobMissing

T = TypeVar("T")

ATTEMPTS = 3


async def make_plan(parts: Parts, run: Run, at_work: AtWork) -> None:
    """Ask the planner and record its plan; when it cannot answer, the run is handed to a person."""
    spec = parts.spec_of(run)
    started = time.monotonic()

    async def ask(model: Model, request: ModelRequest, say: Callable[[str], None]) -> Answered[PlannedWork]:
        return await model.plan(request, say)

    answered = await _answer(parts, run, spec.models.planner, at_work, ask)
    if answered is None:
        return
    model, answer, spent = answered
    duration = int((time.monotonic() - started) * 1000)
    sent, received = await keep_exchange(parts, answer.sent, answer.received)
    command = RecordPlan(
        run.run_id, answer.value, model.label, answer.usage, duration, answer.origin, sent, received, spent
    )
    await parts.record(command)


async def take_turn(parts: Parts, run: Run, at_work: AtWork) -> CallId | None:
    """Ask for the next decision, judge the first call it proposes, record all of it in one commit.

    Answers the call that this commit started, if it did; the tool has to be called now.
    """
    spec = parts.spec_of(run)
    reached = limit_reached(run, spec.limits, parts.clock.now(), reserved=not is_free(spec.models.actor))
    if reached is not None:
        await parts.record(FinishRun(run.run_id, reached.outcome, reached.sentence, reached.limit))
        return None
    started = time.monotonic()

    async def ask(model: Model, request: ModelRequest, say: Callable[[str], None]) -> Answered[Decision]:
        return await model.act(request, say)

    answered = await _answer(parts, run, spec.models.actor, at_work, ask)
    if answered is None:
        return None
    model, answer, spent = answered
    turn = len(run.turns) + 1
    duration = int((time.monotonic() - started) * 1000)
    sent, received = await keep_exchange(parts, answer.sent, answer.received)
    origin = await keep_carried(parts, answer.origin, answer.carried)
    notes = len(run.notes)
    async with parts.counting(run):
        # The calls after the first are judged when it has ended: limits count it then, and files are as it left them.
        judged = tuple([await judge_one(parts, run, call, turn, 1) for call in answer.value.calls[:1]])
        command = RecordTurn(
            run.run_id,
            turn,
            model.label,
            answer.value,
            answer.usage,
            duration,
            judged,
            sent,
            received,
            notes,
            origin,
            spent,
        )
        answered_now = await parts.record(command)
    return None if isinstance(answered_now, Refusal) else _started(parts, run, turn, 1)


async def judge_next(parts: Parts, run: Run) -> CallId | None:
    """The next call of the newest answer through the gate. Answers it when this commit started it."""
    turn, index = len(run.turns), run.judged_in_turn + 1
    async with parts.counting(run):
        judged = await judge_one(parts, run, run.turns[-1].calls[index - 1], turn, index)
        recorded = await parts.record(RecordJudgement(run.run_id, turn, judged))
    return None if isinstance(recorded, Refusal) else _started(parts, run, turn, index)


def _started(parts: Parts, run: Run, turn: int, index: int) -> CallId | None:
    call = parts.run(run.run_id).call(call_id_of(turn, index))
    return call.call_id if call is not None and call.attempt == 1 and call.outcome is None else None


async def judge_one(parts: Parts, run: Run, call: ProposedCall, turn: int, index: int) -> Judged:
    """One call through the gate, with the draft of its ask when the verdict is ask."""
    spec = parts.spec_of(run)
    policy = parts.states.workspace.policy
    judgement = await parts.gate.judge(run, spec, policy, parts.tools_of(run), call, turn)
    ask = draft_ask(parts, run, judgement) if judgement.verdict.kind is VerdictKind.ASK else None
    return Judged(
        index,
        judgement.action,
        call.step_id,
        judgement.appraisal.title,
        judgement.effect,
        judgement.appraisal.resource,
        judgement.verdict,
        judgement.digest,
        policy.version,
        call.confidence,
        call.reason,
        ask,
    )


def draft_ask(parts: Parts, run: Run, judgement: Judgement) -> AskDraft:
    """What the ask will say, with its two deadlines."""
    times = parts.spec_of(run).ask_times
    now = parts.clock.now()
    return AskDraft(
        new_ask_id(),
        judgement.appraisal.touches,
        judgement.undo_sentence,
        judgement.appraisal.checks,
        now + times.answer_by * SECOND,
        now + times.expires * SECOND,
        parts.runner.folder.name,
        judgement.inputs,
        parts.states.agent(run.agent).revision,
    )


async def _answer(
    parts: Parts,
    run: Run,
    route: str,
    at_work: AtWork,
    ask: Callable[[Model, ModelRequest, Callable[[str], None]], Awaitable[Answered[T]]],
) -> tuple[Model, Answered[T], Spent | None] | None:
    """An answer, after retries; None when the run was ended instead (stopped, at a cap, or handed to a person)."""
    turn = len(run.turns) + 1

    def say(text: str) -> None:
        parts.progress.say(run.run_id, "", text)

    async def prepare(wanted: str) -> tuple[Model, ModelRequest]:
        spec = parts.spec_of(run)
        try:
            model = await parts.model_for(wanted, parts.states.agent(run.agent), spec)
            carried = await carried_of(parts, run)
        except BlobMissing as error:
            raise ModelFault(FaultKind.FINAL, str(error)) from error
        return model, request_for(run, spec, parts.tools_of(run), carried)

    async def attempt(pause: float) -> tuple[Model, Answered[T]]:
        if pause:
            await asyncio.sleep(pause)  # in here, so that Stop ends it
        at_work.held = FREE
        model, request, at_work.held = await parts.budgeting.begin_call(parts, run, route, prepare)
        return model, await ask(model, request, say)

    pause: float | None = 0.0
    for number in range(1, ATTEMPTS + 1):
        try:
            model, answer = await at_work.cancelled.awaited(attempt(pause or 0.0))
            return model, *parts.budgeting.charge(parts, at_work.held, answer)
        except Cut:
            await parts.budgeting.abandon(parts, run, at_work.held)
            return None
        except NotAsked as stopped:
            await end_unasked(parts, run, stopped)
            return None
        except ModelFault as fault:
            pause = pause_before(number + 1, parts.retry_pause_s, fault.retry_after)
            again = fault.kind is FaultKind.PASSING and number < ATTEMPTS and pause is not None
            await _record_failure(parts, run, at_work.held.route or route, turn, fault, again, at_work.held)
            if not again:
                sentence = f"The model {at_work.held.route or route} gave no answer: {fault.sentence}"
                await parts.record(FinishRun(run.run_id, Outcome.ESCALATED, sentence))
                return None
        finally:
            parts.budgeting.call_ended(at_work.held)
    return None


async def _record_failure(
    parts: Parts, run: Run, route: str, turn: int, fault: ModelFault, again: bool, held: Held
) -> None:
    """Every attempt is in the journal with what it cost."""
    blobs = await keep_attempt(parts, fault.attempt)
    tried = fault.attempt
    usage = parts.budgeting.priced(parts, held, tried.usage, tried.origin)
    spent = parts.budgeting.spent(held, usage, fault.sentence)
    await parts.record(
        RecordModelFailure(run.run_id, turn, route, fault.sentence, again, usage, tried.origin, *blobs, spent)
    )
