"""How it is recorded what a task is about and whether an outcome is good, with what asking did cost."""

from collections.abc import Callable

from runtime.domain import decide_judging as decide
from runtime.domain.changes import Done
from runtime.domain.decide_run import Decided, no_such_run
from runtime.domain.ids import RUNTIME, run_stream
from runtime.domain.judging_commands import RecordClass, RecordVerdict
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.operations.on_budget import book_streams, or_record_spent, settle
from runtime.operations.perform import Operations


async def record_class(ops: Operations, command: RecordClass) -> Done | Refusal:
    """What the task is about."""
    return await _recorded(ops, command, lambda run: decide.decide_record_class(run, command))


async def record_verdict(ops: Operations, command: RecordVerdict) -> Done | Refusal:
    """Whether the outcome is good."""
    return await _recorded(ops, command, lambda run: decide.decide_record_verdict(run, command))


async def _recorded(
    ops: Operations, command: RecordClass | RecordVerdict, decide_now: Callable[[Run], Decided]
) -> Done | Refusal:
    run = await ops.states.load_run(command.run_id)
    if run is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        now = ops.states.run(command.run_id) or run
        made = decide_now(now)
        return made if isinstance(made, Refusal) else made + settle(ops, now, command.spent)

    answer = await ops.commit([run_stream(command.run_id), *book_streams(command.spent)], decided, by=RUNTIME)
    return await or_record_spent(ops, answer, command.run_id, command.model, command.spent, command.usage)
