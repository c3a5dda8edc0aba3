"""Everything that can be asked of the program by a person, a trigger or the command line. Imperative, one class each.

What the loop itself records (answers, verdicts, starts and ends of effects) is in ``loop_commands``.
``by`` is the operator's id; the empty text is nobody and is refused.
"""

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.budget import NOTHING, Amount, Caps, EnteredPrice
from runtime.domain.connection import ConnectionSpec
from runtime.domain.grant_commands import GrantCommand
from runtime.domain.ids import AgentName, AskId, CallId, RunId
from runtime.domain.plan import PlanStep
from runtime.domain.policy import Policy
from runtime.domain.proposal_commands import ProposalCommand
from runtime.domain.queue_commands import QueueCommand
from runtime.domain.settings import Operator, WorkspaceSettings
from runtime.domain.task import Task


class StartRun(msgspec.Struct, frozen=True):
    """Queue a run of the agent's newest revision on a task. ``run_id`` is chosen by the caller (``new_run_id``)."""

    run_id: RunId
    agent: AgentName
    task: Task
    by: str


class PauseRun(msgspec.Struct, frozen=True):
    """No new step of this run starts."""

    run_id: RunId
    by: str


class ResumeRun(msgspec.Struct, frozen=True):
    """Back to where it was."""

    run_id: RunId
    by: str


class StopRun(msgspec.Struct, frozen=True):
    """End it now; what was done stays done and can be rolled back."""

    run_id: RunId
    by: str


class LeaveNote(msgspec.Struct, frozen=True):
    """Tell the agent something; it is read before its next step."""

    run_id: RunId
    by: str
    text: str


class EditPlan(msgspec.Struct, frozen=True):
    """Replace the plan of a run that has not finished. Steps keep their ids."""

    run_id: RunId
    by: str
    steps: tuple[PlanStep, ...]
    over: int = 0
    """The revision that was edited; another one in between refuses. 0 = whichever it is."""


class RollBack(msgspec.Struct, frozen=True):
    """Undo every effect after ``to_checkpoint`` (0 = the start), newest first.

    ``overwrite`` names the effects whose later changes by somebody else may be overwritten.
    """

    run_id: RunId
    to_checkpoint: int
    by: str
    overwrite: tuple[CallId, ...] = ()


class Approve(msgspec.Struct, frozen=True):
    """Approve the exact action with ``digest``; ``arguments`` (JSON) when it was edited first.

    ``ticked`` are the indexes of the checks that were ticked; ``looked_ms`` how long the card was on screen.
    """

    ask_id: AskId
    by: str
    digest: str
    arguments: str | None = None
    ticked: tuple[int, ...] = ()
    looked_ms: int = 0
    second: str = ""
    """The second person, where the tier demands one."""
    passphrase: "Secret | None" = None
    """What the second person typed."""
    group: int = 0
    """How many look-alikes the gesture was for; 0 = this one alone."""


class Reject(msgspec.Struct, frozen=True):
    """Say no with a reason, which the agent is told."""

    ask_id: AskId
    by: str
    reason: str
    looked_ms: int = 0
    pause_agent: bool = False


class TellOutcome(msgspec.Struct, frozen=True):
    """Answer an ask about an unknown outcome: ``happened``, ``do-it`` or ``skip``."""

    ask_id: AskId
    by: str
    answer: str
    looked_ms: int = 0


class AnswerCap(msgspec.Struct, frozen=True):
    """Answer an ask about a cap: ``raise`` (by ``extra``, for this run), ``partial`` or ``stop``."""

    ask_id: AskId
    by: str
    answer: str
    extra: Amount = NOTHING
    looked_ms: int = 0


class TakeBack(msgspec.Struct, frozen=True):
    """Take a ruling back while it is held."""

    ask_id: AskId
    by: str


class ReleaseHold(msgspec.Struct, frozen=True):
    """Let a ruling take effect at once (tiers 1 and 2)."""

    ask_id: AskId
    by: str


class PauseAgent(msgspec.Struct, frozen=True):
    """None of its runs takes a new step."""

    name: AgentName
    by: str


class ResumeAgent(msgspec.Struct, frozen=True):
    """It works again."""

    name: AgentName
    by: str


class PauseAll(msgspec.Struct, frozen=True):
    """No agent takes a new step."""

    by: str


class ResumeAll(msgspec.Struct, frozen=True):
    """Agents work again."""

    by: str


