"""The other side of the second door: a workspace that another process owns, behind the same ``Runtime`` interface."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.changes import Done
from runtime.domain.commands import Approve, Command
from runtime.domain.policy import Policy
from runtime.domain.refusals import Refusal
from runtime.door import wire
from runtime.door.knocking import DoorClosed as DoorClosed
from runtime.door.knocking import request
from runtime.door.knocking import show_window as show_window
from runtime.door.watching import RemoteProgress, RemoteSubscription
from runtime.interface import History
from runtime.projections import rows
from runtime.projections.comparison_report import ComparisonReport
from runtime.tools.contract import Preview


class RemoteHistory:
    """Every method of ``History``, asked of the owner by its name."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        if name not in wire.HISTORY:
            raise AttributeError(name)

        async def ask(*args: Any, **named: Any) -> Any:
            answer = await _ask(self._address, name, *args, **named)
            if isinstance(answer, Refusal):
                raise wire.DoorFault(answer.sentence)
            return answer

        return ask


async def _ask(address: str, query: str, *args: Any, **named: Any) -> Any:
    arguments = msgspec.Raw(wire.encode(wire.bound_arguments(query, args, named)))
    answer = await request(address, wire.Ask(query, arguments))
    if answer.refusal is not None:
        return answer.refusal
    return msgspec.json.decode(answer.value, type=wire.result_type(query))


class RemoteRuntime:
    """See the module. ``connect`` makes one."""

    def __init__(self, address: str, welcome: wire.Welcome) -> None:
        self.address = address
        self.folder = Path(welcome.folder)
        self.title = welcome.title
        self.has_window = welcome.window
        self.performed = False
        """Whether a command was handed over, whatever came of it."""
        self.history: History = RemoteHistory(address)
        self.progress = RemoteProgress(address)

    async def perform(self, command: Command) -> Done | Refusal:
        """Hand a command to the owner."""
        name = type(command).__name__
        if name not in wire.COMMANDS:
            sentence = "A secret never goes from one process to another; store it where the workspace is open."
            return Refusal(sentence, "not-here")
        answer = await request(self.address, _performing(name, command))
        self.performed = True
        if answer.refusal is not None:
            return answer.refusal
        if answer.done is None:
            raise wire.DoorFault("It gave an empty answer.")
        return answer.done

    def watch(self) -> RemoteSubscription:
        """The owner's feed; await ``open()`` to be sure that it has begun."""
        return RemoteSubscription(self.address)

    async def preview(self, ask_id: str, arguments: str | None = None) -> Preview | Refusal:
        """Computed now, by the owner."""
        found: Preview | Refusal = await _ask(self.address, "preview", ask_id, arguments)
        return found

    async def judge_edit(self, ask_id: str, arguments: str) -> rows.EditJudgement:
        """What the gate says of an edited action."""
        judged: rows.EditJudgement = await self._value("judge_edit", ask_id, arguments)
        return judged

    async def rollback_sheet(self, run_id: str, to_checkpoint: int) -> list[rows.UndoLine] | Refusal:
        """What a rollback would do."""
        sheet: list[rows.UndoLine] | Refusal = await _ask(self.address, "rollback_sheet", run_id, to_checkpoint)
        return sheet

    async def backtest(self, policy: Policy, limit: int = 1_000) -> rows.BacktestReport:
        """The owner tries these rules on what it recorded."""
        report: rows.BacktestReport = await self._value("backtest", policy, limit)
        return report

    async def verify_chain(self) -> rows.ChainReport:
        """The owner checks its journal."""
        report: rows.ChainReport = await self._value("verify_chain")
        return report

    async def compare_with_journal(self) -> ComparisonReport:
        """The owner compares lists, pages and contents."""
        report: ComparisonReport = await self._value("compare_with_journal")
        return report

    async def compared(self) -> ComparisonReport:
        """What its last comparison found."""
        report: ComparisonReport = await self._value("compared")
        return report

    async def space(self) -> rows.SpaceUse:
        """Bytes on disk."""
        used: rows.SpaceUse = await self._value("space")
        return used

    async def blob(self, digest: str) -> bytes:
        """A stored body."""
        body: bytes = await self._value("blob", digest)
        return body

    async def agent_file(self, name: str, revision: int = 0) -> str:
        """An agent as its readable file."""
        text: str = await self._value("agent_file", name, revision)
        return text

    async def read_agent_file(self, text: str) -> AgentSpec | tuple[str, ...]:
        """The agent, or every fault with its place."""
        answer = await request(self.address, wire.ReadAgentFile(text))
        checked = msgspec.json.decode(answer.value, type=wire.CheckedFile)
        return checked.faults if checked.spec is None else checked.spec

    def agent_faults(self, spec: AgentSpec) -> tuple[str, ...]:
        """None from here: the owner names them when the agent is saved."""
        return ()

    def policy_faults(self, policy: Policy) -> tuple[str, ...]:
        """None from here: the owner names them when the policy is saved."""
        return ()

    async def keyring_state(self) -> tuple[str, str]:
        """State of the owner's keyring, and the sentence that says what to do."""
        state: tuple[str, str] = await self._value("keyring_state")
        return state

    async def test_credential(self, account: str) -> str | Refusal:
        """Whether the owner's keyring gives the value back; the value stays there."""
        told: str | Refusal = await _ask(self.address, "test_credential", account)
        return told

    async def test_connection(self, name: str, model: str, by: str) -> str | Refusal:
        """One small real call, made by the owner."""
        told: str | Refusal = await _ask(self.address, "test_connection", name, model, by)
        return told

    @property
    def in_flight(self) -> tuple[str, ...]:
        """Nothing runs in this process."""
        return ()

    @property
    def troubles(self) -> tuple[str, ...]:
        """They are shown where the workspace is open."""
        return ()

    async def heartbeat(self) -> float:
        """Seconds the owner's writer took to answer."""
        seconds: float = await self._value("heartbeat")
        return seconds

    async def close(self) -> None:
        """Nothing to close: every request has a connection of its own, and the workspace stays with its owner."""

    async def _value(self, query: str, *args: Any) -> Any:
        answer = await _ask(self.address, query, *args)
        if isinstance(answer, Refusal):
            raise wire.DoorFault(answer.sentence)
        return answer


def _performing(name: str, command: Command) -> wire.Request:
    if isinstance(command, Approve) and command.passphrase is not None:
        bare = msgspec.structs.replace(command, passphrase=None)
        return wire.ApproveTogether(msgspec.Raw(wire.encode(bare)), command.passphrase.reveal())
    return wire.Perform(name, msgspec.Raw(wire.encode(command)))


async def connect(address: str) -> RemoteRuntime:
    """The workspace behind an address. Raises DoorClosed or DoorFault."""
    answer = await request(address, wire.Hello())
    if answer.refusal is not None:
        raise wire.DoorFault(answer.refusal.sentence)
    return RemoteRuntime(address, msgspec.json.decode(answer.value, type=wire.Welcome))
