"""How what the loop reports is recorded: plans, turns, starts and ends of effects, undos, the end of a run."""

from collections.abc import Awaitable, Callable

from runtime.domain import decide_effect, decide_plan, decide_rollback, decide_run, decide_turn
from runtime.domain.changes import Done
from runtime.domain.decide_leftover import decide_roll_itself_back
from runtime.domain.decide_outcome_ask import decide_ask_outcome
from runtime.domain.decide_run import Decided, no_such_run
from runtime.domain.decide_undo_asked import decide_ask_undo
from runtime.domain.ids import RUNTIME, RunId, StreamName, agent_author, ask_stream, run_stream
from runtime.domain.loop_commands import (
    AskOutcome,
    AskUndo,
    BeginRun,
    FinishEffect,
    FinishRollback,
    FinishRun,
    FinishUndo,
    Judged,
    RecordJudgement,
    RecordModelFailure,
    RecordPlan,
    RecordTurn,
    Rejudge,
    RollItselfBack,
    SettleOutcome,
    Spent,
    StartEffect,
    StartUndo,
)
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.operations import on_grants
from runtime.operations.new_ids import new_rollback_id
from runtime.operations.on_budget import book_streams, or_record_spent, settle
from runtime.operations.on_runs import open_asks, streams_of
from runtime.operations.perform import Operations


def _recorded(
    ops: Operations,
    run_id: RunId,
    decided: Callable[[Run], Decided],
    more: tuple[StreamName, ...] = (),
    *,
    by_agent: bool = False,
) -> Awaitable[Done | Refusal]:
    """Mostly the run is in memory; then nothing is awaited but the commit itself, as each step pays for each await."""
    run = ops.states.whole_run(run_id)
    if run is None:
        return _recorded_once_loaded(ops, run_id, decided, more, by_agent=by_agent)
    return _committed(ops, run, decided, more, by_agent=by_agent)


async def _recorded_once_loaded(
    ops: Operations,
    run_id: RunId,
    decided: Callable[[Run], Decided],
    more: tuple[StreamName, ...],
    *,
    by_agent: bool,
) -> Done | Refusal:
    run = await ops.states.load_run(run_id)
    return no_such_run(run_id) if run is None else await _committed(ops, run, decided, more, by_agent=by_agent)


def _committed(
    ops: Operations, run: Run, decided: Callable[[Run], Decided], more: tuple[StreamName, ...], *, by_agent: bool
) -> Awaitable[Done | Refusal]:
    by = agent_author(run.agent, run.revision) if by_agent else RUNTIME

    def decided_now() -> Decided:
        return decided(ops.states.run(run.run_id) or run)

    return ops.commit((run_stream(run.run_id), *more), decided_now, by=by)


def _still_holds(ops: Operations, run: Run, *judged: Judged) -> bool:
    """Whether nothing holds the run back, and the rules and the plan that judged are those of now."""
    now = (ops.states.workspace.policy.version, run.plan_revision)
    return _may_start(ops, run) is None and all((one.policy_version, one.plan) == now for one in judged)


def _may_start(ops: Operations, run: Run) -> Refusal | None:
    """A pause may have come while the gate or the disk was busy: it holds for everything not started yet."""
    if ops.states.workspace.chain_broken:
        return Refusal("The journal was changed; no effect starts.", "chain")
    if ops.states.workspace.paused_by or ops.states.agent(run.agent).paused_by:
        return Refusal("The agent is paused; nothing starts now.", "state")
    return _refused_by_disk(ops)


def _refused_by_disk(ops: Operations) -> Refusal | None:
    """While the disk refuses, or somebody else may own the workspace, nothing in the world is touched."""
    return Refusal(ops.disk.trouble, "storage") if ops.disk.trouble else None


def _settled(ops: Operations, run: Run, decided: Decided, spent: Spent | None) -> Decided:
    """With what the call did cost, in the same commit."""
    return decided if isinstance(decided, Refusal) else decided + settle(ops, run, spent)


async def begin_run(ops: Operations, command: BeginRun) -> Done | Refusal:
    """Leave the queue."""
    return await _recorded(ops, command.run_id, lambda run: decide_run.decide_begin(run, command))


