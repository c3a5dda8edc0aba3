"""How money is recorded: reserved before a call, settled with its answer, kept after a crash; caps and prices set."""

from typing import Final

from runtime.domain import decide_budget as decide
from runtime.domain import decide_cap
from runtime.domain.agent_spec import Limits
from runtime.domain.ask_state import Ask
from runtime.domain.budget import NOTHING, Amount, Caps
from runtime.domain.budget_state import ahead_of
from runtime.domain.changes import Done
from runtime.domain.commands import AnswerCap, EnterPrice, RemovePrice, SetCaps
from runtime.domain.connection import TEST_AGENT, TEST_RUN
from runtime.domain.decide_run import Decided, facts, no_such_run
from runtime.domain.decision import Usage
from runtime.domain.envelope import Fact
from runtime.domain.events.runs import CapReached, ModelFailed
from runtime.domain.ids import (
    BUDGET_STREAM,
    RUNTIME,
    WORKSPACE_STREAM,
    AgentName,
    RunId,
    StreamName,
    agent_author,
    ask_stream,
    book_stream,
    run_stream,
)
from runtime.domain.loop_commands import (
    AskCap,
    ExpireReservation,
    KeepReservation,
    NoteDearer,
    RecordSpent,
    Reserve,
    Spent,
)
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.standings import Spender
from runtime.domain.words import CapAction
from runtime.operations.on_asks import held_sentence, ruled
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations

NO_BOUND: Final = Limits(cost_micros=10**12, tokens=0)
"""A test of a connection is bounded by the caps of the day and the month, not by those of an agent."""


def caps_now(ops: Operations) -> Caps:
    """The caps in force."""
    return decide.caps_in_force(ops.states.terms, ops.states.workspace.settings)


def spender_of(ops: Operations, run: Run, day: str) -> Spender:
    """Whose call it is, with what its run has spent until now."""
    limits = ops.states.agent(run.agent).revisions[run.revision - 1].limits
    before = NOTHING
    for book in ops.states.books:
        if book.open and not day.startswith(book.month):
            before = before.plus(book.held_by(run.run_id))
    spent, ahead = Amount(run.cost_micros, run.tokens), ahead_of(day, run.agent, ops.states.books)
    return Spender(run.run_id, run.agent, day, spent, limits, before, ahead)


def tester(ops: Operations, day: str) -> Spender:
    """Who tests a connection: no run, so that no bound of a run holds."""
    agent = AgentName(TEST_AGENT)
    ahead = ahead_of(day, agent, ops.states.books)
    return Spender(RunId(TEST_RUN), agent, day, NOTHING, NO_BOUND, ahead=ahead)


async def reserve(ops: Operations, command: Reserve) -> Done | Refusal:
    """Hold the worst case; where another model is asked instead, the run says so in the same commit."""
    held = command.reservation
    run = await ops.states.load_run(held.run_id)
    if run is None:
        return no_such_run(held.run_id)
    streams = (book_stream(held.month), run_stream(held.run_id))  # of one run nothing is reserved in two months at once

    def decided() -> Decided:
        now = ops.states.run(held.run_id) or run
        if now.finished:
            return Refusal("The run ended; its model is not asked any more.", "state")
        made = decide.decide_reserve(ops.states.book(held.month), caps_now(ops), spender_of(ops, now, held.day), held)
        if isinstance(made, Refusal) or not command.instead:
            return made
        reached = CapReached(now.run_id, command.kinds, command.instead, CapAction.CHEAPER, model=held.model)
        return made + facts(now.run_id, reached)

    return await ops.commit(streams, decided, by=agent_author(run.agent, run.revision))


def settle(ops: Operations, run: Run, spent: Spent | None) -> list[Fact]:
    """What a call did cost, for the commit that records its answer."""
    if spent is None:
        return []
    book = ops.states.book(spent.month)
    held = book.open.get(spent.reservation_id)
    if held is None:
        return []
    return decide.settle_facts(book, caps_now(ops), spender_of(ops, run, held.day), spent)


def book_streams(spent: Spent | None) -> tuple[StreamName, ...]:
    """The stream that has to be held to settle it."""
    return (book_stream(spent.month),) if spent is not None else ()


