"""How the verdict on an action that ran without a person is recorded: in the stream of its run, whatever its state."""

from runtime.domain.changes import Done
from runtime.domain.decide_review import decide_review, is_drawn
from runtime.domain.decide_run import Decided, no_such_run
from runtime.domain.events.effects import EffectStarted
from runtime.domain.ids import run_stream
from runtime.domain.queue_commands import ReviewAction
from runtime.domain.refusals import Refusal
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations


async def review(ops: Operations, command: ReviewAction) -> Done | Refusal:
    """Fine, or it should have been asked."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)

    drawn = await _is_drawn(ops, command)

    def decided() -> Decided:
        return decide_review(ops.states.run(command.run_id) or run, ops.states.workspace, command, drawn=drawn)

    asked = "Recorded: it should have been asked. Settings, Rules proposes a rule that asks."
    told = "Recorded: fine." if command.fine else asked
    return await ops.commit([run_stream(run.run_id)], decided, by=author(command.by), sentence=told)


async def _is_drawn(ops: Operations, command: ReviewAction) -> bool:
    """What ran to its end starts no more: its last start can be read before anything is decided."""
    starts = [
        hashed
        for envelope, hashed in await ops.log.read_hashed(run_stream(command.run_id))
        if isinstance(envelope.event, EffectStarted) and envelope.event.call_id == command.call_id
    ]
    return bool(starts) and is_drawn(starts[-1])
