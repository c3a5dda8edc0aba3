"""Opens a workspace: puts storage, journal, operations, gate, engine and read models together as one Runtime."""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.events.workspace import WorkspaceCreated
from runtime.domain.ids import AgentName, AskId, RunId
from runtime.domain.loop_commands import NoteChain, NoteStarted, NoteStopped
from runtime.domain.policy import Policy
from runtime.domain.redaction import redact
from runtime.domain.refusals import Refusal
from runtime.door.server import Door
from runtime.engine import editing
from runtime.engine.clock import Clock
from runtime.engine.intake import Intake
from runtime.engine.parts import Parts
from runtime.engine.progress import ProgressFeed
from runtime.engine.rolling_back import rollback_sheet
from runtime.engine.supervisor import OnCrash, Supervisor
from runtime.engine.taught_models import TaughtModels
from runtime.gate.gate import Gate
from runtime.gate.names import kind_of_schema, policy_faults
from runtime.journal.event_log import EventLog
from runtime.journal.subscriptions import Subscription
from runtime.models.table import model_faults
from runtime.operations.agent_file import read_agent_file, write_agent_file
from runtime.operations.handlers import handler_table
from runtime.operations.on_agents import SaveAgentHandler, TeachHandler
from runtime.operations.on_asks import ApproveHandler
from runtime.operations.on_upkeep import UpkeepHandlers
from runtime.operations.on_workspace import SavePolicyHandler, note
from runtime.operations.perform import Operations
from runtime.operations.sealing import Sealer
from runtime.operations.states import States
from runtime.operations.upkeep import JOURNAL, WorkspaceUpkeep
from runtime.projections.follower import Follower
from runtime.projections.history import ReadModels
from runtime.projections.projector import project
from runtime.projections.read_for_engine import EngineReads
from runtime.projections.rebuild import bring_up_to_date
from runtime.projections.rows import ChainReport, SpaceUse, UndoLine
from runtime.tools.contract import Preview
from runtime.tools.families import standard_families
from runtime.tools.registry import GrantFaults, Registry
from runtime.tools.runner import Runner
from storage.blobs import BlobStore
from storage.credentials import Credentials
from storage.errors import StorageError
from storage.lock import WorkspaceLock
from storage.recorder_sqlite import SqliteRecorder
from storage.seals import Seals

VERSION = "0.1.0"
HEARTBEAT_LIMIT_S = 5.0
log = logging.getLogger(__name__)


class WorkspaceRuntime:
    """A running workspace: what ``runtime.interface.Runtime`` promises."""

    def __init__(self, parts: "WorkspaceParts", supervisor: Supervisor) -> None:
        self._own = parts
        self.supervisor = supervisor
        self.folder = parts.folder
        self.history = parts.history
        self.progress = parts.engine.progress
        self._tasks: set[asyncio.Task[None]] = set()
        self._door: Door | None = None

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

    async def judge_edit(self, ask_id: str, arguments: str) -> tuple[str, tuple[str, ...]]:
        """(canonical arguments, faults) of an edited action."""
        ask = await self._own.engine.states.load_ask(AskId(ask_id))
        if ask is None:
            return "", (f"There is no request {ask_id}.",)
        return await editing.faults_of_edit(self._own.engine, ask, arguments)

    async def rollback_sheet(self, run_id: str, to_checkpoint: int) -> list[UndoLine] | Refusal:
        """What a rollback would do; touches nothing."""
        run = await self._own.engine.states.load_run(RunId(run_id))
        if run is None:
            return Refusal(f"There is no run {run_id}.", "unknown")
        return await rollback_sheet(self._own.engine, run, to_checkpoint)

    async def verify_chain(self) -> ChainReport:
        """Check every record; records nothing."""
        return await self._own.upkeep.check_chain()

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
        try:
            value = await self._own.credentials.get(account)
        except StorageError as error:
            return Refusal(str(error), "keyring")
        if value is None:
            return Refusal(f"The keyring has nothing under {account}; store it again.", "unknown")
        return f"{account} can be read from the keyring, {len(value)} characters."

    async def heartbeat(self) -> float:
        """Seconds the writer took to answer."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        await asyncio.wait_for(self._own.recorder.ping(), HEARTBEAT_LIMIT_S)
        return loop.time() - started

    @property
    def in_flight(self) -> tuple[str, ...]:
        """Tool calls running now, by title."""
        return self.supervisor.in_flight

    @property
    def troubles(self) -> tuple[str, ...]:
        """What is wrong around the workspace right now, in sentences (inboxes that vanished, seals not written)."""
        sealing = (self._own.sealer.trouble,) if self._own.sealer.trouble else ()
        return (*self.supervisor.intake.troubles.values(), *sealing)

    async def wait_idle(self) -> None:
        """Returns when nothing is at work and every inbox was taken in."""
        await self.supervisor.wait_idle()

    def start_background(self) -> None:
        """Follow-behind read models, seals, and a look at the whole chain."""
        self._own.sealer.start()
        for name, work in (("follower", self._own.follower.run()), ("chain", self._own.look_at_the_chain())):
            task = asyncio.create_task(work, name=name)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def open_door(self, on_show: Callable[[], None] | None = None) -> str:
        """Let this person's other processes in until ``close``; the lock file says where. Raises NoPlaceForDoor."""
        door = Door(self, on_show)
        address = await door.start()
        self._door = door
        await asyncio.to_thread(self._own.lock.announce, address)
        return address

    async def close(self, reason: str = "closed by the operator") -> None:
        """No new steps; effects in flight are waited for; the head is sealed; the lock is given back."""
        own = self._own
        if self._door is not None:
            await self._door.close()
        await self.supervisor.close()
        await own.engine.ops.perform(NoteStopped(reason))
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(StorageError):
            await own.follower.caught_up()
        await own.sealer.close()
        own.log.subscriptions.close()
        await own.recorder.close()
        own.lock.release()


