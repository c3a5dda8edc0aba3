"""Audit pages and entries, and the safe form of what somebody typed into the search field."""

import re
from collections.abc import Sequence

import msgspec

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
        decided_by=names(row["decided_by"]),
        cost_micros=row["cost_micros"],
        run_id=row["run_id"],
        ask_id=row["ask_id"],
        agent=row["agent"],
        mark=row["mark"],
    )


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
    title = row["what"].split(" ", 1)[-1] if row["what"] else ""
    about = About(agent=row["agent"], run_id=row["run_id"], ask_id=row["ask_id"], title=title)
    return sentence(envelope.event, about, envelope.by, names)
