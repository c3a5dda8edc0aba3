"""Asking a model for a plan and for the next decision, and judging what it proposes."""

from collections.abc import Callable
from typing import Any

import msgspec

from runtime.domain.decide_effect import call_id_of
from runtime.domain.decision import Decision, PlannedWork, ProposedCall
from runtime.domain.ids import CallId
from runtime.domain.loop_commands import (
    AskDraft,
    FinishRun,
    Judged,
    RecordJudgement,
    RecordPlan,
    RecordTurn,
)
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.verdict import combine
from runtime.domain.words import ModelRole, VerdictKind
from runtime.engine.asking import Question
from runtime.engine.classifying import classify
from runtime.engine.clock import SECOND
from runtime.engine.exchanges import keep_carried, keep_exchange
from runtime.engine.granting import standing_grants
from runtime.engine.limits import limit_reached
from runtime.engine.parts import AtWork, Parts
from runtime.engine.reviewing import for_review
from runtime.engine.routing import answer as answer_of
from runtime.engine.routing import sure_of_decision, sure_of_plan
from runtime.engine.voting import put_to_vote, verdict_after_vote
from runtime.gate.gate import Judgement
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.prices import is_free
from runtime.operations.new_ids import new_ask_id


async def _plan(model: Model, request: ModelRequest, say: Callable[[str], None]) -> Answered[PlannedWork]:
    return await model.plan(request, say)


async def _act(model: Model, request: ModelRequest, say: Callable[[str], None]) -> Answered[Decision]:
    return await model.act(request, say)


async def make_plan(parts: Parts, run: Run, at_work: AtWork, because: str = "") -> None:
    """Ask the planner and record its plan; ``because`` says why again."""
    if not because and await classify(parts, run, at_work):
        return
    question = Question(parts, run, ModelRole.PLANNER, at_work, _plan)
    asked = await answer_of(question, sure_of_plan)
    if asked is None:
        return
    answer = asked.answer
    sent, received = await keep_exchange(parts, answer.sent, answer.received)
    command = RecordPlan(
        run.run_id,
        answer.value,
        asked.model.label,
        answer.usage,
        asked.duration_ms,
        answer.origin,
        sent,
        received,
        asked.spent,
        left_out=question.left_out.get(asked.route),
    )
    await parts.record(for_review(parts, run, command, because))


async def take_turn(parts: Parts, run: Run, at_work: AtWork) -> CallId | None:
    """Ask for the next decision, judge the first call it proposes, record all of it in one commit.

    Answers the call that this commit started, if it did; the tool has to be called now.
    """
    spec = parts.spec_of(run)
    reached = limit_reached(run, spec.limits, parts.clock.now(), reserved=not all(map(is_free, spec.models.actor)))
    if reached is not None:
        await parts.record(FinishRun(run.run_id, reached.outcome, reached.sentence, reached.limit))
        return None
    question = Question(parts, run, ModelRole.ACTOR, at_work, _act)
    asked = await answer_of(question, sure_of_decision)
    if asked is None or not await put_to_vote(question, asked):
        return None
    answer = asked.answer
    turn = len(run.turns) + 1
    sent, received = await keep_exchange(parts, answer.sent, answer.received)
    origin = await keep_carried(parts, answer.origin, answer.carried) if answer.carried else answer.origin
    notes = len(run.notes)
    async with parts.counting(run):
        # The calls after the first are judged when it has ended: limits count it then, and files are as it left them.
        judged = tuple([await judge_one(parts, run, call, turn, 1) for call in answer.value.calls[:1]])
        command = RecordTurn(
            run.run_id,
            turn,
            asked.model.label,
            answer.value,
            answer.usage,
            asked.duration_ms,
            judged,
            sent,
            received,
            notes,
            origin,
            asked.spent,
            question.left_out.get(asked.route),
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


async def judge_one(
    parts: Parts, run: Run, call: ProposedCall, turn: int, index: int, *, counted: bool = False
) -> Judged:
    """One call through the gate, with the draft of its ask when the verdict is ask.

    ``counted``: it was started before, so that limits have counted it already and say nothing more.
    """
    spec = parts.spec_of(run)
    policy = parts.states.workspace.policy
    grants = await standing_grants(parts, run)
    judgement = await parts.gate.judge(run, spec, policy, parts.callable_in(run), call, turn, grants)
    verdict = verdict_after_vote(parts, run, turn, judgement.verdict)
    if counted:
        verdict = combine(tuple(reason for reason in verdict.reasons if reason.check != "limits"), verdict.tier)
    ask = draft_ask(parts, run, judgement) if verdict.kind is VerdictKind.ASK else None
    return Judged(
        index,
        judgement.action,
        call.step_id,
        judgement.appraisal.title,
        judgement.effect,
        judgement.appraisal.resource,
        verdict,
        judgement.digest,
        policy.version,
        call.confidence,
        call.reason,
        ask,
        _written(judgement.appraisal.facts),
        judgement.appraisal.also,
    )


def _written(facts: dict[str, Any]) -> str:
    """What conditions may have looked at; most actions have none."""
    return msgspec.json.encode(facts).decode() if facts else ""


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
        times.may_wait,
    )
