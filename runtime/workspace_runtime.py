"""A running workspace: what ``runtime.interface.Runtime`` promises, over the parts it was assembled from."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.ids import AgentName, AskId, RunId
from runtime.domain.loop_commands import LoopCommand, NoteStopped
from runtime.domain.policy import Policy
from runtime.domain.refusals import Refusal
from runtime.door.server import Door
from runtime.engine import editing
from runtime.engine.giving_back import give_back
from runtime.engine.looked_up_late import look_up_late
from runtime.engine.progress import BACKTEST_PROGRESS
from runtime.engine.rolling_back import rollback_sheet
from runtime.engine.supervisor import Supervisor
from runtime.engine.trying_connection import try_connection
from runtime.gate.backtesting import ACTIONS
from runtime.journal.subscriptions import Subscription
from runtime.operations.agent_file import read_agent_file, write_agent_file
from runtime.operations.provider_keys import reserved
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.rows import BacktestReport, ChainReport, EditJudgement, SpaceUse, UndoLine
from runtime.tools.contract import Preview
from runtime.workspace_parts import WorkspaceParts
from storage.errors import StorageError

HEARTBEAT_LIMIT_S = 5.0


class WorkspaceRuntime:
    """A running workspace: what ``runtime.interface.Runtime`` promises."""

    def __init__(self, parts: WorkspaceParts, supervisor: Supervisor) -> None:
        self._own = parts
        self.supervisor = supervisor
        self.folder = parts.folder
        self.history = parts.history
        self.progress = parts.engine.progress
        self._tasks: set[asyncio.Task[None]] = set()
        self._door: Door | None = None
        self.at_work = False
        """Agents work here, and the journal says when the program began and ended."""

    @property
    def title(self) -> str:
        """The workspace's title."""
        return self._own.engine.states.workspace.title

    async def perform(self, command: Command) -> Done | Refusal:
        """The one way in."""
        return await self._own.engine.ops.perform(command)

    def watch(self) -> Subscription:
        """What becomes durable from now on."""
        return self._own.log.subscriptions.watch()

    async def preview(self, ask_id: str, arguments: str | None = None) -> Preview | Refusal:
        """What would happen, computed now."""
        ask = await self._own.engine.states.load_ask(AskId(ask_id))
        if ask is None:
            return Refusal(f"There is no request {ask_id}.", "unknown")
        return await editing.preview(self._own.engine, ask, arguments)

    async def judge_edit(self, ask_id: str, arguments: str) -> EditJudgement:
        """What the gate says of an edited action."""
        ask = await self._own.engine.states.load_ask(AskId(ask_id))
        if ask is None:
            return EditJudgement("", (f"There is no request {ask_id}.",))
        return await editing.judgement_of_edit(self._own.engine, ask, arguments)

    async def backtest(self, policy: Policy, limit: int = ACTIONS) -> BacktestReport:
        """What these rules would have said about the newest recorded actions, beside the rules in force."""
        say = self._own.engine.progress.say
        present = self._own.engine.states.workspace.policy
        found = self._own.backtest
        return await found.run(present, policy, limit, lambda done: say(BACKTEST_PROGRESS, "", f"{done:,}"))

    async def rollback_sheet(self, run_id: str, to_checkpoint: int) -> list[UndoLine] | Refusal:
        """What a rollback would do; touches nothing."""
        run = await self._own.engine.states.load_run(RunId(run_id))
        if run is None:
            return Refusal(f"There is no run {run_id}.", "unknown")
        return await rollback_sheet(self._own.engine, run, to_checkpoint)

    async def verify_chain(self) -> ChainReport:
        """Check every record; records nothing."""
        return await self._own.upkeep.check_chain()

    async def compare_with_journal(self) -> ComparisonReport:
        """Hold lists, pages and contents against the records; records nothing."""
        return await self._own.upkeep.compare()

    async def compared(self) -> ComparisonReport:
        """What the last comparison found."""
        return self._own.upkeep.compared

    async def space(self) -> SpaceUse:
        """Bytes on disk."""
        return await self._own.upkeep.space()

    async def blob(self, digest: str) -> bytes:
        """A large content."""
        return await self._own.blobs.get_async(digest)

    async def agent_file(self, name: str, revision: int = 0) -> str:
        """One readable file of an agent's revision (0 = newest)."""
        agent = self._own.engine.states.agent(AgentName(name))
        return write_agent_file(agent.revisions[revision - 1] if revision else agent.spec)

    async def read_agent_file(self, text: str) -> AgentSpec | tuple[str, ...]:
        """The agent, or every fault with its place."""
        return await asyncio.to_thread(read_agent_file, text)

    def agent_faults(self, spec: AgentSpec) -> tuple[str, ...]:
        """Everything that would be refused when saving it."""
        return self._own.agent_faults(spec)

    def policy_faults(self, policy: Policy) -> tuple[str, ...]:
        """Everything that would be refused when saving it."""
        return self._own.policy_faults(policy)

    async def keyring_state(self) -> tuple[str, str]:
        """(available | locked | none, the sentence that says what to do)."""
        store = await self._own.credentials.state()
        return store.state, store.sentence

    async def test_credential(self, account: str) -> str | Refusal:
        """Whether the keyring gives the value back; the value is not shown."""
        if reserved(account):
            return Refusal(f"The name {account} belongs to the program.", "reserved")
        try:
            value = await self._own.credentials.get(account)
        except StorageError as error:
            return Refusal(str(error), "keyring")
        if value is None:
            return Refusal(f"The keyring has nothing under {account}; store it again.", "unknown")
        self._own.learn(value)
        return f"{account} can be read from the keyring, {len(value)} characters."

    async def test_connection(self, name: str, model: str, by: str) -> str | Refusal:
        """One small real call over a connection, within the caps; its cost is in the answer."""
        return await try_connection(self._own.engine, self._own.keys.secret, name, model, by)

    async def heartbeat(self) -> float:
        """Seconds the writer took to answer."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            async with asyncio.timeout(HEARTBEAT_LIMIT_S):
                await self._own.recorder.ping()
        except StorageError as error:  # the writer has ended
            raise OSError(str(error)) from error
        return loop.time() - started

    @property
    def in_flight(self) -> tuple[str, ...]:
        """Tool calls running now, by title."""
        return self.supervisor.in_flight

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is wrong around the workspace right now, in sentences (inboxes that vanished, seals not written)."""
        engine = self._own.engine
        said = (
            self._own.disk.trouble or self._own.sealer.trouble,
            self._own.credentials.waiting,
            self._own.engine.states.workspace.chain_broken,
            self._differing(),
            self._own.upkeep.compared.not_done,
        )
        found = (
            *said,
            *self.supervisor.intake.troubles.values(),
            *self.supervisor.damaged,
            *engine.connections.troubles(engine),
        )
        return tuple(sentence for sentence in found if sentence)

    def _differing(self) -> str:
        """What the last comparison found; until this start has compared, which contents an earlier one missed."""
        last = self._own.upkeep.compared
        return last.faults if last.compared_at else self._own.engine.states.workspace.lacking

    async def wait_idle(self) -> None:
        """Returns when nothing is at work and every inbox was taken in."""
        await self.supervisor.wait_idle()

    def start_background(self) -> None:
        """Follow-behind read models, seals, and a look at the whole chain."""
        self._own.sealer.start()
        self._start(self._own.follower.run(), "follower")
        chain = self._start(self._own.look_at_the_chain(at_work=self.at_work), "chain")
        if self.at_work:
            self._start(self._own.compare_after(chain), "comparison")
            self._start(look_up_late(self._own.engine, self._own.reads.perhaps_done), "look up late")

    def record_later(self, command: LoopCommand) -> None:
        """As soon as the journal can be written."""
        self._start(self._record(command), f"record {type(command).__name__}")

    async def _record(self, command: LoopCommand) -> None:
        await self._own.engine.record(command)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def open_door(self, on_show: Callable[[str], None] | None = None) -> str:
        """Let this person's other processes in until ``close``; the lock file says where. Raises NoPlaceForDoor."""
        door = Door(self, on_show)
        address = await door.start()
        self._door = door
        await asyncio.to_thread(self._own.lock.announce, address)
        return address

    async def close(self, reason: str = "closed by the operator") -> None:
        """No new steps; effects in flight are waited for; the head is sealed; the lock is given back, once no tool
        is at work any more."""
        own = self._own
        if self._door is not None:
            await self._door.close()
        await self.supervisor.close()
        if self.at_work:
            await own.engine.ops.perform(NoteStopped(reason))
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(StorageError):
            await own.follower.caught_up()
        await own.sealer.close()
        await own.disk.close()
        own.log.subscriptions.close()
        await own.own_models.close()
        await own.secrets.close()
        await own.recorder.close()
        give_back(own.lock, own.engine.runner)