async def record_plan(ops: Operations, command: RecordPlan) -> Done | Refusal:
    """The planner answered."""

    review = (ask_stream(command.review.ask_id),) if command.review is not None else ()

    def decided(run: Run) -> Decided:
        return _settled(ops, run, decide_plan.decide_record_plan(run, command, ops.now()), command.spent)

    streams = (*review, *book_streams(command.spent))
    answer = await _recorded(ops, command.run_id, decided, streams, by_agent=True)
    return await or_record_spent(ops, answer, command.run_id, command.model, command.spent, command.usage)


async def record_model_failure(ops: Operations, command: RecordModelFailure) -> Done | Refusal:
    """An attempt failed."""

    def decided(run: Run) -> Decided:
        return _settled(ops, run, decide_run.decide_model_failure(run, command), command.spent)

    answer = await _recorded(ops, command.run_id, decided, book_streams(command.spent))
    return await or_record_spent(ops, answer, command.run_id, command.model, command.spent, command.usage)


def record_turn(ops: Operations, command: RecordTurn) -> Awaitable[Done | Refusal]:
    """One turn: answer, verdicts, asks, first start."""
    new_asks = tuple(ask_stream(judged.ask.ask_id) for judged in command.judged if judged.ask)
    under = on_grants.first_grant(command.judged)

    def decided(run: Run) -> Decided:
        grant = on_grants.standing(ops, under, on_grants.wanted_by(run, command.judged[0])) if under else None
        may_start = _still_holds(ops, run, *command.judged) and not isinstance(grant, Refusal)
        made = decide_turn.decide_record_turn(run, command, run.task.title, ops.now(), may_start=may_start)
        if under:
            made = on_grants.used(made, grant, decide_turn.call_id_of(command.turn, command.judged[0].index))
        return _settled(ops, run, made, command.spent)

    streams = (*new_asks, *book_streams(command.spent), *on_grants.streams_of_grant(ops, under))
    recorded = _recorded(ops, command.run_id, decided, streams, by_agent=True)
    return recorded if command.spent is None else _or_spent(ops, recorded, command)


async def _or_spent(ops: Operations, recorded: Awaitable[Done | Refusal], command: RecordTurn) -> Done | Refusal:
    answer = await recorded
    return await or_record_spent(ops, answer, command.run_id, command.model, command.spent, command.usage)


async def record_judgement(ops: Operations, command: RecordJudgement) -> Done | Refusal:
    """The next call of an answer."""
    new_asks = (ask_stream(command.judged.ask.ask_id),) if command.judged.ask else ()
    under = command.judged.verdict.grant

    def decided(run: Run) -> Decided:
        grant = on_grants.standing(ops, under, on_grants.wanted_by(run, command.judged)) if under else None
        may_start = _still_holds(ops, run, command.judged, *command.beside) and not isinstance(grant, Refusal)
        made = decide_turn.decide_record_judgement(run, command, run.task.title, ops.now(), may_start=may_start)
        return on_grants.used(made, grant, decide_turn.call_id_of(command.turn, command.judged.index))

    streams = (*new_asks, *on_grants.streams_of_grant(ops, under))
    return await _recorded(ops, command.run_id, decided, streams, by_agent=True)


async def rejudge(ops: Operations, command: Rejudge) -> Done | Refusal:
    """Judged and asked anew."""
    run = await ops.states.load_run(command.run_id)
    call = run.call(command.call_id) if run else None
    streams = [ask_stream(call.ask_id)] if call and call.ask_id else []
    if command.judged.ask:
        streams.append(ask_stream(command.judged.ask.ask_id))

    def decided(run: Run) -> Decided:
        now = run.call(command.call_id)
        ask = ops.states.ask(now.ask_id) if now and now.ask_id else None
        return decide_turn.decide_rejudge(run, ask, command, run.task.title, ops.now())

    return await _recorded(ops, command.run_id, decided, tuple(streams))


