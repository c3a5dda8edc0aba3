"""Agents, policy, settings and operators as folds of their events."""

from typing import TypeVar, assert_never

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.breaker import Breaker, answered, dropped, due
from runtime.domain.connection import ConnectionSpec, Homes, own_connections
from runtime.domain.events.agents import (
    AgentEvent,
    AgentPaused,
    AgentRemoved,
    AgentResumed,
    AgentSaved,
    ExamplesTaught,
)
from runtime.domain.events.people import (
    DutyBegun,
    DutyEnded,
    FloodBegan,
    FloodEnded,
    OperatorAway,
    OperatorBack,
    PeopleEvent,
)
from runtime.domain.events.proposals import ProposalDismissed, ProposalRestored
from runtime.domain.events.workspace import (
    BackupMade,
    ChainFoundBroken,
    ChainVerified,
    ClockJumped,
    ConnectionEvent,
    ConnectionMoved,
    ConnectionRemoved,
    ConnectionSaved,
    ConnectionTested,
    CredentialRemoved,
    CredentialStored,
    EverythingPaused,
    EverythingResumed,
    JournalCompared,
    KeyRemoved,
    KeyStored,
    OperatorSaved,
    PassphraseMissed,
    PassphraseSet,
    PolicySaved,
    ProgramStarted,
    ProgramStopped,
    SettingsSaved,
    SpaceCleared,
    WorkspaceCreated,
    WorkspaceEvent,
)
from runtime.domain.ids import AgentName
from runtime.domain.missed_passphrases import Missed, missed_again
from runtime.domain.policy import Policy
from runtime.domain.presence import Presence, unattended_since
from runtime.domain.settings import Operator, WorkspaceSettings

Value = TypeVar("Value")


class Agent(msgspec.Struct, frozen=True):
    """One agent with all its revisions (index 0 = revision 1)."""

    name: AgentName
    revisions: tuple[AgentSpec, ...] = ()
    paused_by: str = ""
    paused_at: int = 0
    removed: bool = False
    examples: tuple[tuple[str, str], ...] = ()
    example_blobs: tuple[str, ...] = ()

    @property
    def revision(self) -> int:
        """The newest revision; 0 = never saved."""
        return len(self.revisions)

    @property
    def spec(self) -> AgentSpec:
        """The newest revision's content."""
        return self.revisions[-1]


def evolve_agent(agent: Agent, event: AgentEvent, at: int) -> Agent:
    """The agent after one more event."""
    change = msgspec.structs.replace
    match event:
        case AgentSaved(spec=spec):
            return change(agent, revisions=(*agent.revisions, spec), removed=False)
        case AgentRemoved():
            return change(agent, removed=True)
        case AgentPaused(by=by):
            return change(agent, paused_by=by, paused_at=at)
        case AgentResumed():
            return change(agent, paused_by="", paused_at=0)
        case ExamplesTaught(examples=examples, blob=blob):
            blobs = (*agent.example_blobs, blob) if blob else agent.example_blobs
            return change(agent, examples=(*agent.examples, *examples), example_blobs=blobs)
        case _ as unreachable:
            assert_never(unreachable)


class Workspace(msgspec.Struct, frozen=True):
    """Everything that holds for the whole workspace."""

    title: str = ""
    created: bool = False
    policy: Policy = Policy()
    settings: WorkspaceSettings = WorkspaceSettings()
    operators: dict[str, Operator] = {}
    paused_by: str = ""
    paused_at: int = 0
    chain_broken: str = ""
    lacking: str = ""
    """What of the stored contents the last comparison with the journal missed; empty = nothing."""
    credentials: frozenset[str] = frozenset()
    saved_connections: dict[str, ConnectionSpec] = {}
    """Those that people added or changed, by name."""
    keys: dict[str, str] = {}
    """Which connection has a key in the keyring, and for which address."""
    keys_entered: dict[str, int] = {}
    """When that key was entered (µs UTC): another one may belong to another account."""
    breakers: dict[str, Breaker] = {}
    """Of connections that were opened at least once, by name."""
    presence: dict[str, Presence] = {}
    """Duty and presence of people, by id."""
    flood_since: int = 0
    """Since when too much is asked; 0 = it is calm."""
    dismissed: frozenset[str] = frozenset()
    """Keys of proposed rules that people put aside."""
    missed: dict[str, Missed] = {}
    """Wrong passphrases given in a person's name, by id."""

    @property
    def unattended_since(self) -> int:
        """Since when nobody attends; 0 = somebody does."""
        return unattended_since(self.operators, self.presence)

    def connections(self, homes: Homes) -> dict[str, ConnectionSpec]:
        """Every connection by name, the providers' own addresses among them."""
        return {**own_connections(homes), **self.saved_connections}