class WorkspaceParts:
    """Everything one open workspace is made of, in the order it is made."""

    def __init__(self, folder: Path, recorder: SqliteRecorder, lock: WorkspaceLock, workspace_id: str) -> None:
        self.folder = folder
        self.recorder = recorder
        self.lock = lock
        self.clock = Clock()
        self.log = EventLog(recorder, project)
        self.blobs = BlobStore(folder / "blobs")
        self.credentials = Credentials(workspace_id, folder / "keys")
        self.seals = Seals(workspace_id, folder / "keys", self.credentials)
        self.registry = Registry(standard_families())
        self.models = TaughtModels(self.blobs)
        self.follower = Follower(recorder, self.log.subscriptions)
        self.history = ReadModels(recorder, self.clock.now, self.follower, input_schema=self._schema_of)
        self.reads = EngineReads(recorder, self.history)
        self.upkeep = WorkspaceUpkeep(
            folder, recorder, self.blobs, self.credentials, self.seals, self.clock.now, self.reads.referenced_blobs
        )
        self.sealer = Sealer(self.log, self.upkeep, self._chain_broken)
        self.engine = self._engine()
        self._broken_notes: set[asyncio.Task[object]] = set()

    def _engine(self) -> Parts:
        states = States(self.log)
        runner = Runner(self.folder, self.blobs, self._secret())
        gate = Gate(runner, self.reads.used_today)
        handlers = handler_table(
            ApproveHandler(lambda ask, arguments: editing.judge_edit(self.engine, ask, arguments)),
            SaveAgentHandler(self.agent_faults),
            TeachHandler(self.blobs.put_async),
            SavePolicyHandler(self.policy_faults),
            UpkeepHandlers(self.upkeep),
        )
        ops = Operations(self.log, states, self.clock.now, handlers)
        return Parts(
            ops,
            states,
            gate,
            runner,
            self.registry,
            self.models.model_for,
            self.blobs,
            self.blobs,
            ProgressFeed(redact),
            self.clock,
            redact,
        )

    def agent_faults(self, spec: AgentSpec) -> tuple[str, ...]:
        """Faults of grants, models and playbook, each with its place."""
        found = self.registry.faults(spec)
        try:
            tools = {name: tool.contract.input_schema for name, tool in self.registry.tools_for(spec).items()}
        except GrantFaults:
            tools = {}
        return (*found, *model_faults(spec, tools))

    def policy_faults(self, policy: Policy) -> tuple[str, ...]:
        """Faults of conditions and patterns, each with its place."""
        names: dict[str, dict[str, str]] = {}
        for agent in self.engine.states.agents:
            if not agent.revision:
                continue
            with contextlib.suppress(GrantFaults):
                for name, tool in self.registry.tools_for(agent.spec).items():
                    properties = tool.contract.input_schema.get("properties", {})
                    names.setdefault(name, {}).update({key: kind_of_schema(one) for key, one in properties.items()})
        return policy_faults(policy, names)

    async def look_at_the_chain(self) -> None:
        """Once after opening: is the journal what was written? A broken one turns approvals off."""
        standing = await self.seals.standing(self.recorder)
        report = await self.upkeep.check_chain()
        if standing.whole and report.intact:
            return
        sentence = standing.sentence if not standing.whole else report.sentence
        await self.engine.ops.perform(NoteChain(report.first_bad or report.head + 1, sentence, report.records, 0))

    def _chain_broken(self, sentence: str) -> None:
        task: asyncio.Task[object] = asyncio.ensure_future(
            self.engine.ops.perform(NoteChain(1, sentence, 0, 0)),
        )
        self._broken_notes.add(task)
        task.add_done_callback(self._broken_notes.discard)

    def _schema_of(self, agent: str, tool: str) -> str:
        """JSON Schema of a tool's arguments, for the edit form; "{}" when it is not there any more."""
        import json

        known = self.engine.states.agent(AgentName(agent))
        if not known.revision:
            return "{}"
        with contextlib.suppress(GrantFaults):
            found = self.registry.tools_for(known.spec).get(tool)
            if found is not None:
                return json.dumps(found.contract.input_schema)
        return "{}"

    def _secret(self) -> Callable[[str], str | None]:
        """Looks an account up for a tool, from its worker thread."""
        loop = asyncio.get_running_loop()

        def secret(account: str) -> str | None:
            return asyncio.run_coroutine_threadsafe(self.credentials.get(account), loop).result(20)

        return secret


