"""What a change of rows was, written down before its commit, and the mark in the database that says it stands."""

import json
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec

from runtime.domain.undo import UndoRecord
from runtime.tools.sql.capture import Captured, RowChange, Sequence
from runtime.tools.sql.cells import Row
from runtime.tools.sql.database import EFFECTS, Database
from runtime.tools.sql.tables import identity_text

MOST_THINGS = 200
"""Rows named one by one for others to find; beyond that the rows themselves tell what changed since."""


class KeptRows(msgspec.Struct, frozen=True):
    """``columns``: stored columns of each table at that time, so that undo notices a changed table."""

    key: str
    database: str
    rows: tuple[RowChange, ...]
    sequences: tuple[Sequence, ...]
    columns: dict[str, tuple[str, ...]]
    same: tuple[tuple[str, Row], ...] = ()
    """(table, identity) of rows that were written as they were."""

    @classmethod
    def of(cls, key: str, database: str, captured: Captured) -> "KeptRows":
        """From what was captured."""
        columns = {name: table.columns for name, table in captured.tables.items()}
        return cls(key, database, captured.rows, captured.sequences, columns, captured.same)

    def record(self) -> UndoRecord:
        """As undo data."""
        rows = (*((row.table, row.identity) for row in self.rows), *self.same)
        named = (f"{self.database}:{table}/{identity_text(identity)}" for table, identity in rows)
        things = tuple(islice(dict.fromkeys(named), MOST_THINGS))
        return UndoRecord(msgspec.json.encode(self, order="sorted").decode(), things=things)


class Mark(msgspec.Struct, frozen=True):
    """The row of ``_console_effects`` under one key."""

    output: dict[str, Any]
    summary: str
    undone: bool


def kept(record: UndoRecord) -> KeptRows:
    """Read undo data back."""
    return msgspec.json.decode(record.data, type=KeptRows)


def mark_of(database: Database, key: str) -> Mark | None:
    """What the database itself says about this effect."""
    there = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (EFFECTS,)).fetchone()
    if there is None:
        return None
    found = database.execute(f"SELECT output, summary, undone_at FROM {EFFECTS} WHERE key = ?", (key,)).fetchone()
    return None if found is None else Mark(json.loads(found[0]), found[1], found[2] is not None)


def put_mark(database: Database, key: str, output: dict[str, Any], summary: str) -> None:
    """In the same transaction as the change: it is there exactly when the change is."""
    database.execute(
        f"CREATE TABLE IF NOT EXISTS {EFFECTS} "
        "(key TEXT PRIMARY KEY, at TEXT NOT NULL, output TEXT NOT NULL, summary TEXT NOT NULL, undone_at TEXT)"
    )
    database.execute(
        f"INSERT INTO {EFFECTS} (key, at, output, summary) VALUES (?, ?, ?, ?)",
        (key, _now(), json.dumps(output), summary),
    )


def mark_undone(database: Database, key: str) -> None:
    """In the same transaction as the undo."""
    if mark_of(database, key) is not None:
        database.execute(f"UPDATE {EFFECTS} SET undone_at = ? WHERE key = ?", (_now(), key))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