async def record_spent(ops: Operations, command: RecordSpent) -> Done | Refusal:
    """A cost without an answer, also of a run that is over: nothing that was spent is forgotten."""
    run = await ops.states.load_run(command.run_id)
    if run is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        now = ops.states.run(command.run_id) or run
        settled = settle(ops, now, command.spent)
        if not settled:
            return Refusal("This reservation is settled.", "state")
        turn = len(now.turns) + 1
        failed = ModelFailed(now.run_id, turn, command.model, command.sentence, False, command.usage)
        return facts(now.run_id, failed) + settled

    return await ops.commit([run_stream(run.run_id), *book_streams(command.spent)], decided, by=RUNTIME)


async def note_dearer(ops: Operations, command: NoteDearer) -> Done | Refusal:
    """From the next call of this route on, what answered now is what is reserved for."""

    def decided() -> Decided:
        return decide.decide_note_dearer(ops.states.terms, command)

    return await ops.commit([BUDGET_STREAM], decided, by=RUNTIME)


async def keep_reservation(ops: Operations, command: KeepReservation) -> Done | Refusal:
    """A call of an earlier life of the program: it stays held, and that is said."""

    def decided() -> Decided:
        return decide.decide_keep(ops.states.book(command.month), command.reservation_id, ops.now())

    return await ops.commit([book_stream(command.month)], decided, by=RUNTIME)


async def expire_reservation(ops: Operations, command: ExpireReservation) -> Done | Refusal:
    """Its time is up: it counts in full."""
    await ops.states.load_run(command.run_id)

    def decided() -> Decided:
        run, book = ops.states.run(command.run_id), ops.states.book(command.month)
        held = book.open.get(command.reservation_id)
        day = held.day if held is not None else ""
        spender = spender_of(ops, run, day) if run is not None else tester(ops, day)
        return decide.decide_expire_reservation(book, caps_now(ops), spender, run, command.reservation_id)

    return await ops.commit([book_stream(command.month), run_stream(command.run_id)], decided, by=RUNTIME)


async def ask_cap(ops: Operations, command: AskCap) -> Done | Refusal:
    """The run waits for a person."""
    run = await ops.states.load_run(command.run_id)
    if run is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        return decide_cap.decide_ask_cap(ops.states.run(command.run_id) or run, command, ops.now())

    streams = [run_stream(run.run_id), ask_stream(command.draft.ask_id)]
    return await ops.commit(streams, decided, by=agent_author(run.agent, run.revision))


async def answer_cap(ops: Operations, command: AnswerCap) -> Done | Refusal:
    """Raise for this run, take what there is, or stop."""

    def decided(ask: Ask, run: Run) -> Decided:
        return decide_cap.decide_answer_cap(ask, ops.states.workspace, command, ops.now())

    return await ruled(ops, command.ask_id, command.by, decided, held_sentence(ops, "Recorded"))


async def set_caps(ops: Operations, command: SetCaps) -> Done | Refusal:
    """All caps; the money of a day is a setting, saved in the same transaction."""

    def decided() -> Decided:
        return decide.decide_set_caps(ops.states.terms, ops.states.workspace.settings, command)

    sentence = f"The caps hold from now on: {decide.caps_words(command.caps)}."
    return await ops.commit((BUDGET_STREAM, WORKSPACE_STREAM), decided, by=author(command.by), sentence=sentence)


async def enter_price(ops: Operations, command: EnterPrice) -> Done | Refusal:
    """What a model costs."""

    def decided() -> Decided:
        return decide.decide_enter_price(ops.states.terms, command)

    sentence = f"The price of {command.model} was entered; its next call is counted with it."
    return await ops.commit((BUDGET_STREAM,), decided, by=author(command.by), sentence=sentence)


async def remove_price(ops: Operations, command: RemovePrice) -> Done | Refusal:
    """The table's price holds again."""

    def decided() -> Decided:
        return decide.decide_remove_price(ops.states.terms, command)

    sentence = f"The price of {command.model} was removed."
    return await ops.commit((BUDGET_STREAM,), decided, by=author(command.by), sentence=sentence)


async def or_record_spent(
    ops: Operations, answer: Done | Refusal, run_id: RunId, model: str, spent: Spent | None, usage: Usage
) -> Done | Refusal:
    """The answer could not be recorded (its run ended meanwhile); what it cost is recorded all the same."""
    if isinstance(answer, Done) or spent is None:
        return answer
    sentence = f"Its answer came too late to be used. {answer.sentence}"
    await record_spent(ops, RecordSpent(run_id, model, sentence, usage, spent))
    return answer
