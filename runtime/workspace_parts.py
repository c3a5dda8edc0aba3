"""Everything one open workspace is made of, in the order it is made: journal, read models, gate, engine, upkeep."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName
from runtime.domain.loop_commands import NoteChain
from runtime.domain.policy import Policy
from runtime.domain.redaction import EVERYWHERE, Redactor
from runtime.domain.workspace_state import Agent
from runtime.engine import editing
from runtime.engine.parts import Parts
from runtime.engine.progress import CHAIN_PROGRESS, COMPARISON_PROGRESS, ProgressFeed
from runtime.engine.surroundings import Surroundings
from runtime.engine.taught_models import TaughtModels
from runtime.gate.backtesting import Backtest
from runtime.gate.gate import Gate
from runtime.gate.names import kind_of_schema, policy_faults
from runtime.journal.disk_watch import DiskWatch
from runtime.journal.event_log import EventLog
from runtime.models.interface import Model
from runtime.models.kept_answers import AnswerFile
from runtime.models.masked import masked
from runtime.models.providers.connection import Connection
from runtime.models.providers.known import homes
from runtime.models.same_request import SameRequests
from runtime.models.table import model_faults
from runtime.models.workspace_connections import usable
from runtime.operations.comparing_behind import compare_behind
from runtime.operations.handlers import handler_table
from runtime.operations.learning_secrets import LearningSecrets
from runtime.operations.on_agents import SaveAgentHandler, TeachHandler
from runtime.operations.on_asks import ApproveHandler
from runtime.operations.on_connections import ConnectionHandlers
from runtime.operations.on_upkeep import UpkeepHandlers
from runtime.operations.on_workspace import SavePolicyHandler
from runtime.operations.perform import Operations
from runtime.operations.provider_keys import ProviderKeys, reserved
from runtime.operations.sealing import Sealer
from runtime.operations.states import States
from runtime.operations.upkeep import CHILD_FROM, WorkspaceUpkeep
from runtime.projections.follower import Follower
from runtime.projections.history import ReadModels
from runtime.projections.projector import project
from runtime.projections.read_for_engine import EngineReads
from runtime.projections.recorded_actions import RecordedActions
from runtime.tools.contract import ToolContract
from runtime.tools.families import standard_families
from runtime.tools.mail.smtp import SmtpAccount
from runtime.tools.registry import GrantFaults, Registry
from runtime.tools.runner import Runner
from storage.blobs import BlobStore
from storage.credentials import Credentials
from storage.errors import StorageUnavailable
from storage.lock import WorkspaceLock
from storage.recorder import Recorder
from storage.seals import Seals


class WorkspaceParts:
    """One workspace's parts. ``around`` says where models, further tools, clock and disk come from."""

    def __init__(
        self,
        folder: Path,
        recorder: Recorder,
        lock: WorkspaceLock,
        workspace_id: str,
        around: Surroundings,
    ) -> None:
        self.folder = folder
        self.recorder = recorder
        self.lock = lock
        self.clock = around.clock()
        self._retry_pause_s = around.retry_pause_s
        self._models_from_outside = around.models is not None
        self.log = EventLog(recorder, project)
        self.disk = DiskWatch(self._try_the_disk)
        self.blobs = BlobStore(folder / "blobs")
        self.redactor = Redactor()
        self.credentials = Credentials(workspace_id, folder / "keys", around.keyring())
        self.keys = ProviderKeys(self.credentials, self.learn)
        self.secrets = LearningSecrets(self.credentials, self.keys, self.learn)
        self.seals = Seals(workspace_id, folder / "keys", self.credentials)
        self.registry = Registry((*standard_families(self._smtp_account), *around.families))
        self.own_models = TaughtModels(self.blobs, self._connections, self.keys.secret)
        self._models = around.models or self.own_models.model_for
        self.follower = Follower(recorder, self.log.subscriptions)
        self.history = ReadModels(recorder, self.clock.now, self.follower, input_schema=self._schema_of, homes=homes)
        self.reads = EngineReads(recorder, self.history)
        self.upkeep = WorkspaceUpkeep(
            folder, recorder, self.blobs, self.credentials, self.seals, self.clock.now, self.reads.referenced_blobs
        )
        self.sealer = Sealer(self.log, self.upkeep, self._chain_broken)
        self.engine = self._engine()
        self.backtest = Backtest(RecordedActions(recorder), self.spec_of, self.contract_of)
        self.upkeep.on_checked = self._tell_checked
        self.upkeep.on_compared = self._tell_compared
        self.upkeep.on_secret = self.learn
        self._broken_notes: set[asyncio.Task[None]] = set()

    def _engine(self) -> Parts:
        states = States(self.log)
        runner = Runner(self.folder, self.blobs, self._secret())
        gate = Gate(runner, self.reads.used_today)
        handlers = handler_table(
            ApproveHandler(
                lambda ask, arguments: editing.judge_edit(self.engine, ask, arguments), self.upkeep.verifier_of
            ),
            SaveAgentHandler(self.agent_faults),
            TeachHandler(self.blobs.put_async),
            SavePolicyHandler(self.policy_faults),
            UpkeepHandlers(self.upkeep),
            ConnectionHandlers(self.keys),
        )
        ops = Operations(self.log, states, self.clock.now, handlers, self.disk, self.redactor)
        return Parts(
            ops,
            states,
            gate,
            runner,
            self.registry,
            self.model_for,
            self.blobs,
            self.blobs,
            ProgressFeed(self.redactor),
            self.clock,
            self.redactor,
            self.reads.later_of_others,
            self.reads.asked_since,
            self._retry_pause_s,
            same=SameRequests(AnswerFile(self.folder)),
        )

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        """The model of a route, behind the mask of this workspace's secrets. Raises ModelFault, BlobMissing."""
        return masked(await self._models(route, agent, spec), self.redactor)

    def _connections(self) -> dict[str, Connection]:
        """As the journal has them now."""
        return usable(self.engine.states.workspace.saved_connections)

    async def learn_secrets(self) -> None:
        """Before anything is recorded: whatever this workspace keeps in the keyring."""
        workspace = self.engine.states.workspace
        with_key = [one for name, one in self._connections().items() if name in workspace.keys]
        await self.secrets.start(workspace.credentials, with_key)

    def learn(self, secret: str) -> None:
        """From now on it is masked: in everything of this workspace, and in logs and crash reports."""
        self.redactor.learn(secret)
        EVERYWHERE.learn(secret)

    def agent_faults(self, spec: AgentSpec) -> tuple[str, ...]:
        """Faults of grants, models and playbook, each with its place."""
        found = self.registry.faults(spec)
        try:
            tools = {name: tool.contract.input_schema for name, tool in self.registry.tools_for(spec).items()}
        except GrantFaults:
            tools = {}
        faults = model_faults(spec, tools)
        if self._models_from_outside:  # then so are the routes that lead to them
            faults = tuple(fault for fault in faults if not fault.startswith("models."))
        return (*found, *faults)

    def policy_faults(self, policy: Policy) -> tuple[str, ...]:
        """Faults of conditions and patterns, each with its place."""
        names: dict[str, dict[str, str]] = {}
        for agent in self.engine.states.agents:
            if not agent.revision:
                continue
            with contextlib.suppress(GrantFaults):
                for name, tool in self.registry.tools_for(agent.spec).items():
                    properties = tool.contract.input_schema.get("properties", {})
                    kinds = {key: kind_of_schema(one) for key, one in properties.items()}
                    names.setdefault(name, {}).update(kinds | dict(tool.contract.facts))
        return policy_faults(policy, names)

    async def look_before_work(self) -> None:
        """Before anything acts on what the journal says: a changed or cut-off one turns effects and approvals off.

        Only the seal in the file is asked, as a locked keyring may keep everybody waiting, and of a long journal only
        the end; ``look_at_the_chain`` does the rest behind.
        """
        head = (await self.recorder.head()).seq
        if head < CHILD_FROM:
            report = await self.upkeep.check_chain(keyring=False)
            whole, bad, sentence = report.intact, report.first_bad, report.sentence
        else:
            standing = await self.seals.standing(self.recorder, keyring=False)
            whole, bad, sentence = standing.whole, head + 1, standing.sentence
        if not whole:
            await self._note_broken(bad, sentence, head)

    async def look_at_the_chain(self, *, at_work: bool) -> None:
        """Every record and every seal. That they are whole is recorded where the workspace is at work; a mere look
        leaves no trace."""
        pause = 1.0
        while True:
            try:
                standing = await self.seals.standing(self.recorder)
                report = await self.upkeep.check_chain()
            except StorageUnavailable as fault:  # a disk that cannot be read says nothing about the journal
                self.disk.refused(fault)
                await self.disk.well_again()
                await asyncio.sleep(pause)  # it may be one place on the disk that stays unreadable
                pause = min(pause * 2, 60.0)
            else:
                break
        if standing.whole and report.intact:
            if at_work:
                await self.engine.ops.perform(NoteChain(0, report.sentence, report.records, report.head))
            return
        sentence = standing.sentence if not standing.whole else report.sentence
        await self._note_broken(report.first_bad or report.head + 1, sentence, report.records)

    async def compare_after(self, look: asyncio.Task[None]) -> None:
        """Lists, pages and contents, some time after the look at the chain."""
        await compare_behind(self.engine.ops, self.upkeep, look)

    def _tell_compared(self, what: str, checked: int, of: int) -> None:
        self.engine.progress.say(COMPARISON_PROGRESS, what, f"{checked:,} of {of:,}")

    def _tell_checked(self, checked: int, of: int) -> None:
        self.engine.progress.say(CHAIN_PROGRESS, "", f"{checked:,} of {of:,}")

    def _chain_broken(self, sentence: str) -> None:
        if self.engine.states.workspace.chain_broken:
            return  # known: the note itself would be the next thing that cannot be sealed, and so on for ever
        task = asyncio.create_task(self._note_broken(1, sentence, 0), name="note broken chain")
        self._broken_notes.add(task)
        task.add_done_callback(self._broken_notes.discard)

    async def _note_broken(self, first_bad: int, sentence: str, records: int) -> None:
        """Approvals go off at once; the journal is told as well, where it can still be written."""
        self.engine.states.mark_broken(sentence)
        await self.engine.ops.perform(NoteChain(first_bad, sentence, records, 0))

    async def _try_the_disk(self) -> None:
        """One row written durably and one read, under a lock that is ours; raises StorageError."""
        await asyncio.to_thread(self.lock.keep)
        await self.recorder.follow("tried", [], 1)
        await self.recorder.head()

    def _smtp_account(self) -> SmtpAccount | None:
        """The account mail is handed to, as the settings have it now; None = the outbox folder."""
        settings = self.engine.states.workspace.settings
        if not settings.smtp_host:
            return None
        return SmtpAccount(settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_account)

    def spec_of(self, agent: str, revision: int) -> AgentSpec | None:
        """What an agent was in one revision."""
        known = self.engine.states.agent(AgentName(agent))
        return known.revisions[revision - 1] if 0 < revision <= known.revision else None

    def contract_of(self, spec: AgentSpec, tool: str) -> ToolContract | None:
        """The declaration of one of its tools; None where the program has it no more."""
        with contextlib.suppress(GrantFaults):
            found = self.registry.tools_for(spec).get(tool)
            return found.contract if found is not None else None
        return None

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
        """Looks an account up for a tool, from its worker thread; what a tool was handed is masked from then on."""
        loop = asyncio.get_running_loop()

        async def looked_up(account: str) -> str | None:
            value = await self.credentials.get(account)
            if value is not None:
                self.learn(value)
            return value

        def secret(account: str) -> str | None:
            if reserved(account):  # a provider's key goes to its provider alone
                return None
            return asyncio.run_coroutine_threadsafe(looked_up(account), loop).result(20)

        return secret
