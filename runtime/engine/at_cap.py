"""What a run does when its model cannot be asked: the agent's setting at a cap, or an end that says why."""

from runtime.domain.budget import Amount
from runtime.domain.budget import said as words_of
from runtime.domain.decide_cap import limit_name
from runtime.domain.done_so_far import handed_in, said_spent, so_far
from runtime.domain.events.asks import CapQuestion
from runtime.domain.loop_commands import AskCap, AskDraft, FinishRun
from runtime.domain.run_state import Run
from runtime.domain.words import CapAction, Outcome, StepStatus
from runtime.engine.budgeting import CapPassed, NotAsked, RunOver
from runtime.engine.clock import SECOND
from runtime.engine.parts import Parts
from runtime.operations.new_ids import new_ask_id


async def end_unasked(parts: Parts, run: Run, why: NotAsked) -> None:
    """Ask a person, hand in what there is, or stop; a model without a price goes to a person."""
    if isinstance(why, RunOver):
        return
    if not isinstance(why, CapPassed):
        await parts.record(FinishRun(run.run_id, Outcome.ESCALATED, str(why), "price unknown"))
        return
    match parts.spec_of(run).at_cap.action:
        case CapAction.ASK | CapAction.CHEAPER:
            await _ask(parts, run, why)
        case CapAction.PARTIAL:
            summary = f"{why} It hands in what there is: {handed_in(run)}"
            await parts.record(FinishRun(run.run_id, Outcome.OUT_OF_BUDGET, summary, limit_name(why.kinds)))
        case CapAction.STOP:
            summary = f"{why} {said_spent(run)} spent."
            await parts.record(FinishRun(run.run_id, Outcome.OUT_OF_BUDGET, summary, limit_name(why.kinds)))


async def _ask(parts: Parts, run: Run, why: CapPassed) -> None:
    times = parts.spec_of(run).ask_times
    now = parts.clock.now()
    draft = AskDraft(
        new_ask_id(),
        "its budget",
        "What was spent stays spent. What the run did can be rolled back as ever.",
        (),
        now + times.answer_by * SECOND,
        now + times.expires * SECOND,
        parts.runner.folder.name,
        may_wait=times.may_wait,
    )
    needed, finish, done = _missing(why), _to_finish(run, why.worst), so_far(run)
    question = CapQuestion(why.kinds, parts.budgeting.day(now), needed, finish, done)
    known = (
        f"{why} So far: {done} To finish: {_steps_left(run)} of its plan left; as it went until now about "
        f"{words_of(finish)} more, of which {words_of(needed)} is missing for the next call alone."
    )
    await parts.record(AskCap(run.run_id, draft, question, str(why), known))


def _missing(why: CapPassed) -> Amount:
    """Beyond what is left under every cap it does not fit."""
    micros = max((why.worst.micros - one.left.micros for one in why.passed if one.limit_micros is not None), default=0)
    tokens = max((why.worst.tokens - one.left.tokens for one in why.passed if one.limit_tokens is not None), default=0)
    return Amount(max(0, micros), max(0, tokens))


def _open_steps(run: Run) -> int:
    return sum(status in (StepStatus.TO_DO, StepStatus.RUNNING, StepStatus.WAITING) for status in run.steps.values())


def _steps_left(run: Run) -> str:
    left = _open_steps(run)
    return "1 step" if left == 1 else f"{left} steps"


def _to_finish(run: Run, worst: Amount) -> Amount:
    """As many turns as steps are left, and one to say so, each as dear as those until now; never below one call."""
    turns = len(run.turns)
    if not turns:
        return worst
    ahead = _open_steps(run) + 1
    micros, tokens = run.cost_micros * ahead // turns, run.tokens * ahead // turns
    return Amount(max(micros, worst.micros), max(tokens, worst.tokens))
