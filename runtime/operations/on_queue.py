"""How the queue is looked after: looks, the shelf, handing over, one gesture for look-alikes, repeats and floods."""

from collections.abc import Callable

from runtime.domain import decide_harm
from runtime.domain import decide_queue as decide
from runtime.domain.ask_state import Ask
from runtime.domain.changes import Changes, Done
from runtime.domain.commands import Approve, Reject
from runtime.domain.decide_ask import no_such_ask
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events.people import FloodBegan, FloodEnded
from runtime.domain.flood import decide_begin_flood, decide_end_flood
from runtime.domain.ids import RUNTIME, WORKSPACE_STREAM, AskId, agent_stream, ask_stream, grant_stream
from runtime.domain.queue_commands import (
    BeginFlood,
    EndFlood,
    HandOver,
    MarkHarmful,
    PauseForRepeats,
    ReadAfterwards,
    ReturnAsk,
    RuleEach,
    SeeAsk,
    ShelveAsk,
    UnmarkHarmful,
    UnshelveAsk,
)
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.standing_deadlines import with_standing_deadlines
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations
from runtime.operations.ruled import ruled


async def _about(
    ops: Operations, ask_id: AskId, by: str, decided: Callable[[Ask], Decided], sentence: Callable[[Ask], str]
) -> Done | Refusal:
    """One decision about an ask alone; its run is only read."""
    ask = await ops.states.load_ask(ask_id)
    if ask is None:
        return no_such_ask(ask_id)

    def decided_now() -> Decided:
        now = ops.states.ask(ask_id)
        if now is None:
            return no_such_ask(ask_id)
        run, agent = ops.states.run(now.raised.run_id), ops.states.agent(now.raised.agent)
        stands = now if run is None else with_standing_deadlines(now, run, agent, ops.states.workspace, ops.now())
        return decided(stands)

    answer = await ops.commit([ask_stream(ask_id)], decided_now, by=author(by))
    if isinstance(answer, Refusal):
        return answer
    return Done(answer.changes, sentence(ops.states.ask(ask_id) or ask), answer.seq)


async def see(ops: Operations, command: SeeAsk) -> Done | Refusal:
    """The first look at an ask."""
    return await _about(
        ops,
        command.ask_id,
        command.by,
        lambda ask: decide.decide_see(ask, ops.states.workspace, command),
        lambda ask: "",
    )


