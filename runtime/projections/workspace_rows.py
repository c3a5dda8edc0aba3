"""What agents, policy, settings, people and credentials are now."""

import msgspec

from runtime.domain.connection import TEST_RUN
from runtime.domain.envelope import Envelope
from runtime.domain.events.agents import AgentPaused, AgentRemoved, AgentResumed, AgentSaved, ExamplesTaught
from runtime.domain.events.people import DutyBegun, DutyEnded, FloodBegan, FloodEnded, OperatorAway, OperatorBack
from runtime.domain.events.proposals import ProposalDismissed, ProposalRestored
from runtime.domain.events.workspace import (
    ChainFoundBroken,
    ChainVerified,
    ConnectionMoved,
    ConnectionRemoved,
    ConnectionSaved,
    ConnectionTested,
    CredentialRemoved,
    CredentialStored,
    EverythingPaused,
    EverythingResumed,
    KeyRemoved,
    KeyStored,
    OperatorSaved,
    PolicySaved,
    SettingsSaved,
    WorkspaceCreated,
)
from runtime.projections.proposal_rows import DismissedProposal
from runtime.projections.rows import KeyNote, TrialNote
from storage.reads.spend import SLOT_MICROS
from storage.records import Add, Put, Remove, RowChange, Value

TITLE, POLICY, SETTINGS, PAUSED, BROKEN, VERIFIED = "title", "policy", "settings", "paused", "broken", "verified"
"""Names of rows in workspace_values."""

CONNECTION, KEY, TEST, BREAKER = "connection/", "key/", "test/", "breaker/"
"""How names of rows about connections begin; the name of the connection follows."""
DUTY, AWAY, FLOOD, FLOOD_OVER = "duty/", "away/", "flood", "flood over"
"""Of people (the id follows) and of how much is asked."""
DISMISSED = "dismissed/"
"""Of proposed rules; the key follows."""


def workspace_rows(envelope: Envelope) -> list[RowChange]:
    """Changes of agents, agent_revisions, workspace_values, operators and credentials."""
    event, at = envelope.event, envelope.at
    match event:
        case AgentSaved():
            return _saved(event, at, envelope.by)
        case AgentRemoved(name=name):
            return [Put("agents", {"name": name}, {"removed": 1})]
        case AgentPaused(name=name, by=by):
            return [Put("agents", {"name": name}, {"paused_by": by, "paused_at": at})]
        case AgentResumed(name=name):
            return [Put("agents", {"name": name}, {"paused_by": "", "paused_at": 0})]
        case ExamplesTaught(name=name, count=count):
            return [Add("agents", {"name": name}, {"taught": count})]
        case OperatorSaved(operator=operator):
            values: dict[str, Value] = {"name": operator.name, "active": int(operator.active)}
            return [Put("operators", {"operator_id": operator.operator_id}, values)]
        case CredentialStored(account=account, purpose=purpose):
            stored: dict[str, Value] = {"purpose": purpose, "stored_at": at, "stored_by": envelope.by}
            return [Put("credentials", {"account": account}, stored)]
        case CredentialRemoved(account=account):
            return [Remove("credentials", {"account": account})]
        case _:
            return _values(envelope)


def _values(envelope: Envelope) -> list[RowChange]:
    at = envelope.at
    match envelope.event:
        case WorkspaceCreated(copy_of=former, keys=keys, accounts=accounts) if former:
            entered: list[RowChange] = [Remove("workspace_values", {"name": KEY + name}) for name in keys]
            return entered + [Remove("credentials", {"account": account}) for account in accounts]
        case WorkspaceCreated(title=title):
            return [_value(TITLE, title, at)]
        case PolicySaved(policy=policy):
            return [_value(POLICY, msgspec.json.encode(policy).decode(), at)]
        case SettingsSaved(settings=settings):
            return [_value(SETTINGS, msgspec.json.encode(settings).decode(), at), _value(TITLE, settings.title, at)]
        case EverythingPaused(by=by):
            return [_value(PAUSED, by, at)]
        case EverythingResumed():
            return [_value(PAUSED, "", 0)]
        case ChainFoundBroken(sentence=sentence):
            return [_value(BROKEN, sentence, at)]
        case ChainVerified(records=records):
            return [_value(BROKEN, "", 0), _value(VERIFIED, str(records), at)]
        case _:
            return _connections(envelope)


