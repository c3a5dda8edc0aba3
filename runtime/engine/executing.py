"""Calling a tool whose start is durable, and recording its end before anything else of the run happens."""

import asyncio
import contextlib

import msgspec

from runtime.domain.bound import changed_since, difference
from runtime.domain.ids import CallId, RunId
from runtime.domain.loop_commands import ExpireAsk, FinishEffect, FinishRun, Judged, Rejudge, SettleOutcome, StartEffect
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome, CallStatus, EffectKind, Idempotency, Outcome, VerdictKind
from runtime.engine.judging_calls import judge_one
from runtime.engine.parts import AtWork, Parts
from runtime.engine.progress import Voice
from runtime.engine.standing import Standing, proposed, standing_of
from runtime.engine.unknown_outcome import STILL_AT_WORK, ask_outcome, left_behind
from runtime.tools.contract import Happened, Tool
from runtime.tools.ran import Ran
from runtime.tools.runner import Probed

ATTEMPTS = 3
LARGE_OUTPUT = 16_384
"""Outputs above this many characters are kept as a blob; the record holds their beginning."""


async def start_and_execute(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """Start a call that nothing stands before, then call the tool. Judges anew when what it is about changed."""
    if call.key:
        await _start_again(parts, run, call, at_work)
        return
    async with parts.counting(run):
        judged = await _judged_still(parts, run, call)
        if judged is None:
            return
        at_work.starting = True
        answer = await parts.record(
            StartEffect(
                run.run_id,
                call.call_id,
                call.digest,
                policy_version=judged.policy_version,
                plan=judged.plan,
            )
        )
    if isinstance(answer, Refusal):
        await start_refused(parts, run, call, answer)
        return
    await execute(parts, run.run_id, call.call_id, at_work)


async def _judged_still(parts: Parts, run: Run, call: Call) -> Judged | None:
    """Time passed since it was allowed (a pause, say): the gate looks again, and its new verdict stands. None where it
    is another one."""
    judged = await judge_one(parts, run, proposed(call), call.turn, call.index)
    if judged.verdict.kind is VerdictKind.ALLOW and judged.digest == call.digest:
        return judged
    await parts.record(Rejudge(run.run_id, call.call_id, judged, "Things changed since it was allowed."))
    return None


async def _start_again(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """It was started before, and is known not to have happened: once more, where what it was started by still stands.

    Where a rule forbids it by now it ends; where a person has to be asked it is judged and asked like any other call.
    While an attempt that was given up is still at work, nobody can know: a person is asked again.
    """
    if left_behind(parts, call):
        tool = parts.tool_of(run, call.action.tool)
        await ask_outcome(parts, run, call, STILL_AT_WORK, tool.contract.digest if tool is not None else "")
        return
    if await _found_done(parts, run, call):
        return
    standing = await standing_of(parts, run, call)
    why = standing.forbidden or standing.lapsed
    if why and call.status is CallStatus.STARTED:
        sentence = f"{call.summary} {why}".strip()
        again = not standing.forbidden
        await parts.record(SettleOutcome(run.run_id, call.call_id, CallOutcome.FAILED, sentence, do_it=again))
    elif why:
        await parts.record(Rejudge(run.run_id, call.call_id, standing.judged, why))
    elif await started_again(parts, run, call, standing, at_work):
        await execute(parts, run.run_id, call.call_id, at_work)


async def _found_done(parts: Parts, run: Run, call: Call) -> bool:
    """A person said that it did not happen: where it can be looked up, that is done once more before it is done. The
    attempt that was given up may have come to its end after they looked. What is found done is recorded, also where the
    run was stopped while it was looked: only then can it be undone."""
    tool = to_look_up(parts, run, call)
    if tool is None:
        return False
    probed = await parts.runner.probe(tool, call.action.arguments, call.key)
    if probed.happened is not Happened.YES:
        return False
    found = f"It was looked up once more before it was to be done, and is not done again: {probed.sentence}"
    await record_found(parts, run, call, probed, found)
    return True


def to_look_up(parts: Parts, run: Run, call: Call) -> Tool | None:
    """The tool of a call of which a person said that it did not happen, where it can look that up."""
    tool = parts.tool_of(run, call.action.tool)
    ask = parts.states.ask(call.ask_id) if call.ask_id else None
    told = ask is not None and ask.raised.kind == "unknown-outcome"
    return tool if told and tool is not None and tool.contract.idempotency is Idempotency.QUERYABLE else None


async def record_found(parts: Parts, run: Run, call: Call, probed: Probed, found: str) -> None:
    """It was found done: with what the call would have returned, where its tool can tell."""
    if probed.ran is not None:
        await finish(parts, run, call, msgspec.structs.replace(probed.ran, summary=f"{probed.ran.summary}. {found}"))
    else:
        await parts.record(SettleOutcome(run.run_id, call.call_id, CallOutcome.OK, found))


async def started_again(parts: Parts, run: Run, call: Call, standing: Standing, at_work: AtWork) -> bool:
    """Record another start under the same key. False where it was refused: the next look finds out why."""
    version = standing.judged.policy_version
    at_work.starting = True
    answer = await parts.record(StartEffect(run.run_id, call.call_id, call.digest, standing.contract, version))
    if isinstance(answer, Refusal) and answer.code != "changed":
        await start_refused(parts, run, call, answer)
    return not isinstance(answer, Refusal)


async def start_refused(parts: Parts, run: Run, call: Call, refusal: Refusal) -> None:
    """A start that was refused because something changed is judged (and asked) anew, and says why."""
    if refusal.code == "changed":
        await judge_anew(parts, run, call, refusal.sentence)
    elif refusal.code == "expired":
        await parts.record(ExpireAsk(call.ask_id))
    elif refusal.code not in ("state", "held"):
        await asyncio.sleep(1)  # the journal is not in order: nothing starts until it is


async def judge_anew(parts: Parts, run: Run, call: Call, why: str) -> None:
    """Through the gate again, under the rules and contents of now; the new request says what changed."""
    judged = await judge_one(parts, parts.run(run.run_id), proposed(call), call.turn, call.index)
    ask = parts.states.ask(call.ask_id) if call.ask_id else None
    if ask is not None and not changed_since(ask.raised, parts.states.workspace, parts.states.agent(run.agent)):
        why = difference(ask.raised, judged, why)
    await parts.record(Rejudge(run.run_id, call.call_id, judged, why))


async def execute(parts: Parts, run_id: RunId, call_id: CallId, at_work: AtWork) -> None:
    """Call the tool and record how it ended. The start is durable already."""
    run = parts.run(run_id)
    call = run.call(call_id)
    assert call is not None
    tool = parts.tool_of(run, call.action.tool)
    if tool is None:
        sentence = f"The tool {call.action.tool} is not there any more; nothing was done."
        await parts.record(FinishEffect(run.run_id, call_id, CallOutcome.FAILED, sentence, failure="no-tool"))
        return
    at_work.tools[call_id] = call.title
    voice = Voice(parts.progress, parts.redact, run_id, call_id)
    try:
        ran = await parts.runner.run(tool, call.action.arguments, call.key, at_work.cancelled, voice)
        again = _worth_another(parts, run, call, tool, ran) and not at_work.cancelled.is_set()
        await finish(parts, run, call, ran, again=again)
    finally:
        voice.end()
        at_work.tools.pop(call_id, None)  # only now: closing the program waits until the end is recorded
    if again:
        await asyncio.sleep(parts.retry_pause_s * 2 ** (call.attempt - 1))


def _worth_another(parts: Parts, run: Run, call: Call, tool: Tool, ran: Ran) -> bool:
    """Whether a failure may pass and the same call may be made again without harm."""
    safe_to_repeat = call.effect is EffectKind.READ or tool.contract.idempotency in (
        Idempotency.REPEATABLE,
        Idempotency.KEYED,
        Idempotency.QUERYABLE,
    )
    return (
        ran.outcome is CallOutcome.FAILED
        and ran.passing
        and safe_to_repeat
        and call.attempt < ATTEMPTS
        and not parts.run(run.run_id).finished
    )


async def finish(parts: Parts, run: Run, call: Call, ran: Ran, *, again: bool = False) -> None:
    """Record the end of an effect; large outputs become blobs first."""
    output, blob = ran.output, ""
    # A thread, because a long one takes a second for each few megabytes.
    output = await asyncio.to_thread(parts.redact, output) if len(output) > LARGE_OUTPUT else parts.redact(output)
    if len(output) > LARGE_OUTPUT:
        blob = await parts.keep(output.encode("utf-8", "surrogatepass"))
        output = ""
    summary = parts.redact(ran.summary)
    command = FinishEffect(
        run.run_id,
        call.call_id,
        ran.outcome,
        summary,
        output,
        blob,
        ran.failure,
        ran.undo,
        ran.duration_ms,
        again,
    )
    await parts.record(command)
    if ran.outcome is not CallOutcome.UNKNOWN and not again and parts.runner.memo.may_hold(call.key):
        # The journal holds the undo record now; the note on disk was for a crash in between.
        with contextlib.suppress(OSError):  # upkeep clears it later
            await asyncio.to_thread(parts.runner.memo.forget, call.key)


async def end_broken(parts: Parts, run: Run, sentence: str) -> None:
    """The program itself failed while working on this run: it ends, and says so."""
    await parts.record(FinishRun(run.run_id, Outcome.FAILED, sentence))
