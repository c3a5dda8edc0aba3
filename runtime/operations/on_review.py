"""How the verdict on an action that ran without a person is recorded: in the stream of its run, whatever its state."""

from runtime.domain.changes import Done
from runtime.domain.decide_review import decide_review
from runtime.domain.decide_run import Decided, no_such_run
from runtime.domain.ids import run_stream
from runtime.domain.queue_commands import ReviewAction
from runtime.domain.refusals import Refusal
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations


async def review(ops: Operations, command: ReviewAction) -> Done | Refusal:
    """Fine, or it should have been asked."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        return decide_review(ops.states.run(command.run_id) or run, ops.states.workspace, command)

    asked = "Recorded: it should have been asked. Settings, Rules proposes a rule that asks."
    told = "Recorded: fine." if command.fine else asked
    return await ops.commit([run_stream(run.run_id)], decided, by=author(command.by), sentence=told)