async def shelve(ops: Operations, command: ShelveAsk) -> Done | Refusal:
    """Put an ask away for a time; its run hears of it."""

    def decided(ask: Ask, run: Run) -> Decided:
        others = [one for one in ops.states.open_asks() if one.shelved_until and one.raised.ask_id != command.ask_id]
        return decide.decide_shelve(ask, run, len(others), ops.states.workspace, command, ops.now())

    answer = await ruled(ops, command.ask_id, command.by, decided, "")
    ask = ops.states.ask(command.ask_id)
    if isinstance(answer, Refusal) or ask is None:
        return answer
    minutes = -(-max(0, ask.shelved_until - ops.now()) // 60_000_000)
    whole = ask.shelved_until >= ops.now() + (command.seconds - 60) * decide.SECOND
    sooner = "" if whole else ", when it becomes urgent"
    return Done(answer.changes, f"Shelved; it returns in {minutes} min{sooner}. Its deadlines run on.", answer.seq)


async def unshelve(ops: Operations, command: UnshelveAsk) -> Done | Refusal:
    """Take an ask from the shelf."""
    return await _about(
        ops,
        command.ask_id,
        command.by,
        lambda ask: decide.decide_unshelve(ask, ops.states.workspace, command),
        lambda ask: "It waits in the list again.",
    )


async def return_ask(ops: Operations, command: ReturnAsk) -> Done | Refusal:
    """Its time on the shelf is over."""
    return await _about(ops, command.ask_id, RUNTIME, lambda ask: decide.decide_return(ask, ops.now()), lambda ask: "")


async def hand_over(ops: Operations, command: HandOver) -> Done | Refusal:
    """Somebody else looks after an ask."""
    workspace = ops.states.workspace

    def sentence(ask: Ask) -> str:
        holder = workspace.operators.get(ask.holder)
        if holder is None:
            return "Nobody holds it any more; whoever comes decides."
        return "You look after it." if ask.holder == command.by else f"Handed over to {holder.name}."

    return await _about(
        ops,
        command.ask_id,
        command.by,
        lambda ask: decide.decide_hand_over(ask, ops.states.workspace, command),
        sentence,
    )


async def mark_harmful(ops: Operations, command: MarkHarmful) -> Done | Refusal:
    """What was approved and done did harm."""
    return await _about(
        ops,
        command.ask_id,
        command.by,
        lambda ask: decide_harm.decide_mark_harmful(ask, ops.states.workspace, command),
        lambda ask: "Recorded. Nothing is undone by it; Runs rolls back what can be.",
    )


async def unmark_harmful(ops: Operations, command: UnmarkHarmful) -> Done | Refusal:
    """It did no harm after all."""
    return await _about(
        ops,
        command.ask_id,
        command.by,
        lambda ask: decide_harm.decide_unmark_harmful(ask, ops.states.workspace, command),
        lambda ask: "Recorded: it did no harm.",
    )


async def read_afterwards(ops: Operations, command: ReadAfterwards) -> Done | Refusal:
    """Whoever approved it, or allowed it ahead, has read what came of it."""
    if command.grant_id:
        await ops.states.load([grant_stream(command.grant_id)])
    return await _about(
        ops,
        command.ask_id,
        command.by,
        lambda ask: decide_harm.decide_read_afterwards(
            ask, ops.states.grant(command.grant_id), ops.states.workspace, command
        ),
        lambda ask: "",
    )


async def rule_each(ops: Operations, command: RuleEach) -> Done | Refusal:
    """Look-alikes are ruled one after the other, each by its own digest; what could not be is told with its reason."""
    asks: list[Ask] = []
    for ask_id, _digest in command.items:
        ask = await ops.states.load_ask(ask_id)
        if ask is None:
            return no_such_ask(ask_id)
        asks.append(ask)
    if refusal := decide.why_not_each(asks, command, ops.now()):
        return refusal
    ruled: list[Done] = []
    not_ruled: list[str] = []
    code = ""
    for ask, (ask_id, digest) in zip(asks, command.items, strict=True):
        one: Approve | Reject
        if command.ruling == "approve":
            one = Approve(ask_id, command.by, digest, looked_ms=command.looked_ms, group=len(asks))
        elif digest != ask.raised.digest:
            not_ruled.append(f"{ask.raised.title}: This request changed. Look again.")
            continue
        else:
            one = Reject(ask_id, command.by, command.reason, command.looked_ms)
        answer = await ops.perform(one)
        if isinstance(answer, Refusal):
            not_ruled.append(f"{ask.raised.title}: {answer.sentence}")
            code = answer.code
        else:
            ruled.append(answer)
    word = "approved" if command.ruling == "approve" else "rejected"
    told = f"{len(ruled)} of {len(asks)} {word}."
    if not_ruled:
        told += f" Not {word}: " + " ".join(not_ruled)
    if not ruled:
        return Refusal(told, code or "changed")
    touched = tuple(done.changes for done in ruled)
    changes = Changes(
        runs=tuple(run for one in touched for run in one.runs), asks=tuple(ask for one in touched for ask in one.asks)
    )
    return Done(changes, told, ruled[-1].seq)


async def pause_for_repeats(ops: Operations, command: PauseForRepeats) -> Done | Refusal:
    """The agent does not take no for an answer."""
    ask = await ops.states.load_ask(command.ask_id)
    if ask is None:
        return no_such_ask(command.ask_id)

    def decided() -> Decided:
        now = ops.states.ask(command.ask_id) or ask
        return decide.decide_pause_for_repeats(now, ops.states.agent(now.raised.agent))

    return await ops.commit([agent_stream(ask.raised.agent)], decided, by=RUNTIME)


async def begin_flood(ops: Operations, command: BeginFlood) -> Done | Refusal:
    """Too much is asked."""
    return await _flood(ops, lambda: decide_begin_flood(ops.states.workspace.flood_since, command.asks))


async def end_flood(ops: Operations, command: EndFlood) -> Done | Refusal:
    """It is calm again."""
    return await _flood(ops, lambda: decide_end_flood(ops.states.workspace.flood_since, command.summary))


async def _flood(ops: Operations, decide_now: Callable[[], FloodBegan | FloodEnded | Refusal]) -> Done | Refusal:
    def decided() -> Decided:
        event = decide_now()
        return event if isinstance(event, Refusal) else [Fact(WORKSPACE_STREAM, event)]

    return await ops.commit([WORKSPACE_STREAM], decided, by=RUNTIME)
