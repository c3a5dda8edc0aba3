"""Waiting for a person: the hold is kept by the monotonic clock, begins anew after a restart, then the ruling acts."""

import asyncio

from runtime.domain.ask_state import Ask
from runtime.domain.bound import changed_since
from runtime.domain.decision import ProposedCall
from runtime.domain.ids import AskId
from runtime.domain.loop_commands import DeliverRuling, ExpireAsk, Judged, Rejudge, RestartHold, StartEffect
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.domain.words import AskState, VerdictKind
from runtime.engine.executing import execute, judge_anew, start_refused
from runtime.engine.judging_calls import judge_one
from runtime.engine.parts import AtWork, Parts

SECOND = 1_000_000


async def await_ruling(parts: Parts, run: Run, call: Call, wake: asyncio.Event, at_work: AtWork) -> None:
    """One step of waiting: returns when something changed or the ruling took effect."""
    ask = await parts.states.load_ask(call.ask_id)
    if ask is None or not ask.open:
        await wake.wait()
        return
    if why := _changed(parts, run, ask):
        await judge_anew(parts, run, call, why)
        return
    if not await _hold_is_over(parts, ask, wake) or parts.run(run.run_id) is not run:
        return
    if ask.ruling is not None and ask.ruling.kind == "approved":
        await _spend(parts, run, call, at_work)
        return
    await _deliver(parts, ask, wake)


async def await_answer(parts: Parts, ask_id: AskId, wake: asyncio.Event) -> None:
    """The same for a question that is about a whole run."""
    ask = await parts.states.load_ask(ask_id)
    if ask is None or not ask.open:
        await wake.wait()
    elif await _hold_is_over(parts, ask, wake):
        await _deliver(parts, ask, wake)


async def _hold_is_over(parts: Parts, ask: Ask, wake: asyncio.Event) -> bool:
    """Wait for a ruling and for its hold; False when something else may have changed meanwhile."""
    if ask.state is not AskState.HELD or ask.ruling is None:
        await wake.wait()
        return False
    left = _hold_left(parts, ask)
    if left is None:
        if ask.raised.ask_id not in parts.holds:  # else it was released or given anew in this process
            await parts.record(RestartHold(ask.raised.ask_id, ask.ruling.takes_effect))
        if (anew := parts.states.ask(ask.raised.ask_id)) is not None:
            note_ruling(parts, anew)
        return False
    return left <= 0 or (await _passed(wake, left) and (_hold_left(parts, ask) or 0) <= 0)


async def _deliver(parts: Parts, ask: Ask, wake: asyncio.Event) -> None:
    delivered = await parts.record(DeliverRuling(ask.raised.ask_id))
    if isinstance(delivered, Refusal) and delivered.code == "expired":
        delivered = await parts.record(ExpireAsk(ask.raised.ask_id))
    if isinstance(delivered, Refusal):
        await _passed(wake, 0.05)


def _changed(parts: Parts, run: Run, ask: Ask) -> str:
    """Why it has to be asked anew: rules, revision, or (after the program was replaced) the tool itself."""
    if ask.raised.kind != "action":
        return ""
    tool = parts.tool_of(run, ask.raised.action.tool)
    if tool is not None and tool.contract.digest != ask.raised.action.contract:
        return f"The tool {ask.raised.action.tool} changed since this was asked."
    return changed_since(ask.raised, parts.states.workspace, parts.states.agent(run.agent))


def note_ruling(parts: Parts, ask: Ask) -> None:
    """A ruling was seen as it was given, in this process: its hold runs from now, by the monotonic clock.

    It is known until the request is over: one whose hold is over and that cannot act yet (a pause came in between) is
    not held anew."""
    if ask.ruling is None or not ask.open:
        parts.holds.pop(ask.raised.ask_id, None)
        return
    known = parts.holds.get(ask.raised.ask_id)
    if known is not None and known[0] == ask.ruling.takes_effect:
        return  # something else happened to the request; a sleep meanwhile shortens no hold
    left = max(0, ask.ruling.takes_effect - parts.clock.now_awake())
    parts.holds[ask.raised.ask_id] = (ask.ruling.takes_effect, parts.clock.running() + left)


def _hold_left(parts: Parts, ask: Ask) -> float | None:
    """Seconds until the ruling acts; None when this process never saw it given (it was restarted meanwhile)."""
    assert ask.ruling is not None
    known = parts.holds.get(ask.raised.ask_id)
    if known is None or known[0] != ask.ruling.takes_effect:
        return None
    return (known[1] - parts.clock.running()) / SECOND


async def _spend(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """The approval is consumed in the transaction that records the start; then the tool is called."""
    async with parts.counting(run):
        judged = await _judged_now(parts, run, call)
        if judged is None:
            return
        at_work.starting = True
        answer = await parts.record(StartEffect(run.run_id, call.call_id, judged.digest, judged=judged))
    if isinstance(answer, Refusal):
        await start_refused(parts, run, call, answer)
        if answer.code in ("state", "held"):
            await asyncio.sleep(0.05)  # a pause came in between; the next look finds it
        return
    await execute(parts, run.run_id, call.call_id, at_work)


async def _judged_now(parts: Parts, run: Run, call: Call) -> Judged | None:
    """As the gate judges it this moment, with the digest of what would run; None where it is denied.

    Other runs may have used a quota up since it was asked: what is denied now is not done, whoever approved it.
    """
    ask = parts.states.ask(call.ask_id)
    action = ask.action if ask is not None else call.action
    proposed = ProposedCall(action.tool, action.arguments, call.confidence, call.reason, call.step_id)
    judged = await judge_one(parts, run, proposed, call.turn, call.index)
    # A tool that would refuse the call now denies without a digest; the person is asked anew about that, as ever.
    if judged.verdict.kind is not VerdictKind.DENY or not judged.digest:
        return judged
    await parts.record(Rejudge(run.run_id, call.call_id, judged, "It is not allowed any more."))
    return None


async def _passed(wake: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until something changed; whether the time passed and nothing did."""
    try:
        # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the result.
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        return not wake.is_set()
    return False
