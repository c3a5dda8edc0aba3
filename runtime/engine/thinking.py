"""Asking a model for a plan and for the next decision, and judging what it proposes."""

from collections.abc import Callable

from runtime.domain.decide_turn import call_id_of
from runtime.domain.decision import Decision
from runtime.domain.ids import CallId
from runtime.domain.loop_commands import (
    FinishRun,
    RecordJudgement,
    RecordTurn,
)
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import ModelRole
from runtime.engine.asking import Question
from runtime.engine.classifying import classify
from runtime.engine.exchanges import keep_carried, keep_exchange
from runtime.engine.limits import limit_reached
from runtime.engine.parts import AtWork, Parts
from runtime.engine.planned import ask_for_plan, plan_to_record
from runtime.engine.reasoning import kept
from runtime.engine.routing import answer as answer_of
from runtime.engine.routing import sure_of_decision, sure_of_plan
from runtime.engine.side_by_side import judge_together
from runtime.engine.voting import put_to_vote
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.prices import is_free


async def _act(model: Model, request: ModelRequest, say: Callable[[str], None]) -> Answered[Decision]:
    return await model.act(request, say)


async def make_plan(parts: Parts, run: Run, at_work: AtWork, because: str = "") -> None:
    """Ask the planner and record its plan; ``because`` says why again."""
    if not because and await classify(parts, run, at_work):
        return
    question = Question(parts, run, ModelRole.PLANNER, at_work, ask_for_plan)
    asked = await answer_of(question, sure_of_plan)
    if asked is not None:
        await parts.record(await plan_to_record(question, asked, because))


async def take_turn(parts: Parts, run: Run, at_work: AtWork) -> tuple[CallId, ...]:
    """Ask for the next decision, judge the first call it proposes, record all of it in one commit.

    Calls that may run beside the first are judged with it. Answers those this commit started: their tools have to be
    called now.
    """
    spec = parts.spec_of(run)
    reached = limit_reached(run, spec.limits, parts.clock.now(), reserved=not all(map(is_free, spec.models.actor)))
    if reached is not None:
        await parts.record(FinishRun(run.run_id, reached.outcome, reached.sentence, reached.limit))
        return ()
    question = Question(parts, run, ModelRole.ACTOR, at_work, _act)
    asked = await answer_of(question, sure_of_decision)
    if asked is None or not await put_to_vote(question, asked):
        return ()
    answer = asked.answer
    turn = len(run.turns) + 1
    sent, received = await keep_exchange(parts, asked.route, answer.sent, answer.received)
    origin = await keep_carried(parts, answer.origin, answer.carried) if answer.carried else answer.origin
    notes = len(run.notes)
    async with parts.counting(run):
        # What may not run beside it is judged when it has ended: limits count it then, and files are as it left them.
        calls, now = answer.value.calls, parts.run(run.run_id)  # a person may have changed the plan meanwhile
        judged = await judge_together(parts, now, calls, turn, 1) if calls else ()
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
            kept(answer.reasoning),
        )
        at_work.starting = bool(judged)
        answered_now = await parts.record(command)
    return () if isinstance(answered_now, Refusal) else _started(parts, run, turn, 1, len(judged))


async def judge_next(parts: Parts, run: Run, at_work: AtWork) -> tuple[CallId, ...]:
    """The next call of the newest answer through the gate, and those that may run beside it. Answers those started."""
    turn, index = len(run.turns), run.judged_in_turn + 1
    async with parts.counting(run):
        now = parts.run(run.run_id)  # a person may have changed the plan meanwhile
        judged, *beside = await judge_together(parts, now, run.turns[-1].calls[index - 1 :], turn, index)
        at_work.starting = True
        recorded = await parts.record(RecordJudgement(run.run_id, turn, judged, tuple(beside)))
    return () if isinstance(recorded, Refusal) else _started(parts, run, turn, index, 1 + len(beside))


def _started(parts: Parts, run: Run, turn: int, index: int, count: int) -> tuple[CallId, ...]:
    now = parts.run(run.run_id)
    calls = [now.call(call_id_of(turn, index + at)) for at in range(count)]
    return tuple(call.call_id for call in calls if call is not None and call.attempt == 1 and call.outcome is None)
