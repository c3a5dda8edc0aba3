"""One line of the audit table and its full text, from an event and what is known around it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from runtime.domain.decision import Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events.asks import AskApproved, AskRaised, AskRejected, OutcomeTold
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.grants import GrantUsed
from runtime.domain.events.runs import ActionJudged, RunQueued
from runtime.domain.verdict import Verdict
from runtime.domain.words import VerdictKind
from runtime.journal.codec import kind_of
from runtime.projections.effect_rows import rule_that_decided
from runtime.projections.sentences import told
from runtime.projections.telling import About, Told, plain_name
from storage.reads.audit import mark
from storage.records import Put, RowChange, Value

LONGEST_TEXT = 20_000
"""Characters of one event that full-text search sees."""

_MARKED = {"kind": "kind", "who": "who", "agent": "agent", "run": "run_id"}
"""Columns that the text index can narrow by itself."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


def audit_rows(envelope: Envelope, about: About) -> list[RowChange]:
    """The row of `audit` and its words in `audit_text`."""
    values = entry_with_words(envelope, about)
    words = values.pop("words")
    key: dict[str, Value] = {"seq": envelope.seq}
    return [Put("audit", key, values), Put("audit_text", {"rowid": envelope.seq}, {"words": words})]


def entry_with_words(envelope: Envelope, about: About) -> dict[str, Value]:
    """The columns of the row, and under ``words`` what a search finds it by."""
    values, said = _entry_of(envelope, about)
    marks = [mark(field, str(values[column])) for field, column in _MARKED.items() if values[column]]
    values["words"] = _full_text(envelope, (said.words, said.what, said.sentence, about.title, *marks))
    return values


def _entry_of(envelope: Envelope, about: About) -> tuple[dict[str, Value], Told]:
    """The columns of the row, and what is told of the event."""
    event = envelope.event
    said = told(event, about, envelope.by)
    usage = getattr(event, "usage", None)
    values: dict[str, Value] = {
        "at": envelope.at,
        "who": plain_name(envelope.by),
        "kind": kind_of(event),
        "event": said.words,
        "what": said.what,
        "decided_by": decided_by(envelope, about),
        "run_id": getattr(event, "run_id", "") or about.run_id,
        "ask_id": getattr(event, "ask_id", "") or about.ask_id,
        "agent": about.agent,
        "mark": said.mark,
        "sentence": said.sentence,
        "cost_micros": (usage.cost_micros or 0) if isinstance(usage, Usage) else 0,
        "looked_ms": getattr(event, "looked_ms", 0),
    }
    return values, said


def unreadable_rows(seq: int, at: int, who: str, kind: str, sentence: str) -> list[RowChange]:
    """The line of a record whose event cannot be read: it is shown, not passed over."""
    values = unreadable_entry(at, who, kind, sentence)
    return [Put("audit", {"seq": seq}, values), Put("audit_text", {"rowid": seq}, {"words": sentence})]


def unreadable_entry(at: int, who: str, kind: str, sentence: str) -> dict[str, Value]:
    """The columns of such a row that are not empty."""
    return {
        "at": at,
        "who": plain_name(who),
        "kind": kind,
        "event": "Unreadable entry",
        "what": kind,
        "mark": "warning",
        "sentence": sentence,
    }


def decided_by(envelope: Envelope, about: About) -> str:
    """Who or what decided: a person's id, a rule or check, "auto" for what the agent may do by itself, or empty."""
    event = envelope.event
    match event:
        case AskRaised():
            return rule_that_decided(Verdict(VerdictKind.ASK, event.reasons, event.tier))
        case ActionJudged(verdict=verdict):
            return rule_that_decided(verdict)
        case AskApproved(by=by) | AskRejected(by=by) | OutcomeTold(by=by):
            return by
        case EffectStarted(grant_id=grant_id) | GrantUsed(grant_id=grant_id) if grant_id:
            return f"grant {grant_id}"
        case RunQueued(started_by=by):
            return plain_name(by)
        case _:
            if about.decided_by:
                return about.decided_by
            by = getattr(event, "by", "")
            if by:
                return plain_name(by)
            return plain_name(envelope.by) if envelope.by.startswith("operator:") else "auto"


def _full_text(envelope: Envelope, lead: Sequence[str]) -> str:
    """Every text in the event, once, up to a bound; digests are left out."""
    pieces: dict[str, None] = {piece: None for piece in lead if piece}
    length = sum(map(len, pieces))
    for piece in _texts(msgspec.to_builtins(envelope.event)):
        if piece in pieces or not piece or _DIGEST.fullmatch(piece):
            continue
        if length + len(piece) > LONGEST_TEXT:
            pieces[piece[: LONGEST_TEXT - length]] = None
            break
        pieces[piece] = None
        length += len(piece)
    return "\n".join(pieces)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):  # a union would be made anew for each value
        for inner in value:
            yield from _texts(inner)