class SaveAgent(msgspec.Struct, frozen=True):
    """A new revision. ``expected_revision`` is the one the person edited (0 = new agent); a save in between refuses.

    A new agent gets the two rules of a new agent unless the policy already speaks about it by name.
    """

    spec: AgentSpec
    by: str
    expected_revision: int | None = None
    note: str = ""


class RemoveAgent(msgspec.Struct, frozen=True):
    """It starts no more runs; its history stays. Refused while runs of it are at work."""

    name: AgentName
    by: str


class TeachExamples(msgspec.Struct, frozen=True):
    """Labelled messages for an agent's playbook: (text, intent) pairs."""

    name: AgentName
    examples: tuple[tuple[str, str], ...]
    by: str
    source: str = ""


class SavePolicy(msgspec.Struct, frozen=True):
    """The whole policy. ``expected_version`` is the one that was edited; another save in between refuses."""

    policy: Policy
    by: str
    expected_version: int
    note: str = ""


class SaveSettings(msgspec.Struct, frozen=True):
    """The whole settings."""

    settings: WorkspaceSettings
    by: str


class SetCaps(msgspec.Struct, frozen=True):
    """All caps of the workspace, the money of a day included."""

    caps: Caps
    by: str
    note: str = ""


class EnterPrice(msgspec.Struct, frozen=True):
    """What a model (``<provider>/<model>``) costs. It goes before the price table."""

    model: str
    price: EnteredPrice
    by: str
    note: str = ""


class RemovePrice(msgspec.Struct, frozen=True):
    """Take an entered price back."""

    model: str
    by: str


class SaveOperator(msgspec.Struct, frozen=True):
    """Add or change a person (``active`` False = may decide nothing any more)."""

    operator: Operator
    by: str


class StoreCredential(msgspec.Struct, frozen=True):
    """Put a secret into the OS keyring. The value goes there and nowhere else; it is in no event, log or repr."""

    account: str
    purpose: str
    value: "Secret"
    by: str


class RemoveCredential(msgspec.Struct, frozen=True):
    """Remove a secret from the keyring."""

    account: str
    by: str


class SaveConnection(msgspec.Struct, frozen=True):
    """Add a way to a provider, or change it. Another address or provider takes its key away."""

    connection: ConnectionSpec
    by: str


class RemoveConnection(msgspec.Struct, frozen=True):
    """It is not used any more; its key leaves the keyring."""

    connection: str
    by: str


class StoreKey(msgspec.Struct, frozen=True):
    """Put the key of a connection into the OS keyring, bound to the connection's address."""

    connection: str
    value: "Secret"
    by: str


class RemoveKey(msgspec.Struct, frozen=True):
    """Remove the key of a connection from the keyring."""

    connection: str
    by: str


class SetPassphrase(msgspec.Struct, frozen=True):
    """Give an operator the passphrase asked for when they are the second person. The keyring keeps a verifier."""

    operator_id: str
    passphrase: "Secret"
    by: str


class VerifyChain(msgspec.Struct, frozen=True):
    """Check every record of the journal, from the first to the sealed head."""

    by: str


class MakeBackup(msgspec.Struct, frozen=True):
    """Write a backup of journal, blobs and workspace folder to ``target`` (a file path)."""

    target: str
    by: str


class ClearSpace(msgspec.Struct, frozen=True):
    """Remove what may go: orphaned blobs, old backups made by the program, old logs."""

    by: str


class Secret:
    """A value that never shows itself: not in repr, str, a log or a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the keyring, a comparison, or the one frame of the second door that carries it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"


Command = (
    StartRun
    | PauseRun
    | ResumeRun
    | StopRun
    | LeaveNote
    | EditPlan
    | RollBack
    | Approve
    | Reject
    | TellOutcome
    | AnswerCap
    | TakeBack
    | ReleaseHold
    | GrantCommand
    | PauseAgent
    | ResumeAgent
    | PauseAll
    | ResumeAll
    | SaveAgent
    | RemoveAgent
    | TeachExamples
    | SavePolicy
    | ProposalCommand
    | SaveSettings
    | SetCaps
    | EnterPrice
    | RemovePrice
    | SaveOperator
    | StoreCredential
    | RemoveCredential
    | SaveConnection
    | RemoveConnection
    | StoreKey
    | RemoveKey
    | SetPassphrase
    | VerifyChain
    | MakeBackup
    | ClearSpace
    | QueueCommand
)
