"""How duty and presence are recorded; whoever comes back moves the deadlines of what waited without anybody."""

from collections.abc import Callable

from runtime.domain import decide_presence as decide
from runtime.domain.changes import Done
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.ids import WORKSPACE_STREAM, ask_stream
from runtime.domain.queue_commands import NoteAway, NoteBack, SetDuty
from runtime.domain.refusals import Refusal
from runtime.domain.standing_deadlines import moved_for_the_alone
from runtime.domain.workspace_state import evolve_workspace
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations


async def set_duty(ops: Operations, command: SetDuty) -> Done | Refusal:
    """On duty, or off."""
    word = "on duty" if command.on else "off duty: no notifications, and asks wait where the agent may wait"
    operator = ops.states.workspace.operators.get(command.operator_id)
    name = operator.name if operator is not None else command.operator_id
    said = f"{name} is {word}."
    return await _of_people(ops, command.by, lambda: decide.decide_duty(ops.states.workspace, command), said)


async def note_away(ops: Operations, command: NoteAway) -> Done | Refusal:
    """Nobody touched the window for some minutes."""
    return await _of_people(ops, command.by, lambda: decide.decide_away(ops.states.workspace, command))


async def note_back(ops: Operations, command: NoteBack) -> Done | Refusal:
    """The person is there."""
    return await _of_people(ops, command.by, lambda: decide.decide_back(ops.states.workspace, command))


async def _of_people(ops: Operations, by: str, decided: Callable[[], Decided], sentence: str = "") -> Done | Refusal:
    def decided_now() -> Decided:
        facts = decided()
        return facts if isinstance(facts, Refusal) else [*facts, *_moved(ops, facts)]

    asks = ops.states.open_asks() if ops.states.workspace.unattended_since else ()
    streams = [WORKSPACE_STREAM, *(ask_stream(ask.raised.ask_id) for ask in asks)]
    return await ops.commit(streams, decided_now, by=author(by), sentence=sentence)


def _moved(ops: Operations, facts: list[Fact]) -> list[Fact]:
    """Deadlines that stood still until now, where this ends it."""
    before = after = ops.states.workspace
    if not before.unattended_since:
        return []
    for fact in facts:
        after = evolve_workspace(after, fact.event, ops.now())  # type: ignore[arg-type]  # these are the workspace's own
    if after.unattended_since:
        return []
    states = ops.states
    return [
        moved
        for ask in states.open_asks()
        for moved in moved_for_the_alone(
            ask, states.run(ask.raised.run_id), states.agent(ask.raised.agent), before, ops.now()
        )
    ]
