"""A started effect without a known end is settled by what its tool declares: repeat, look, or ask a person."""

from runtime.domain.loop_commands import SettleOutcome
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome, EffectKind, Idempotency
from runtime.engine.executing import execute, finish, started_again
from runtime.engine.parts import AtWork, Parts
from runtime.engine.standing import standing_of
from runtime.engine.unknown_outcome import STILL_AT_WORK, ask_outcome, left_behind
from runtime.tools.contract import Happened, Tool


async def settle(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """Find out what became of it (DESIGN section 5, Unknown outcome)."""
    tool = parts.tool_of(run, call.action.tool)
    if tool is None:
        await ask_outcome(parts, run, call, f"Its tool {call.action.tool} is not there any more, so nobody can look.")
        return
    repeatable = call.effect is EffectKind.READ or tool.contract.idempotency in (
        Idempotency.REPEATABLE,
        Idempotency.KEYED,
    )
    if run.finished and call.effect is EffectKind.READ:
        sentence = "The run ended before this read did; it changed nothing."
        await parts.record(SettleOutcome(run.run_id, call.call_id, CallOutcome.CANCELLED, sentence))
    elif repeatable and call.outcome is None and not run.finished:
        await _repeat(parts, run, call, tool, at_work)
    else:
        await _look(parts, run, call, tool)


async def _repeat(parts: Parts, run: Run, call: Call, tool: Tool, at_work: AtWork) -> None:
    """With the same key, where what it was started by still stands; else it is found out, and a person is asked."""
    if left_behind(parts, call):
        await _look(parts, run, call, tool)
        return
    standing = await standing_of(parts, run, call)
    why = standing.forbidden or standing.lapsed
    if why and call.effect is EffectKind.READ:
        sentence = f"It only read and changed nothing. {why}"
        outcome = CallOutcome.CANCELLED if standing.forbidden else CallOutcome.FAILED
        await parts.record(SettleOutcome(run.run_id, call.call_id, outcome, sentence, do_it=not standing.forbidden))
    elif why:
        await _look(parts, run, call, tool, why, forbidden=bool(standing.forbidden))
    elif await started_again(parts, run, call, standing, at_work):
        await execute(parts, run.run_id, call.call_id, at_work)


async def _look(parts: Parts, run: Run, call: Call, tool: Tool, why: str = "", *, forbidden: bool = False) -> None:
    """``why`` it is not simply repeated; ``forbidden``: it is not to be done now, whatever is found."""
    at_work = left_behind(parts, call)  # before it is looked: it may act and end meanwhile
    probed = await parts.runner.probe(tool, call.action.arguments, call.key)
    if probed.happened is Happened.YES:
        if probed.ran is not None:
            await finish(parts, run, call, probed.ran)
            return
        await parts.record(SettleOutcome(run.run_id, call.call_id, CallOutcome.OK, probed.sentence))
    elif probed.happened is Happened.NO and not at_work:
        failed = call.outcome is not None or run.finished or forbidden
        command = SettleOutcome(
            run.run_id,
            call.call_id,
            CallOutcome.FAILED,
            f"{probed.sentence} {why}".strip(),
            # After a crash it is done now, with the same key; after a failure the model decides what next.
            do_it=not failed,
        )
        await parts.record(command)
    else:
        still = STILL_AT_WORK if at_work else ""
        known = " ".join(said for said in (probed.sentence, why, still) if said)
        await ask_outcome(parts, run, call, known, tool.contract.digest)
