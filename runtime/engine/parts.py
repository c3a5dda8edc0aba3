"""What the engine works with: the parts of one workspace, put together by ``runtime.assembly``."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.changes import Done
from runtime.domain.ids import AgentName, AskId, CallId, RunId
from runtime.domain.loop_commands import LoopCommand
from runtime.domain.redaction import Redactor
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.workspace_state import Agent
from runtime.engine.budgeting import FREE, Budgeting, Held
from runtime.engine.clock import Clock
from runtime.engine.connections import Connections
from runtime.engine.progress import ProgressFeed
from runtime.engine.queue_watch import AskedSince
from runtime.gate.gate import Gate
from runtime.models.interface import Model
from runtime.models.prices import is_free
from runtime.models.same_request import SameRequests
from runtime.models.working_context import Head
from runtime.operations.perform import Operations
from runtime.operations.states import States
from runtime.projections.read_for_engine import LaterEffect
from runtime.tools.contract import Blobs, Tool
from runtime.tools.own_outputs import OUTPUTS, ReadOutput, kept_output
from runtime.tools.registry import GrantFaults, Registry
from runtime.tools.runner import Runner
from runtime.tools.stopping import Stop
from storage.errors import StorageUnavailable

ModelFor = Callable[[str, Agent, AgentSpec], Awaitable[Model]]
"""(route, agent with its examples, the revision's spec) -> the model. Raises ModelFault with a sentence."""

LaterOfOthers = Callable[[RunId, CallId, Sequence[str]], Awaitable[list[LaterEffect]]]
"""(run, call, things) -> what other runs did later to one of these things and was not undone."""

_UNCOUNTED: AbstractAsyncContextManager[object] = nullcontext()

STORAGE_PAUSE_S = 1.0
"""How long to wait before trying again when something was refused that is not the journal."""


class ReadBlob(Protocol):
    """Stores large contents off the loop."""

    async def put_async(self, data: bytes) -> str:
        """Store durably, answer the SHA-256 (hex)."""
        ...


@dataclass(slots=True)
class AtWork:
    """What one run is doing right now, so that Stop can reach it."""

    cancelled: Stop = field(default_factory=Stop)
    held: Held = FREE
    """What is reserved for the model call."""
    tools: dict[CallId, str] = field(default_factory=dict)
    """Titles of the tool calls and undos that are running, or about to run again."""
    starting: bool = False
    """Starts are on their way into the journal, and their tools are called next: closing the program waits for them."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the loop needs. ``redact`` takes secrets out of text before it is recorded or shown."""

    ops: Operations
    states: States
    gate: Gate
    runner: Runner
    registry: Registry
    model_for: ModelFor
    blobs: Blobs
    large: ReadBlob
    progress: ProgressFeed
    clock: Clock
    redact: Redactor
    later_of_others: LaterOfOthers
    asked_since: AskedSince
    retry_pause_s: float = 0.5
    """First pause before a passing failure is tried again; doubled each time."""
    holds: dict[AskId, tuple[int, int]] = field(default_factory=dict)
    """Held rulings seen by this process: (takes effect, the clock's monotonic µs at which it does)."""
    quota_locks: dict[AgentName, asyncio.Lock] = field(default_factory=dict)
    budgeting: Budgeting = field(default_factory=Budgeting)
    connections: Connections = field(default_factory=Connections)
    same: SameRequests = field(default_factory=SameRequests)
    granted: dict[tuple[AgentName, int], dict[str, Tool]] = field(default_factory=dict)
    """The tools of each revision that worked since the start; a revision never changes."""
    heads: dict[str, Head] = field(default_factory=dict)
    """Beginnings of large outputs, by digest."""

    def spec_of(self, run: Run) -> AgentSpec:
        """The revision this run names."""
        return self.states.by_name[run.agent].revisions[run.revision - 1]

    def tools_of(self, run: Run) -> dict[str, Tool]:
        """The tools that revision was granted."""
        granted = self.granted.get((run.agent, run.revision))
        if granted is None:
            granted = self.granted[run.agent, run.revision] = self.registry.tools_for(self.spec_of(run))
        return granted

    def callable_in(self, run: Run) -> dict[str, Tool]:
        """What this run may call: its tools, and, where it has a language model, the one that reads its own outputs."""
        granted = self.tools_of(run)
        if not run.calls or all(map(is_free, self.spec_of(run).models.actor)):
            return granted
        return {**granted, OUTPUTS: ReadOutput(partial(kept_output, run))}

    def tool_of(self, run: Run, name: str) -> Tool | None:
        """One of its tools, or None when it is not there any more (its family was taken out of the program)."""
        try:
            return self.callable_in(run).get(name)
        except GrantFaults:
            return None

    def held_back(self, run: Run) -> bool:
        """Whether its agent, or everything, is paused."""
        return bool(self.states.workspace.paused_by or self.states.by_name[run.agent].paused_by)

    async def record(self, command: LoopCommand) -> Done | Refusal:
        """Perform, and go on trying while the disk refuses: what happened outside must not be forgotten."""
        while True:
            answer = await self.ops.perform(command)
            if isinstance(answer, Refusal) and answer.code in ("storage", "busy"):
                await self.wait_for_storage()
                continue
            return answer

    async def wait_for_storage(self) -> None:
        """The disk refused: returns when it can be written again, after a pause where something else is amiss."""
        if self.ops.disk.trouble:
            await self.ops.disk.well_again()
        else:
            await asyncio.sleep(STORAGE_PAUSE_S)

    async def keep(self, content: bytes) -> str:
        """Store a large content, and go on trying while the disk refuses, like ``record``."""
        while True:
            try:
                return await self.large.put_async(content)
            except StorageUnavailable as error:
                self.ops.disk.refused(error)
                await self.wait_for_storage()

    def counting(self, run: Run) -> AbstractAsyncContextManager[object]:
        """Held from judging to starting where quotas count, so that two runs cannot both be the last allowed one."""
        if not self.spec_of(run).quotas:
            return _UNCOUNTED
        return self.quota_locks.setdefault(run.agent, asyncio.Lock())

    def run(self, run_id: RunId) -> Run:
        """The run as it is now; it was loaded by the supervisor."""
        run = self.states.run(run_id)
        assert run is not None, run_id
        return run
