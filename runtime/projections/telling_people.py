"""Words for what people and the workspace do: asks and rulings, agents, policy, upkeep."""

from typing import assert_never

from runtime.domain.breaker import SECOND, Breaker, Standing
from runtime.domain.budget import said
from runtime.domain.events.agents import (
    AgentEvent,
    AgentPaused,
    AgentRemoved,
    AgentResumed,
    AgentSaved,
    ExamplesTaught,
)
from runtime.domain.events.asks import (
    AskApproved,
    AskClosed,
    AskEvent,
    AskRaised,
    AskRejected,
    CapAnswered,
    DeadlinesMoved,
    HoldReleased,
    HoldRestarted,
    OutcomeTold,
    RulingTakenBack,
)
from runtime.domain.events.people import DutyBegun, DutyEnded, FloodBegan, FloodEnded, OperatorAway, OperatorBack
from runtime.domain.events.proposals import ProposalDismissed, ProposalRestored
from runtime.domain.events.workspace import (
    BackupMade,
    ChainFoundBroken,
    ChainVerified,
    ClockJumped,
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
from runtime.domain.money import dollars
from runtime.projections.telling import About, Named, Told, count, first_line, stop
from runtime.projections.telling_queue import told_care, told_presence

_CLOSED = {
    "spent": ("Approval used", "approved"),
    "rejected": ("Rejected, agent told", "rejected"),
    "expired": ("Expired unseen, nobody answered in time", "expired"),
    "withdrawn": ("Ask withdrawn", "note"),
    "told": ("Answer used", "note"),
}


_ANSWERED = {
    "happened": "it happened",
    "do-it": "it did not happen, do it",
    "skip": "it did not happen, skip it",
    "dealt-with": "what is left has been dealt with",
    "try-again": "try to undo it again",
}


def told_ask(event: AskEvent, about: About, named: Named) -> Told:
    """What is told about an ask and its ruling."""
    what = f"{about.tool} {about.title}".strip() or event.ask_id
    title = stop(about.title or event.ask_id)
    match event:
        case AskRaised():
            why = " ".join(stop(reason.sentence) for reason in event.reasons if reason.verdict == "ask")
            what = f"{event.action.tool} {event.title}"
            return Told("Asked for approval", "ask", what, f"{event.agent} asks: {stop(event.title)} {why}".rstrip())
        case AskApproved(edited=edited, by=by):
            words = "Approved with edit" if edited else "Approved"
            group = f" One of {event.group} alike, each for itself." if event.group else ""
            second = f" Second person: {named(event.second)}." if event.second else ""
            return Told(words, "approved", what, f"{words} by {named(by)}: {title}{second}{group}")
        case AskRejected(by=by, reason=reason):
            return Told("Rejected", "rejected", what, f"Rejected by {named(by)}: {title} Reason: {stop(reason)}")
        case OutcomeTold(by=by, answer=answer):
            words = _ANSWERED.get(answer, answer)
            return Told("Answered", "note", what, f"{named(by)} answered: {words}. {title}")
        case CapAnswered(by=by, answer=answer, extra=extra):
            did = {"raise": f"let it use {said(extra)} more", "partial": "take what there is", "stop": "stop it"}
            sentence = f"{named(by)} answered: {did.get(answer, answer)}. {title}"
            return Told("Cap answered", "note", what, sentence)
        case RulingTakenBack(by=by):
            return Told("Taken back", "note", what, f"{named(by)} took the ruling back in time; the ask waits again.")
        case HoldReleased(by=by):
            return Told("Hold released", "note", what, f"{named(by)} let the ruling take effect at once.")
        case HoldRestarted():
            return Told("Hold began anew", "note", what, "The program was restarted; the ruling is held anew.")
        case DeadlinesMoved(unattended=unattended):
            why = "Nobody attended" if unattended else "The run was paused"
            return Told("Deadlines moved", "note", what, f"{why}, so the ask's deadlines moved by as much.")
        case AskClosed(how="expired", seen=True, sentence=sentence):
            return Told("Expired seen, nobody answered in time", "expired", what, stop(sentence))
        case AskClosed(how=how, sentence=sentence):
            words, mark = _CLOSED.get(how, ("Ask closed", "note"))
            return Told(words, mark, what, stop(sentence) or f"{words}.")
        case _:
            return told_care(event, what, title, named)


def told_agent(event: AgentEvent, named: Named, by: str) -> Told:
    """What is told about an agent."""
    name = str(event.name)
    match event:
        case AgentSaved(revision=revision, note=note):
            words = "Agent created" if revision == 1 else "Agent changed"
            what = f"{name}, revision {revision}"
            return Told(words, "note", what, f"{named(by)} saved {what}. {stop(note)}".rstrip())
        case AgentRemoved():
            return Told("Agent removed", "note", name, f"{named(by)} removed {name}; its history stays.")
        case AgentPaused(by=person, why=why):
            told = f"{named(person)} paused {name}: no new step starts. {stop(why)}".rstrip(" .") + "."
            return Told("Paused", "paused", "agent paused", told)
        case AgentResumed(by=person):
            return Told("Resumed", "resumed", "agent resumed", f"{named(person)} let {name} work again.")
        case ExamplesTaught(count=number, source=source):
            what = count(number, "example") + (f" from {source}" if source else "")
            return Told("Taught", "note", what, f"{named(by)} taught {name} {what}.")
        case _ as unreachable:
            assert_never(unreachable)


def told_workspace(event: WorkspaceEvent, named: Named, by: str) -> Told:
    """What is told about the workspace as a whole."""
    who = named(by)
    match event:
        case WorkspaceCreated(title=title, copy_of=former) if former:
            told = f"The workspace {stop(title)[:-1]} was restored from a backup and is one of its own."
            known = f" ({', '.join((*event.keys, *event.accounts))})" if event.keys or event.accounts else ""
            again = f"Keys, credentials and passphrases stay with the former one: enter again what it needs{known}."
            return Told("Workspace restored", "note", title, f"{told} {again}")
        case WorkspaceCreated(title=title):
            return Told("Workspace created", "note", title, f"The workspace {stop(title)[:-1]} was created.")
        case PolicySaved(policy=policy, note=note):
            rules = f"{count(len(policy.rules), 'rule')}, {count(len(policy.checks), 'safety check')}"
            what = f"version {policy.version}: {rules}"
            return Told("Policy changed", "note", what, f"{who} saved the policy, {what}. {stop(note)}".rstrip())
        case SettingsSaved(settings=settings):
            what = f"hold {settings.hold_seconds} s, {dollars(settings.day_cap_micros)} a day"
            return Told("Settings changed", "note", what, f"{who} saved the settings: {what}.")
        case OperatorSaved(operator=operator):
            what = operator.name + ("" if operator.active else ", no longer deciding")
            return Told("Person saved", "note", what, f"{who} saved the person {what}.")
        case EverythingPaused(by=person):
            return Told("Everything paused", "paused", "", f"{named(person)} paused everything: no new step starts.")
        case EverythingResumed(by=person):
            return Told("Everything resumed", "resumed", "", f"{named(person)} let all agents work again.")
        case CredentialStored(account=account, replaced=replaced):
            words = "Credential replaced" if replaced else "Credential stored"
            return Told(words, "note", account, f"{who}: {words.lower()}, {account}. Its value is in the keyring only.")
        case CredentialRemoved(account=account):
            return Told("Credential removed", "note", account, f"{who} removed the credential {account}.")
        case ConnectionSaved() | ConnectionRemoved() | KeyStored() | KeyRemoved() | ConnectionTested():
            return _connection(event, who)
        case PassphraseSet(operator_id=operator_id):
            whose = named(operator_id)
            return Told("Passphrase set", "note", whose, f"{who} set the passphrase of {whose}. Nobody can read it.")
        case PassphraseMissed(operator_id=operator_id):
            whose = named(operator_id)
            told = f"A wrong passphrase of {whose} was given at {who}'s approval; nothing was approved."
            return Told("Wrong passphrase", "warning", whose, told)
        case ConnectionMoved(connection=connection, breaker=breaker):
            return _breaker(connection, breaker)
        case DutyBegun() | DutyEnded() | OperatorAway() | OperatorBack() | FloodBegan() | FloodEnded():
            return told_presence(event, named)
        case ProposalDismissed(by=person, sentence=sentence):
            told = f"{named(person)} dismissed a proposed rule: {stop(sentence or event.key)}"
            return Told("Proposal dismissed", "note", first_line(sentence or event.key), told)
        case ProposalRestored(by=person, key=key):
            return Told("Proposal taken up", "note", key, f"{named(person)} took up a dismissed proposal: {stop(key)}")
        case _:
            return _upkeep(event)


def _connection(
    event: ConnectionSaved | ConnectionRemoved | KeyStored | KeyRemoved | ConnectionTested, who: str
) -> Told:
    match event:
        case ConnectionSaved(connection=spec):
            what = f"{spec.name}, {spec.kind} at {spec.base_url}"
            return Told("Connection saved", "note", what, f"{who} saved the connection {what}.")
        case ConnectionRemoved(connection=name):
            return Told("Connection removed", "note", name, f"{who} removed the connection {name}.")
        case KeyStored(connection=name, address=address, replaced=replaced):
            words = "Key replaced" if replaced else "Key stored"
            told = f"{who}: {words.lower()}, {name}. It is in the keyring only, and goes to {address} alone."
            return Told(words, "note", name, told)
        case KeyRemoved(connection=name, why=why):
            told = f"{who} removed the key of {name} from the keyring. {stop(why)}".rstrip()
            return Told("Key removed", "note", name, told)
        case ConnectionTested(connection=name, works=works, sentence=sentence):
            words, mark = ("Connection works", "done") if works else ("Connection failed", "failed")
            return Told(words, mark, name, f"{who} tested the connection {name}. {stop(sentence)}")
        case _ as unreachable:
            assert_never(unreachable)


def _breaker(connection: str, breaker: Breaker) -> Told:
    match breaker.standing:
        case Standing.CLOSED:
            return Told(
                "Connection answers", "done", connection, f"{connection} answers again; every agent may ask it."
            )
        case Standing.HALF_OPEN:
            return Told("Connection tried", "note", connection, f"One call tries {connection} again.")
        case Standing.OPEN:
            pause = max(0, breaker.probe_at - breaker.since) // SECOND
            when = f"in {pause:,} s" if pause else "with the next call"
            failed = count(breaker.failures, "failure in a row", "failures in a row")
            sentence = f"{connection} is left alone by every agent after {failed}; it is tried {when}. {breaker.why}"
            return Told("Connection left alone", "warning", connection, stop(sentence))


def _upkeep(
    event: BackupMade
    | SpaceCleared
    | ChainFoundBroken
    | ChainVerified
    | JournalCompared
    | ProgramStarted
    | ProgramStopped
    | ClockJumped,
) -> Told:
    match event:
        case BackupMade(file_name=name, size_bytes=size):
            return Told("Backup made", "done", name, f"A backup was written: {name}, {size:,} bytes.")
        case SpaceCleared(freed_bytes=freed, what=what):
            return Told("Space cleared", "done", first_line(what), f"{freed:,} bytes were freed: {stop(what)}")
        case ChainFoundBroken(first_bad=bad, sentence=sentence):
            return Told("Journal found changed", "failed", f"first bad entry {bad}", stop(sentence))
        case ChainVerified(records=records):
            return Told(
                "Chain verified", "done", count(records, "entry", "entries"), f"{records:,} entries are intact."
            )
        case JournalCompared(up_to=records, contents=contents, lists=lists):
            what = count(records, "entry", "entries")
            if contents or lists:
                return Told("Contents or lists differ", "failed", what, f"{contents} {lists}".strip())
            sentence = f"Lists, pages and contents are what {records:,} entries make of them."
            return Told("Contents and lists compared", "done", what, sentence)
        case ProgramStarted(version=version, after_crash=crash):
            after = " after it had ended out of order" if crash else ""
            return Told("Program started", "note", version, f"The program {version} opened the workspace{after}.")
        case ProgramStopped(reason=reason):
            return Told("Program stopped", "note", first_line(reason), f"The workspace was closed: {stop(reason)}")
        case ClockJumped(seconds=seconds, slept=slept):
            words = "Machine slept" if slept else "Clock changed"
            return Told(words, "warning", f"{abs(seconds):,.0f} s", f"{words}: by {abs(seconds):,.0f} s.")
        case _ as unreachable:
            assert_never(unreachable)
