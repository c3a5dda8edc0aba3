"""How it is recorded which model is asked: routes, answers set aside, votes, waiting for models, connections."""

from collections.abc import Callable

from runtime.domain import decide_routing as decide
from runtime.domain.changes import Done
from runtime.domain.decide_run import Decided, no_such_run
from runtime.domain.ids import RUNTIME, WORKSPACE_STREAM, RunId, StreamName, run_stream
from runtime.domain.refusals import Refusal
from runtime.domain.routing_commands import ContinueRun, MoveConnection, RecordVote, SetAside, TakeRoute, WaitForModels
from runtime.domain.run_state import Run
from runtime.operations.on_budget import book_streams, or_record_spent, settle
from runtime.operations.perform import Operations


async def _recorded(
    ops: Operations, run_id: RunId, decided: Callable[[Run], Decided], more: tuple[StreamName, ...] = ()
) -> Done | Refusal:
    run = await ops.states.load_run(run_id)
    if run is None:
        return no_such_run(run_id)

    def decided_now() -> Decided:
        return decided(ops.states.run(run_id) or run)

    return await ops.commit([run_stream(run_id), *more], decided_now, by=RUNTIME)


async def take_route(ops: Operations, command: TakeRoute) -> Done | Refusal:
    """Another model of the chain is asked."""
    return await _recorded(ops, command.run_id, lambda run: decide.decide_take_route(run, command))


async def set_aside(ops: Operations, command: SetAside) -> Done | Refusal:
    """An answer that is not acted on, with what it did cost; the cost is kept whatever became of the run."""

    def decided(run: Run) -> Decided:
        made = decide.decide_set_aside(run, command)
        return made if isinstance(made, Refusal) else made + settle(ops, run, command.spent)

    answer = await _recorded(ops, command.run_id, decided, book_streams(command.spent))
    return await or_record_spent(ops, answer, command.run_id, command.model, command.spent, command.usage)


async def record_vote(ops: Operations, command: RecordVote) -> Done | Refusal:
    """What came of a vote."""
    return await _recorded(ops, command.run_id, lambda run: decide.decide_record_vote(run, command))


async def wait_for_models(ops: Operations, command: WaitForModels) -> Done | Refusal:
    """The run waits."""
    return await _recorded(ops, command.run_id, lambda run: decide.decide_wait_for_models(run, command, ops.now()))


async def continue_run(ops: Operations, command: ContinueRun) -> Done | Refusal:
    """The run goes on."""
    return await _recorded(ops, command.run_id, lambda run: decide.decide_continue(run, command))


async def move_connection(ops: Operations, command: MoveConnection) -> Done | Refusal:
    """One breaker for every agent: decided under the lock of the workspace, so that one call alone tries it."""

    def decided() -> Decided:
        return decide.decide_move_connection(ops.states.workspace, command, ops.now())

    return await ops.commit([WORKSPACE_STREAM], decided, by=RUNTIME)
