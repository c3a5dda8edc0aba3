"""One decision about a request and its run, under both their locks: what every ruling goes through."""

from collections.abc import Callable

from runtime.domain import decide_ask as decide
from runtime.domain.ask_state import Ask
from runtime.domain.changes import Done
from runtime.domain.decide_run import Decided
from runtime.domain.ids import RUNTIME, AskId, StreamName, ask_stream, run_stream
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.standing_deadlines import moved_for_the_alone, with_standing_deadlines
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations


async def ruled(
    ops: Operations,
    ask_id: AskId,
    by: str,
    decided: Callable[[Ask, Run], Decided],
    sentence: str,
    more: Callable[[Ask], list[StreamName]] = lambda ask: [],
) -> Done | Refusal:
    """One decision about an ask and its run, under both their locks."""
    ask = await ops.states.load_ask(ask_id)
    if ask is None:
        return decide.no_such_ask(ask_id)
    run_id = ask.raised.run_id

    def decided_now() -> Decided:
        now, run = ops.states.ask(ask_id), ops.states.run(run_id)
        if now is None or run is None:
            return decide.no_such_ask(ask_id)
        agent, workspace = ops.states.agent(run.agent), ops.states.workspace
        stands = with_standing_deadlines(now, run, agent, workspace, ops.now())
        ruling = decided(stands, run)
        if isinstance(ruling, Refusal) or by == RUNTIME:
            return ruling
        return moved_for_the_alone(now, run, agent, workspace, ops.now()) + ruling

    streams = [ask_stream(ask_id), run_stream(run_id), *more(ask)]
    return await ops.commit(streams, decided_now, by=author(by), sentence=sentence)
