"""Calls of one answer that run side by side: judged in order, started in one commit, each recorded when it ends."""

import asyncio
from collections.abc import Awaitable, Sequence
from fnmatch import fnmatchcase

from runtime.domain.decide_turn import judged_as_started
from runtime.domain.decision import ProposedCall
from runtime.domain.ids import CallId, RunId
from runtime.domain.loop_commands import Judged
from runtime.domain.run_state import Run
from runtime.domain.side_by_side import alone, may_run_beside
from runtime.engine.executing import execute
from runtime.engine.judging_calls import judge_one
from runtime.engine.parts import AtWork, Parts


async def judge_together(
    parts: Parts, run: Run, calls: Sequence[ProposedCall], turn: int, index: int
) -> tuple[Judged, ...]:
    """The first of these calls through the gate, and after it those that may run beside it.

    Each is judged as if those before it had begun, so that limits count them. The first that may not join, and
    everything after it, is left to be judged when these have ended.
    """
    first = await judge_one(parts, run, calls[0], turn, index)
    most = parts.spec_of(run).limits.side_by_side
    if len(calls) < 2 or most < 2 or alone(first):
        return (first,)
    batch = [first]
    for number, call in enumerate(calls[1:most], 1):
        if _counted_by_the_day(parts, run, (batch[-1].action.tool, call.tool)):
            break
        run = judged_as_started(run, turn, batch[-1], parts.clock.now())
        judged = await judge_one(parts, run, call, turn, index + number)
        if alone(judged) or not may_run_beside(run.plan, batch, judged):
            break
        batch.append(judged)
    return tuple(batch)


def _counted_by_the_day(parts: Parts, run: Run, tools: tuple[str, ...]) -> bool:
    """A quota of the day counts what is durable: what is not yet would be missed."""
    quotas = [quota for quota in parts.spec_of(run).quotas if quota.per_day is not None]
    return any(fnmatchcase(tool, quota.tools) for quota in quotas for tool in tools)


def execute_together(parts: Parts, run_id: RunId, started: Sequence[CallId], at_work: AtWork) -> Awaitable[None]:
    """Call the tools of started calls. Ends when all have ended, whatever became of one of them."""
    if len(started) == 1:  # mostly
        return execute(parts, run_id, started[0], at_work)
    return _all_executed(parts, run_id, started, at_work)


async def _all_executed(parts: Parts, run_id: RunId, started: Sequence[CallId], at_work: AtWork) -> None:
    ended = await asyncio.gather(
        *(execute(parts, run_id, call_id, at_work) for call_id in started), return_exceptions=True
    )
    for end in ended:
        if isinstance(end, BaseException):
            raise end
