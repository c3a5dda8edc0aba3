"""Audit pages and entries, and the safe form of what somebody typed into the search field."""

import re
from collections.abc import Sequence

import msgspec

from runtime.domain.events.runs import PlanStepMoved
from runtime.domain.grant import number
from runtime.domain.ids import GrantId
from runtime.journal.codec import UnreadableRecord, decode
from runtime.projections.names import Names
from runtime.projections.row import Row
from runtime.projections.rows import AuditEntry, AuditFilter, AuditRow
from runtime.projections.sentences import sentence
from runtime.projections.telling import About
from storage.reads.audit import Wanted
from storage.records import StoredRecord

_WORD = re.compile(r"\w+")


def match_query(typed: str) -> str:
    """Every word must be there; the last may be the beginning of one. Nothing typed is read as query syntax."""
    words = _WORD.findall(typed)
    return " ".join(f'"{word}"*' for word in words)


def question_for(given: AuditFilter, names: Names) -> Wanted | None:
    """The filter for storage; None when nothing can match (only signs were typed)."""
    match = match_query(given.text)
    if given.text.strip() and not match:
        return None
    return Wanted(
        agent=given.agent,
        who=names.authors(given.by) if given.by else (),
        kinds=given.kinds,
        run_id=given.run_id,
        since=given.since,
        until=given.until,
        match=match,
    )


def audit_row(row: Row, names: Names) -> AuditRow:
    """One line of the table."""
    return AuditRow(
        seq=row["seq"],
        at=row["at"],
        who=names(row["who"]),
        kind=row["kind"],
        event=row["event"],
        what=row["what"],
        decided_by=_decider(row["decided_by"], names),
        cost_micros=row["cost_micros"],
        run_id=row["run_id"],
        ask_id=row["ask_id"],
        agent=row["agent"],
        mark=row["mark"],
    )


def _decider(decided_by: str, names: Names) -> str:
    """A person by name, a standing grant as sentences name it; the entry as it is recorded has the whole id."""
    kind, _, grant_id = decided_by.partition(" ")
    return f"grant {number(GrantId(grant_id))}" if kind == "grant" and grant_id else names(decided_by)


def audit_entry(row: Row, stored: StoredRecord, hashes: Sequence[tuple[int, bytes]], names: Names) -> AuditEntry:
    """One entry with its place in the chain."""
    return AuditEntry(
        row=audit_row(row, names),
        sentence=_sentence(stored, row, names),
        stream=stored.stream,
        version=stored.version,
        recorded=recorded(stored),
        previous_hash=stored.previous.hex(),
        hash=stored.hash.hex(),
        neighbours=tuple((seq, digest.hex()) for seq, digest in hashes),
        looked_ms=row["looked_ms"],
    )


def recorded(stored: StoredRecord) -> str:
    """The stored event as pretty JSON; bytes that are not JSON are shown as text with marks for what is broken."""
    try:
        return msgspec.json.format(stored.body, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return stored.body.decode("utf-8", "backslashreplace")


def _sentence(stored: StoredRecord, row: Row, names: Names) -> str:
    try:
        envelope = decode(stored)
    except UnreadableRecord as fault:
        return fault.sentence
    if isinstance(envelope.event, PlanStepMoved):
        title = row["what"].rsplit(": ", 1)[0]
    else:
        title = row["what"].split(" ", 1)[-1]
    about = About(agent=row["agent"], run_id=row["run_id"], ask_id=row["ask_id"], title=title)
    return sentence(envelope.event, about, envelope.by, names)