def evolve_workspace(workspace: Workspace, event: WorkspaceEvent, at: int) -> Workspace:
    """The workspace after one more event of its streams (workspace, policy, operators)."""
    change = msgspec.structs.replace
    if isinstance(event, ConnectionEvent):
        return _evolve_connections(workspace, event, at)
    if isinstance(event, PeopleEvent):
        return _evolve_presence(workspace, event, at)
    match event:
        case WorkspaceCreated(copy_of=former) if former:
            return change(workspace, credentials=frozenset(), keys={}, keys_entered={})
        case WorkspaceCreated(title=title):
            settings = change(workspace.settings, title=title)
            return change(workspace, title=title, created=True, settings=settings)
        case PolicySaved(policy=policy):
            return change(workspace, policy=policy)
        case SettingsSaved(settings=settings):
            return change(workspace, settings=settings, title=settings.title)
        case OperatorSaved(operator=operator):
            return change(workspace, operators={**workspace.operators, operator.operator_id: operator})
        case EverythingPaused(by=by):
            return change(workspace, paused_by=by, paused_at=at)
        case EverythingResumed():
            return change(workspace, paused_by="", paused_at=0)
        case ChainFoundBroken(sentence=sentence):
            return change(workspace, chain_broken=sentence)
        case ChainVerified():
            return change(workspace, chain_broken="")
        case JournalCompared(contents=contents):
            return change(workspace, lacking=contents)
        case CredentialStored(account=account):
            return change(workspace, credentials=workspace.credentials | {account})
        case CredentialRemoved(account=account):
            return change(workspace, credentials=workspace.credentials - {account})
        case ProgramStarted():  # the call that tried it ended with the program before
            tried = {name: dropped(breaker, at) for name, breaker in workspace.breakers.items()}
            return change(workspace, breakers=tried)
        case ProposalDismissed(key=key):
            return change(workspace, dismissed=workspace.dismissed | {key})
        case ProposalRestored(key=key):
            return change(workspace, dismissed=workspace.dismissed - {key})
        case PassphraseMissed(operator_id=who):
            again = missed_again(workspace.missed.get(who, Missed()), at)
            return change(workspace, missed={**workspace.missed, who: again})
        case PassphraseSet(operator_id=who):
            return change(workspace, missed=_without(workspace.missed, who))
        case BackupMade() | SpaceCleared() | ProgramStopped() | ClockJumped():
            return workspace
        case _ as unreachable:
            assert_never(unreachable)


def _evolve_connections(workspace: Workspace, event: ConnectionEvent, at: int) -> Workspace:
    change = msgspec.structs.replace
    match event:
        case ConnectionSaved(connection=connection):
            saved = {**workspace.saved_connections, connection.name: connection}
            return change(workspace, saved_connections=saved, breakers=_mended(workspace, connection.name, at))
        case ConnectionRemoved(connection=name):
            return change(workspace, saved_connections=_without(workspace.saved_connections, name))
        case KeyStored(connection=name, address=address):
            keys, entered = {**workspace.keys, name: address}, {**workspace.keys_entered, name: at}
            return change(workspace, keys=keys, keys_entered=entered, breakers=_mended(workspace, name, at))
        case KeyRemoved(connection=name):
            entered = _without(workspace.keys_entered, name)
            return change(workspace, keys=_without(workspace.keys, name), keys_entered=entered)
        case ConnectionTested(connection=name, works=True) if name in workspace.breakers:
            works = answered(workspace.breakers[name], at)
            return change(workspace, breakers={**workspace.breakers, name: works})
        case ConnectionTested():
            return workspace
        case ConnectionMoved(connection=name, breaker=breaker):
            return change(workspace, breakers={**workspace.breakers, name: breaker})
        case _ as unreachable:
            assert_never(unreachable)


def _evolve_presence(workspace: Workspace, event: PeopleEvent, at: int) -> Workspace:
    change = msgspec.structs.replace
    match event:
        case DutyBegun(operator_id=who):
            return _person(workspace, who, on_duty=True, duty_since=at, away_since=0)
        case DutyEnded(operator_id=who):
            return _person(workspace, who, on_duty=False, duty_since=at)
        case OperatorAway(operator_id=who, since=since):
            return _person(workspace, who, away_since=since, measured=True)
        case OperatorBack(operator_id=who):
            return _person(workspace, who, away_since=0, measured=True)
        case FloodBegan():
            return change(workspace, flood_since=at)
        case FloodEnded():
            return change(workspace, flood_since=0)
        case _ as unreachable:
            assert_never(unreachable)


def _without(values: dict[str, Value], name: str) -> dict[str, Value]:
    return {key: one for key, one in values.items() if key != name}


def _person(workspace: Workspace, operator_id: str, **known: bool | int) -> Workspace:
    one = msgspec.structs.replace(workspace.presence.get(operator_id, Presence()), **known)
    return msgspec.structs.replace(workspace, presence={**workspace.presence, operator_id: one})


def _mended(workspace: Workspace, name: str, at: int) -> dict[str, Breaker]:
    """A person changed something about a connection: it is tried with the next call."""
    breaker = workspace.breakers.get(name)
    return workspace.breakers if breaker is None else {**workspace.breakers, name: due(breaker, at)}
