"""How commands about agents are carried out. Everything that could be wrong with an agent is told when it is saved."""

import csv
import io
from collections.abc import Awaitable, Callable

from runtime.domain import decide_workspace as decide
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.changes import Done
from runtime.domain.commands import PauseAgent, RemoveAgent, ResumeAgent, SaveAgent, TeachExamples
from runtime.domain.decide_run import Decided
from runtime.domain.ids import POLICY_STREAM, AgentName, agent_stream, ask_stream
from runtime.domain.refusals import Refusal
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations

FaultsOf = Callable[[AgentSpec], tuple[str, ...]]
PutBlob = Callable[[bytes], Awaitable[str]]

INLINE_EXAMPLES = 50
"""More examples than this are kept as a blob, so that no event grows without bound."""


class SaveAgentHandler:
    """Saving needs the tools and models this program knows, to tell every fault with its place."""

    def __init__(self, faults_of: FaultsOf) -> None:
        self._faults_of = faults_of

    async def __call__(self, ops: Operations, command: SaveAgent) -> Done | Refusal:
        """A new immutable revision."""
        name = command.spec.name
        faults = self._faults_of(command.spec)

        def decided() -> Decided:
            return decide.decide_save_agent(ops.states.agent(name), ops.states.workspace, command, faults)

        sentence = f"{name} was saved. Runs that start from now on use this revision."
        return await ops.commit([agent_stream(name), POLICY_STREAM], decided, by=author(command.by), sentence=sentence)


class TeachHandler:
    """Teaching many examples needs the blob store."""

    def __init__(self, put_blob: PutBlob) -> None:
        self._put_blob = put_blob

    async def __call__(self, ops: Operations, command: TeachExamples) -> Done | Refusal:
        """Labelled messages become examples at once."""
        blob = ""
        if len(command.examples) > INLINE_EXAMPLES:
            blob = await self._put_blob(examples_csv(command.examples))

        def decided() -> Decided:
            return decide.decide_teach(ops.states.agent(command.name), command, blob)

        count = len(command.examples)
        sentence = f"{command.name} learned {count:,} example{'s' * (count != 1)}."
        return await ops.commit([agent_stream(command.name)], decided, by=author(command.by), sentence=sentence)


def examples_csv(examples: tuple[tuple[str, str], ...]) -> bytes:
    """The blob form of examples: CSV with the columns text,category."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("text", "category"))
    writer.writerows(examples)
    return text.getvalue().encode("utf-8", "replace")


def read_examples_csv(content: bytes) -> tuple[tuple[str, str], ...]:
    """The examples of a blob."""
    rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    next(rows, None)
    return tuple((row[0], row[1]) for row in rows if len(row) >= 2)


async def remove_agent(ops: Operations, command: RemoveAgent) -> Done | Refusal:
    """It starts no more runs."""

    def decided() -> Decided:
        at_work = sum(1 for run in ops.states.runs if run.agent == command.name and not run.finished)
        return decide.decide_remove_agent(ops.states.agent(command.name), at_work, command)

    sentence = f"{command.name} was removed. Its history stays."
    return await ops.commit([agent_stream(command.name)], decided, by=author(command.by), sentence=sentence)


async def pause_agent(ops: Operations, command: PauseAgent) -> Done | Refusal:
    """None of its runs takes a new step."""

    def decided() -> Decided:
        return decide.decide_pause_agent(ops.states.agent(command.name), command)

    sentence = f"{command.name} is paused."
    return await ops.commit([agent_stream(command.name)], decided, by=author(command.by), sentence=sentence)


async def resume_agent(ops: Operations, command: ResumeAgent) -> Done | Refusal:
    """It works again."""
    asks = ops.states.open_asks(AgentName(command.name))

    def decided() -> Decided:
        now = ops.states.agent(command.name)
        return decide.decide_resume_agent(now, ops.states.open_asks(now.name), command, ops.now())

    streams = [agent_stream(command.name), *(ask_stream(ask.raised.ask_id) for ask in asks)]
    sentence = f"{command.name} works again."
    return await ops.commit(streams, decided, by=author(command.by), sentence=sentence)
