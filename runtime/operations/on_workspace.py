"""How commands about the whole workspace are carried out: rules, settings, people, pause all, and the loop's notes."""

from collections.abc import Callable

from runtime.domain import decide_workspace as decide
from runtime.domain.changes import Done
from runtime.domain.commands import PauseAll, ResumeAll, SaveOperator, SavePolicy, SaveSettings
from runtime.domain.decide_presence import leaving
from runtime.domain.decide_routing import trials_over
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events import Event
from runtime.domain.events.workspace import (
    ChainFoundBroken,
    ChainVerified,
    ClockJumped,
    JournalCompared,
    ProgramStarted,
    ProgramStopped,
)
from runtime.domain.ids import OPERATORS_STREAM, POLICY_STREAM, RUNTIME, WORKSPACE_STREAM, ask_stream
from runtime.domain.loop_commands import NoteChain, NoteClock, NoteCompared, NoteStarted, NoteStopped
from runtime.domain.policy import Policy
from runtime.domain.refusals import Refusal
from runtime.domain.workspace_state import Workspace
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations

PolicyFaults = Callable[[Policy], tuple[str, ...]]


class SavePolicyHandler:
    """Saving rules needs the tools this program knows, to check every condition."""

    def __init__(self, faults_of: PolicyFaults) -> None:
        self._faults_of = faults_of

    async def __call__(self, ops: Operations, command: SavePolicy) -> Done | Refusal:
        """The whole policy with its next version; what waits is judged anew under it."""
        faults = self._faults_of(command.policy)

        def decided() -> Decided:
            return decide.decide_save_policy(ops.states.workspace, command, faults)

        sentence = "The rules were saved. Requests that wait are judged anew under them."
        return await ops.commit([POLICY_STREAM], decided, by=author(command.by), sentence=sentence)


async def save_settings(ops: Operations, command: SaveSettings) -> Done | Refusal:
    """The whole settings."""

    def decided() -> Decided:
        return decide.decide_save_settings(ops.states.workspace, command)

    return await ops.commit([WORKSPACE_STREAM], decided, by=author(command.by), sentence="The settings were saved.")


async def save_operator(ops: Operations, command: SaveOperator) -> Done | Refusal:
    """Add or change a person."""

    def decided() -> Decided:
        return decide.decide_save_operator(ops.states.workspace, command)

    sentence = f"{command.operator.name} was saved."
    return await ops.commit([OPERATORS_STREAM], decided, by=author(command.by), sentence=sentence)


async def pause_all(ops: Operations, command: PauseAll) -> Done | Refusal:
    """No agent takes a new step."""

    def decided() -> Decided:
        return decide.decide_pause_all(ops.states.workspace, command)

    agents = sum(1 for agent in ops.states.agents if agent.revision and not agent.removed)
    running = sum(1 for run in ops.states.runs for call in run.calls if call.attempt and call.open)
    sentence = f"{agents} agents paused, {running} calls still finishing."
    return await ops.commit([WORKSPACE_STREAM], decided, by=author(command.by), sentence=sentence)


async def resume_all(ops: Operations, command: ResumeAll) -> Done | Refusal:
    """Agents work again."""

    def decided() -> Decided:
        return decide.decide_resume_all(ops.states.workspace, ops.states.open_asks(), command, ops.now())

    streams = [WORKSPACE_STREAM, *(ask_stream(ask.raised.ask_id) for ask in ops.states.open_asks())]
    return await ops.commit(streams, decided, by=author(command.by), sentence="Agents work again.")


async def note(ops: Operations, event: Event, by: str = RUNTIME) -> Done | Refusal:
    """Record something about the workspace that nothing can refuse."""
    return await ops.commit([WORKSPACE_STREAM], lambda: [Fact(WORKSPACE_STREAM, event)], by=by)


async def note_clock(ops: Operations, command: NoteClock) -> Done | Refusal:
    """The clock was set, or the machine slept."""
    return await note(ops, ClockJumped(command.seconds, command.slept))


async def note_started(ops: Operations, command: NoteStarted) -> Done | Refusal:
    """The program opened the workspace."""
    return await _with_leaving(ops, ProgramStarted(command.version, command.after_crash), trials_over)


async def note_stopped(ops: Operations, command: NoteStopped) -> Done | Refusal:
    """The program closes the workspace."""
    return await _with_leaving(ops, ProgramStopped(command.reason))


def _nothing(workspace: Workspace, now: int) -> list[Fact]:
    return []


async def _with_leaving(
    ops: Operations, event: Event, more: Callable[[Workspace, int], list[Fact]] = _nothing
) -> Done | Refusal:
    """No window is open at that moment."""

    def decided() -> Decided:
        workspace, now = ops.states.workspace, ops.now()
        return [Fact(WORKSPACE_STREAM, event), *leaving(workspace, now), *more(workspace, now)]

    return await ops.commit([WORKSPACE_STREAM], decided, by=RUNTIME)


async def note_chain(ops: Operations, command: NoteChain) -> Done | Refusal:
    """What a verification found."""
    if command.first_bad:
        return await note(ops, ChainFoundBroken(command.first_bad, command.sentence))
    return await note(ops, ChainVerified(command.up_to, command.records))


async def note_compared(ops: Operations, command: NoteCompared) -> Done | Refusal:
    """What a comparison that nobody asked for found."""
    return await note(ops, JournalCompared(command.up_to, command.contents, command.lists))
