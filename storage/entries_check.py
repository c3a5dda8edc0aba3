"""Holds audit entries and their words against those that the records make; part of the check of the read tables.

An entry says some things that its record does not, as who had ruled by then. It is right if it was right at any moment
since its record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import eq
from typing import Any

from storage.making import Entry, Known, Making
from storage.read_tables import audit
from storage.records import StoredRecord

MANY = 1_000
"""So many entries that are not right are enough: no more are looked for."""
FIELDS = 'seq, stream, version, kind, "schema", at, "by", body, previous, hash'
_COLUMNS = tuple(column.name for column in audit.columns if column.name != "seq")
ENTRIES = f"SELECT seq, {', '.join(_COLUMNS)} FROM audit"
_BETWEEN = f"{ENTRIES} WHERE seq BETWEEN ? AND ?"
_BETWEEN_WITH_WORDS = (
    f"SELECT audit.seq, {', '.join(f'audit.{name}' for name in _COLUMNS)}, found.c0 FROM audit"
    " LEFT JOIN audit_text_content AS found ON found.id = audit.seq WHERE audit.seq BETWEEN ? AND ?"
)
"""With the words by which a search finds them, as FTS5 keeps them."""
_WITH_WORDS = (*_COLUMNS, "words")
_STREAM = f"SELECT {FIELDS} FROM records WHERE stream = ? ORDER BY version"
_RUNS = "SELECT run_id, agent, title FROM runs WHERE run_id IN"
_CALLS = "SELECT run_id, call_id, tool, title, ask_id FROM effects WHERE run_id IN"
_STEPS = "SELECT run_id, step_id, title, tool FROM plan_steps WHERE run_id IN"
_ASKS = "SELECT ask_id, agent, run_id, tool, title, ruled_by FROM asks WHERE ask_id IN"
_ASKED_TOGETHER = 500


class EntriesCheck:
    """``beside`` holds the tables as the records make them so far, ``live`` the journal; ``up_to``: the last entry.

    ``words``: those by which a search finds an entry can be read, and are compared too.
    """

    def __init__(
        self, beside: sqlite3.Connection, live: sqlite3.Connection, making: Making, up_to: int, *, words: bool
    ) -> None:
        self._beside, self._live = beside, live
        self._making = making
        self._up_to = up_to
        self._between = _BETWEEN_WITH_WORDS if words else _BETWEEN
        self.odd = 0
        """Entries that are there and are not right."""

    def look(self, page: Sequence[StoredRecord]) -> None:
        """At the entries of these records, those that the audit table has come to."""
        if not page or page[0].seq > self._up_to or self.odd >= MANY:
            return
        there = {row[0]: row[1:] for row in self._live.execute(self._between, (page[0].seq, page[-1].seq))}
        for record, made in zip(page, self._making.entries(self._known()), strict=True):
            entry = there.get(record.seq)  # a missing one is counted elsewhere
            if entry is not None and record.seq <= self._up_to and not _agree(entry, made):
                self.odd += not self._may_have_been(record, entry)

    def _may_have_been(self, record: StoredRecord, entry: tuple[Any, ...]) -> bool:
        return self._making.may_have_been(record, lambda made: _agree(entry, made), self._stream)

    def _known(self) -> Known:
        run_ids, ask_ids = self._making.wanted()
        running = {run_id: {"agent": agent, "title": title} for run_id, agent, title in self._rows(_RUNS, run_ids)}
        called = {
            (run_id, call_id): {"tool": tool, "title": title, "ask_id": ask_id}
            for run_id, call_id, tool, title, ask_id in self._rows(_CALLS, run_ids)
        }
        wanted = ask_ids.union(row["ask_id"] for row in called.values() if row["ask_id"])
        asked = {row[0]: _ask(*row) for row in self._rows(_ASKS, wanted)}
        planned = {
            (run_id, step_id): {"title": title, "tool": tool}
            for run_id, step_id, title, tool in self._rows(_STEPS, run_ids)
        }
        return running, called, asked, planned

    def _rows(self, question: str, ids: Collection[str]) -> Iterator[tuple[Any, ...]]:
        listed = list(ids)
        for at in range(0, len(listed), _ASKED_TOGETHER):
            some = listed[at : at + _ASKED_TOGETHER]
            yield from self._beside.execute(f"{question} ({', '.join('?' * len(some))})", some)

    def _stream(self, name: str) -> list[StoredRecord]:
        return [StoredRecord(*fields) for fields in self._live.execute(_STREAM, (name,))]


def _ask(ask_id: str, agent: str, run_id: str, tool: str, title: str, ruled_by: str) -> Mapping[str, str]:
    return {"ask_id": ask_id, "agent": agent, "run_id": run_id, "tool": tool, "title": title, "ruled_by": ruled_by}


def _agree(entry: tuple[Any, ...], made: Entry) -> bool:
    if entry[-1] is None:  # words that are missing are counted elsewhere
        entry = entry[:-1]
    return all(map(eq, entry, map(made.get, _WITH_WORDS, entry)))