def _connections(envelope: Envelope) -> list[RowChange]:
    event, at = envelope.event, envelope.at
    match event:
        case ConnectionSaved(connection=connection):
            return [_value(CONNECTION + connection.name, msgspec.json.encode(connection).decode(), at)]
        case ConnectionRemoved(connection=name):
            return [Remove("workspace_values", {"name": CONNECTION + name})]
        case KeyStored(connection=name, address=address):
            kept = KeyNote(address, envelope.by)
            return [_value(KEY + name, msgspec.json.encode(kept).decode(), at)]
        case KeyRemoved(connection=name):
            return [Remove("workspace_values", {"name": KEY + name})]
        case ConnectionTested(connection=name, usage=usage):
            told = TrialNote(event.works, event.sentence, event.model, usage.cost_micros)
            asked = usage.asked_at or at
            slot: dict[str, Value] = {"slot": asked // SLOT_MICROS, "run_id": TEST_RUN, "model": event.model}
            unknown = int(usage.cost_micros is None)
            used = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
            cost = {"cost_micros": usage.cost_micros or 0, "price_unknown": unknown}
            works = [Remove("workspace_values", {"name": BREAKER + name})] if event.works else []
            tested = _value(TEST + name, msgspec.json.encode(told).decode(), at)
            return [tested, *works, Add("spend", slot, {**used, **cost})]
        case ConnectionMoved(connection=name, breaker=breaker) if breaker.closed:
            return [Remove("workspace_values", {"name": BREAKER + name})]
        case ConnectionMoved(connection=name, breaker=breaker):
            return [_value(BREAKER + name, msgspec.json.encode(breaker).decode(), at)]
        case _:
            return _people(envelope)


def _people(envelope: Envelope) -> list[RowChange]:
    event, at = envelope.event, envelope.at
    match event:
        case DutyBegun(operator_id=who):
            return [_value(DUTY + who, "on", at), Remove("workspace_values", {"name": AWAY + who})]
        case DutyEnded(operator_id=who):
            return [_value(DUTY + who, "off", at)]
        case OperatorAway(operator_id=who, since=since):
            return [_value(AWAY + who, "away", since)]
        case OperatorBack(operator_id=who):
            return [Remove("workspace_values", {"name": AWAY + who})]
        case FloodBegan(asks=asks):
            return [_value(FLOOD, str(asks), at)]
        case FloodEnded():
            over = _value(FLOOD_OVER, msgspec.json.encode(event).decode(), at)
            return [Remove("workspace_values", {"name": FLOOD}), over]
        case ProposalDismissed(key=key, by=by, sentence=sentence):
            put = DismissedProposal(key, sentence, by, at)
            return [_value(DISMISSED + key, msgspec.json.encode(put).decode(), at)]
        case ProposalRestored(key=key):
            return [Remove("workspace_values", {"name": DISMISSED + key})]
        case _:
            return []


def _value(name: str, value: str, at: int) -> Put:
    return Put("workspace_values", {"name": name}, {"value": value, "at": at})


def _saved(event: AgentSaved, at: int, by: str) -> list[RowChange]:
    spec = msgspec.json.encode(event.spec).decode()
    saved: dict[str, Value] = {"spec": spec, "saved_by": by, "note": event.note, "saved_at": at}
    return [
        Put("agents", {"name": event.name}, {"revision": event.revision, "removed": 0, "spec": spec}),
        Put("agent_revisions", {"name": event.name, "revision": event.revision}, saved),
    ]
