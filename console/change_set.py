"""What became different in the journal, as ids: a view looks at it and refreshes only itself."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from runtime.domain.changes import Changes
from runtime.domain.envelope import Envelope
from runtime.domain.events import GrantEvent, budget, people, proposals, workspace

_SETTINGS = (
    workspace.SettingsSaved,
    workspace.WorkspaceCreated,
    budget.CapsSet,
    budget.PriceEntered,
    budget.PriceRemoved,
    budget.DearerAnswered,
)
_PRESENCE = (people.DutyBegun, people.DutyEnded, people.OperatorAway, people.OperatorBack)
_OPERATORS = (workspace.OperatorSaved, workspace.PassphraseSet, *_PRESENCE)
_CREDENTIALS = (
    workspace.CredentialStored,
    workspace.CredentialRemoved,
    workspace.ConnectionSaved,
    workspace.ConnectionRemoved,
    workspace.KeyStored,
    workspace.KeyRemoved,
    workspace.ConnectionTested,
    workspace.ConnectionMoved,
)
_POLICY = (workspace.PolicySaved, proposals.ProposalDismissed, proposals.ProposalRestored)
_CHAIN = (workspace.ChainFoundBroken, workspace.ChainVerified, workspace.JournalCompared)
_PAUSES = (workspace.EverythingPaused, workspace.EverythingResumed)
_FLOODS = (people.FloodBegan, people.FloodEnded)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Ids of what was touched. ``everything`` means: look at all of it again (first show, after a lost link)."""

    runs: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    policy: bool = False
    settings: bool = False
    operators: bool = False
    credentials: bool = False
    grants: bool = False
    chain: bool = False
    paused: bool = False
    everything: bool = False
    head: int = 0
    """The newest seq that is in it."""

    def __or__(self, other: "ChangeSet") -> "ChangeSet":
        return ChangeSet(
            runs=self.runs | other.runs,
            asks=self.asks | other.asks,
            agents=self.agents | other.agents,
            policy=self.policy or other.policy,
            settings=self.settings or other.settings,
            operators=self.operators or other.operators,
            credentials=self.credentials or other.credentials,
            grants=self.grants or other.grants,
            chain=self.chain or other.chain,
            paused=self.paused or other.paused,
            everything=self.everything or other.everything,
            head=max(self.head, other.head),
        )

    def __bool__(self) -> bool:
        return any(bool(getattr(self, field.name)) for field in fields(self))


EVERYTHING = ChangeSet(everything=True)


def change_of(envelopes: Iterable[Envelope]) -> ChangeSet:
    """What a batch of recorded events touched."""
    runs: set[str] = set()
    asks: set[str] = set()
    agents: set[str] = set()
    found = ChangeSet()
    for envelope in envelopes:
        event = envelope.event
        runs.add(getattr(event, "run_id", ""))
        asks.add(getattr(event, "ask_id", ""))
        agents.add(getattr(event, "agent", ""))
        if envelope.stream.startswith("agent:"):
            agents.add(envelope.stream.removeprefix("agent:"))
        found = found | ChangeSet(
            policy=isinstance(event, _POLICY),
            settings=isinstance(event, _SETTINGS),
            operators=isinstance(event, _OPERATORS),
            credentials=isinstance(event, _CREDENTIALS),
            grants=isinstance(event, GrantEvent),
            chain=isinstance(event, _CHAIN),
            paused=isinstance(event, (*_PAUSES, *_FLOODS)),
            head=envelope.seq,
        )
    ids = ChangeSet(frozenset(runs - {""}), frozenset(asks - {""}), frozenset(agents - {""}))
    return found | ids


def change_of_command(changes: Changes) -> ChangeSet:
    """What a command said it changed."""
    return ChangeSet(
        runs=frozenset(changes.runs),
        asks=frozenset(changes.asks),
        agents=frozenset(changes.agents),
        policy=changes.policy,
        settings=changes.settings,
        operators=changes.operators,
        credentials=changes.credentials,
        grants=changes.grants,
    )