def log_crash(error: BaseException, doing: str) -> None:
    """Where nobody shows crash reports: into the log, with its traceback."""
    log.error("The program made a mistake while %s.", doing, exc_info=error)


async def open_workspace(
    folder: Path, *, title: str = "", at_work: bool = True, on_crash: OnCrash = log_crash
) -> WorkspaceRuntime:
    """Open (or make) a workspace. ``at_work`` False: nothing runs, asks can be looked at and files imported.

    Raises WorkspaceOwned, DatabaseTooNew, DatabaseUnreadable, StorageUnavailable, each with its sentences; the files
    are then as they were.
    """
    await asyncio.to_thread(_make_folder, folder)
    lock = WorkspaceLock(folder)
    await asyncio.to_thread(lock.acquire)
    recorder: SqliteRecorder | None = None
    try:
        recorder = await SqliteRecorder.open(folder / JOURNAL, folder / "backups")
        await bring_up_to_date(recorder)
        workspace_id = await _workspace_id(recorder)
        parts = WorkspaceParts(folder, recorder, lock, workspace_id)
        states = parts.engine.states
        await states.load_workspace([AgentName(name) for name in await parts.reads.agent_names()])
        if not states.workspace.created:
            await note(parts.engine.ops, WorkspaceCreated(workspace_id, title or folder.name))
        supervisor = Supervisor(parts.engine, Intake(parts.engine, parts.reads.task_keys), on_crash)
        runtime = WorkspaceRuntime(parts, supervisor)
        if at_work:
            after_crash = await parts.reads.stopped_without_closing()
            await parts.engine.ops.perform(NoteStarted(VERSION, after_crash))
            await supervisor.start([RunId(run_id) for run_id in await parts.reads.open_runs()])
        runtime.start_background()
    except BaseException:
        if recorder is not None:
            await recorder.close()
        lock.release()
        raise
    return runtime


async def _workspace_id(recorder: SqliteRecorder) -> str:
    """The id in the first event, or a new one."""
    from runtime.journal.codec import UnreadableRecord, decode

    for record in await recorder.read(0, 1):
        with contextlib.suppress(UnreadableRecord):
            event = decode(record).event
            if isinstance(event, WorkspaceCreated):
                return event.workspace_id
    return secrets.token_hex(8)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        from storage.errors import StorageUnavailable

        raise StorageUnavailable(
            f"The workspace folder {folder.name} cannot be made or opened: {error.strerror or error}.",
            "Nothing was changed.",
            "Choose a folder you may write, or change its rights.",
        ) from error
