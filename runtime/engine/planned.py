"""A planner's answer as it is recorded, whichever model gave it: with its exchange, its cost, and its review."""

from collections.abc import Callable

from runtime.domain.decision import PlannedWork
from runtime.domain.loop_commands import RecordPlan
from runtime.engine.asking import Asked, Question
from runtime.engine.exchanges import keep_exchange
from runtime.engine.reasoning import kept
from runtime.engine.reviewing import for_review
from runtime.models.interface import Answered, Model, ModelRequest


async def ask_for_plan(model: Model, request: ModelRequest, say: Callable[[str], None]) -> Answered[PlannedWork]:
    """What a question for a plan asks of its model."""
    return await model.plan(request, say)


async def plan_to_record(question: Question[PlannedWork], asked: Asked[PlannedWork], because: str) -> RecordPlan:
    """The plan with its exchange kept, asked for where a person reviews it; ``because`` says why there is another."""
    parts, run, answer = question.parts, question.run, asked.answer
    sent, received = await keep_exchange(parts, asked.route, answer.sent, answer.received)
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
        reasoning=kept(answer.reasoning),
    )
    return for_review(parts, run, command, because)