async def start_effect(ops: Operations, command: StartEffect) -> Done | Refusal:
    """Durable before the tool is called; an approval is spent in the same transaction."""
    run = await ops.states.load_run(command.run_id)
    call = run.call(command.call_id) if run else None
    streams: tuple[StreamName, ...] = (ask_stream(call.ask_id),) if call and call.ask_id else ()
    streams += on_grants.streams_of_grant(ops, call.grant_id) if call and not call.key else ()

    def decided(run: Run) -> Decided:
        now = run.call(command.call_id)
        if refusal := _may_start(ops, run):
            return refusal
        grant = on_grants.standing_for(ops, run, now)
        if isinstance(grant, Refusal):
            return grant
        ask = ops.states.ask(now.ask_id) if now and now.ask_id else None
        agent = ops.states.agent(run.agent)
        made = decide_effect.decide_start_effect(run, ask, command, ops.now(), ops.states.workspace, agent)
        return on_grants.used(made, grant, command.call_id)

    return await _recorded(ops, command.run_id, decided, streams, by_agent=True)


def finish_effect(ops: Operations, command: FinishEffect) -> Awaitable[Done | Refusal]:
    """The tool came back."""
    return _recorded(ops, command.run_id, lambda run: decide_effect.decide_finish_effect(run, command), by_agent=True)


async def settle_outcome(ops: Operations, command: SettleOutcome) -> Done | Refusal:
    """Looking told what became of it."""
    return await _recorded(ops, command.run_id, lambda run: decide_effect.decide_settle(run, command, RUNTIME))


async def ask_outcome(ops: Operations, command: AskOutcome) -> Done | Refusal:
    """Nobody can look: a person is asked."""

    def decided(run: Run) -> Decided:
        workspace, agent = ops.states.workspace, ops.states.agent(run.agent)
        return decide_ask_outcome(run, command, run.task.title, ops.now(), workspace, agent)

    return await _recorded(ops, command.run_id, decided, (ask_stream(command.draft.ask_id),))


async def finish_run(ops: Operations, command: FinishRun) -> Done | Refusal:
    """The end."""
    run = await ops.states.load_run(command.run_id)
    streams = tuple(streams_of(ops, run)) if run else ()

    def decided(run: Run) -> Decided:
        whole = ops.states.agent(run.agent).revisions[run.revision - 1].all_or_nothing
        return decide_run.decide_finish(run, open_asks(ops, run.run_id), command, all_or_nothing=whole)

    return await _recorded(ops, command.run_id, decided, streams)


async def roll_itself_back(ops: Operations, command: RollItselfBack) -> Done | Refusal:
    """An all-or-nothing run failed half-way."""
    rollback_id = new_rollback_id()
    return await _recorded(ops, command.run_id, lambda run: decide_roll_itself_back(run, rollback_id), by_agent=True)


async def start_undo(ops: Operations, command: StartUndo) -> Done | Refusal:
    """Durable before the tool is called."""

    def decided(run: Run) -> Decided:
        if ops.states.workspace.chain_broken:
            return Refusal("The journal was changed; nothing is undone until it was verified.", "chain")
        if refusal := _refused_by_disk(ops):
            return refusal
        return decide_rollback.decide_start_undo(run, command)

    return await _recorded(ops, command.run_id, decided)


async def finish_undo(ops: Operations, command: FinishUndo) -> Done | Refusal:
    """What became of it."""
    return await _recorded(ops, command.run_id, lambda run: decide_rollback.decide_finish_undo(run, command))


async def ask_undo(ops: Operations, command: AskUndo) -> Done | Refusal:
    """Nobody knows whether it was undone: a person is asked."""
    asked = (ask_stream(command.draft.ask_id),)
    return await _recorded(ops, command.run_id, lambda run: decide_ask_undo(run, command, ops.now()), asked)


async def finish_rollback(ops: Operations, command: FinishRollback) -> Done | Refusal:
    """Nothing is left to undo."""
    next_id = new_rollback_id()
    run = await ops.states.load_run(command.run_id)
    asks = [run.leftover_ask] if run is not None and run.leftover_ask else []
    asks += [command.draft.ask_id] if command.draft is not None else []

    def decided(run: Run) -> Decided:
        leftover = ops.states.ask(run.leftover_ask) if run.leftover_ask else None
        return decide_rollback.decide_finish_rollback(run, leftover, command, ops.now(), next_id)

    return await _recorded(ops, command.run_id, decided, tuple(ask_stream(ask_id) for ask_id in asks))
