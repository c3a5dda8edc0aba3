"""What one transaction of the journal does: check stream versions, number and chain the records, insert, change rows.

Both recorders go through this, so that numbers, hashes and refusals cannot differ between them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from msgspec.structs import astuple

from storage.chain import next_hash
from storage.errors import StreamMovedOn
from storage.many_rows import write_many
from storage.records import EMPTY, Append, Head, StoredRecord

# In the order in which a StoredRecord names its fields.
_INSERT = 'INSERT OR FAIL INTO records (seq, stream, version, kind, "schema", at, "by", body, previous, hash)'
_MOST_STREAMS_REMEMBERED = 200_000


class JournalEnd:
    """The journal's head and stream versions as the writer knows them; they advance only when a group is kept."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._versions: dict[str, int] = {}
        self._pending_versions: dict[str, int] = {}
        self._head = read_head(connection)
        self._pending_head = self._head

    @property
    def head(self) -> Head:
        return self._head

    def stamp(self, append: Append) -> tuple[StoredRecord, ...]:
        """Number and chain the records of one append; raises StreamMovedOn and then leaves everything as it was."""
        moved: dict[str, int] = {}
        stamped: list[StoredRecord] = []
        seq, previous = self._pending_head.seq, self._pending_head.hash
        for record in append.records:
            stream, version = record.stream, record.version
            actual = moved.get(stream)
            if actual is None:
                actual = self._version_of(stream)
                if version != actual + 1:
                    raise StreamMovedOn(stream, version - 1, actual)
            elif version != actual + 1:
                raise ValueError(f"One append has version {version} of {stream} after {actual}.")
            seq += 1
            digest = next_hash(previous, seq, record)
            kind, schema, at, by, body = record.kind, record.schema, record.at, record.by, record.body
            stamped.append(StoredRecord(seq, stream, version, kind, schema, at, by, body, previous, digest))
            previous = digest
            moved[stream] = version
        self._pending_versions.update(moved)
        self._pending_head = Head(seq, previous)
        return tuple(stamped)

    def keep(self) -> None:
        """The group was committed."""
        if len(self._versions) > _MOST_STREAMS_REMEMBERED:
            self._versions.clear()
        self._versions.update(self._pending_versions)
        self._pending_versions.clear()
        self._head = self._pending_head

    def drop(self) -> None:
        """The group was rolled back."""
        self._pending_versions.clear()
        self._pending_head = self._head

    def _version_of(self, stream: str) -> int:
        pending = self._pending_versions.get(stream)
        if pending is not None:
            return pending
        known = self._versions.get(stream)
        if known is None:
            row = self._connection.execute("SELECT max(version) FROM records WHERE stream = ?", (stream,)).fetchone()
            known = self._versions[stream] = row[0] or 0
        return known


def insert_records(cursor: sqlite3.Cursor, records: Iterable[StoredRecord]) -> None:
    write_many(cursor, _INSERT, list(map(astuple, records)))


def set_position(cursor: sqlite3.Cursor, name: str, position: int) -> None:
    cursor.execute(
        "INSERT INTO positions (name, position) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
        (name, position),
    )


def read_head(connection: sqlite3.Connection) -> Head:
    row = connection.execute("SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1").fetchone()
    return EMPTY if row is None else Head(row[0], row[1])
