"""Events of the workspace: policy, settings, operators, connections and credentials (never a value), upkeep."""

import msgspec

from runtime.domain.breaker import Breaker
from runtime.domain.connection import ConnectionSpec
from runtime.domain.decision import Usage
from runtime.domain.events.people import PeopleEvent
from runtime.domain.events.proposals import ProposalEvent
from runtime.domain.ids import AskId
from runtime.domain.policy import Policy
from runtime.domain.settings import Operator, WorkspaceSettings


class WorkspaceCreated(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="workspace-created"):
    """The first event of a workspace; once more, with an id of its own, where it was restored from a backup."""

    workspace_id: str
    """The name under which the keyring keeps its seal and secrets."""
    title: str
    copy_of: str = ""
    """The id of the workspace that the backup was made of, which may live on; empty = it is no copy."""
    keys: tuple[str, ...] = ()
    """Connections of the former workspace with a key, which this one has none of until it is entered again."""
    accounts: tuple[str, ...] = ()
    """The same of credentials."""


class PolicySaved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="policy-saved"):
    """The whole policy, with its new version."""

    policy: Policy
    note: str = ""


class SettingsSaved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="settings-saved"):
    """The whole settings."""

    settings: WorkspaceSettings


class OperatorSaved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="operator-saved"):
    """A person was added or changed."""

    operator: Operator


class EverythingPaused(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="everything-paused"):
    """No agent takes a new step until everything is resumed."""

    by: str


class EverythingResumed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="everything-resumed"):
    """Agents work again, but for those that were paused by themselves."""

    by: str


class CredentialStored(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="credential-stored"):
    """A secret was put into the keyring (or replaced there). The value is nowhere in the journal."""

    account: str
    purpose: str
    replaced: bool = False


class CredentialRemoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="credential-removed"):
    """A secret was removed from the keyring."""

    account: str


class ConnectionSaved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="connection-saved"):
    """A way to a provider was added or changed."""

    connection: ConnectionSpec


class ConnectionRemoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="connection-removed"):
    """A way to a provider is not used any more."""

    connection: str


class KeyStored(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="key-stored"):
    """A provider's key was put into the keyring (or replaced there), for one address alone."""

    connection: str
    address: str
    replaced: bool = False


class KeyRemoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="key-removed"):
    """A provider's key was removed from the keyring."""

    connection: str
    why: str = ""


class ConnectionTested(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="connection-tested"):
    """One small real call was made to see whether a connection works."""

    connection: str
    model: str
    works: bool
    sentence: str
    usage: Usage = Usage()
    duration_ms: int = 0


class PassphraseSet(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="passphrase-set"):
    """A person got a (new) passphrase for agreeing as the second person. Its verifier is in the keyring alone."""

    operator_id: str


class PassphraseMissed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="passphrase-missed"):
    """Somebody gave a wrong passphrase in a person's name. What was typed is nowhere."""

    operator_id: str
    ask_id: AskId
    """What was to be approved with it."""


class ConnectionMoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="connection-moved"):
    """A connection to a provider may be asked or not, from now on, for every agent."""

    connection: str
    breaker: Breaker


class BackupMade(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="backup-made"):
    """A backup file was written."""

    file_name: str
    size_bytes: int
    up_to: int


class SpaceCleared(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="space-cleared"):
    """What may go was removed (orphaned blobs, old backups, logs)."""

    freed_bytes: int
    what: str


class ChainFoundBroken(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="chain-found-broken"):
    """Verification found the journal changed; approvals are off."""

    first_bad: int
    sentence: str


class ChainVerified(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="chain-verified"):
    """A person or the program verified the whole chain up to ``up_to``."""

    up_to: int
    records: int


class JournalCompared(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="journal-compared"):
    """Lists, pages and stored contents were held against the records up to ``up_to``, on request or after a start."""

    up_to: int
    contents: str = ""
    """Which contents are missing or damaged, in a sentence; empty where all are there."""
    lists: str = ""
    """Which lists are not what the records make of them, in a sentence; empty where they are."""


class ProgramStarted(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="program-started"):
    """The program opened the workspace; ``after_crash`` when it was not closed in order before."""

    version: str
    after_crash: bool


class ProgramStopped(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="program-stopped"):
    """The program closed the workspace in order."""

    reason: str


class ClockJumped(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="clock-jumped"):
    """Wall time and monotonic time disagree by ``seconds`` (the clock was set, or the machine slept)."""

    seconds: float
    slept: bool


ConnectionEvent = ConnectionSaved | ConnectionRemoved | KeyStored | KeyRemoved | ConnectionTested | ConnectionMoved

WorkspaceEvent = (
    WorkspaceCreated
    | PolicySaved
    | SettingsSaved
    | OperatorSaved
    | EverythingPaused
    | EverythingResumed
    | CredentialStored
    | CredentialRemoved
    | PassphraseSet
    | PassphraseMissed
    | ConnectionEvent
    | BackupMade
    | SpaceCleared
    | ChainFoundBroken
    | ChainVerified
    | JournalCompared
    | ProgramStarted
    | ProgramStopped
    | ClockJumped
    | PeopleEvent
    | ProposalEvent
)
