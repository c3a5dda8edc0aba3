"""Checks the hash chain of a database file from beginning to end; runs anywhere, also in a child process."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from storage.chain import hash_of_fields, next_hash
from storage.engine import file_uri
from storage.errors import StorageUnavailable
from storage.faults import primary_code, told
from storage.records import EMPTY, Head, NewRecord
from storage.table_integrity import integrity_fault

_BATCH = 5_000  # read in pieces, so that no long read transaction keeps the WAL from being folded into the file
_FIELDS = 'seq, stream, version, kind, "schema", at, "by", body, previous, hash'
_PAGE = f"SELECT {_FIELDS} FROM records WHERE seq > ? ORDER BY seq LIMIT ?"
_CLOSELY = (
    f"SELECT {_FIELDS},"
    ' typeof(stream) || typeof(version) || typeof(kind) || typeof("schema") || typeof(at) || typeof("by")'
    " || typeof(body) || typeof(previous) || typeof(hash)"
    " FROM records WHERE seq > ? ORDER BY seq LIMIT 1"
)
_TYPES = b"textintegertextintegerintegertextblobblobblob"
Progress = Callable[[int], None]


class ChainReport(msgspec.Struct, frozen=True):
    """What the check found; `bad_seq` is the first record that is not as it was written, or not there."""

    count: int
    head: Head  # the last record that is still right
    bad_seq: int | None
    why: str
    seconds: float

    @property
    def whole(self) -> bool:
        return self.bad_seq is None


class _Doubt(Exception):
    """Something is not as it should be with the next record: it is to be looked at closely."""


class _Broken(Exception):
    def __init__(self, seq: int, why: str) -> None:
        super().__init__(why)
        self.seq = seq
        self.why = why


def verify_chain(database: Path, expected: Head | None = None, progress: Progress | None = None) -> ChainReport:
    """Recompute every hash. `expected` is a head known from elsewhere (a seal): the journal must reach and contain it.

    `progress` is told the number of records checked so far. Raises DatabaseUnreadable or StorageUnavailable only when
    the file cannot be opened at all; damage inside it is a finding.
    """
    begun = time.monotonic()
    walk = _Walk(expected or EMPTY)
    bad: _Broken | None = None
    try:
        with closing(sqlite3.connect(file_uri(database, "ro"), uri=True)) as connection:
            while walk.page(connection):
                if progress is not None and walk.count % _BATCH == 0:
                    progress(walk.count)
            _check_index(connection)
        if walk.seq < walk.sealed.seq:
            raise _Broken(walk.seq + 1, _cut_off(walk.seq, walk.sealed.seq))
    except _Broken as broken:
        bad = broken
    except UnicodeDecodeError as error:  # a damaged name in the file, quoted in what SQLite says of it
        bad = _damaged(walk.seq + 1, error)
    except sqlite3.Error as error:
        fault = told(error, reading=True)
        if isinstance(fault, StorageUnavailable) or (
            walk.count == 0 and fault is not None and primary_code(error) != sqlite3.SQLITE_CORRUPT
        ):
            raise fault from error  # a disk that cannot be read is no journal that was changed
        bad = _damaged(walk.seq + 1, error)
    if progress is not None:
        progress(walk.count)
    head, seconds = Head(walk.seq, walk.hash), time.monotonic() - begun
    return ChainReport(walk.count, head, bad.seq if bad else None, bad.why if bad else "", seconds)


def _damaged(seq: int, error: Exception) -> _Broken:
    return _Broken(seq, f"Record {seq} cannot be read: the file is damaged there ({error}).")


class _Walk:
    """Along the chain. ``seq`` and ``hash`` are of the last record that is still right; ``sealed`` is to be passed."""

    def __init__(self, sealed: Head) -> None:
        self.sealed = sealed
        self.seq, self.hash = EMPTY.seq, EMPTY.hash
        self.count = 0
        self._after = -(2**63)

    def page(self, connection: sqlite3.Connection) -> bool:
        """The next records; False where there are no more. Raises _Broken, and sqlite3.Error as it comes."""
        before = self.count
        try:
            self._quickly(connection)
        except (sqlite3.DatabaseError, _Doubt):
            # One alone, so that the right record is named: the driver reads one row ahead.
            return self._closely(connection)
        return self.count > before

    def _closely(self, connection: sqlite3.Connection) -> bool:
        connection.text_factory = bytes  # the exact stored bytes, also where somebody made them invalid text
        row = connection.execute(_CLOSELY, (self._after,)).fetchone()
        connection.text_factory = str
        if row is None:
            return False
        head = _follow(Head(self.seq, self.hash), row)
        self.seq, self.hash, self._after = head.seq, head.hash, head.seq
        self.count += 1
        if head.seq == self.sealed.seq and head.hash != self.sealed.hash:
            raise _Broken(head.seq, f"Record {head.seq} is not the one that was sealed: the journal was rewritten.")
        return True

    def _quickly(self, connection: sqlite3.Connection) -> None:
        """A page, without asking what is wrong: a million times a call, a check or a copy of a text is a second."""
        last, known, sealed = self.seq, self.hash, self.sealed.seq
        try:
            for row in connection.execute(_PAGE, (self._after, _BATCH)):
                seq, _, version, _, schema, at, _, _, previous, digest = row
                if seq != last + 1 or previous != known or not type(version) is type(schema) is type(at) is int:
                    raise _Doubt
                if next_hash(known, seq, NewRecord(*row[1:8])) != digest:
                    raise _Doubt
                if seq == sealed and digest != self.sealed.hash:
                    raise _Doubt
                last, known = seq, digest
        except (AttributeError, TypeError) as error:  # a text that is none has no bytes
            raise _Doubt from error
        finally:
            if last > self.seq:
                self.count += last - self.seq
                self.seq, self.hash, self._after = last, known, last


def _check_index(connection: sqlite3.Connection) -> None:
    """Streams are read through an index: a record that is missing there would be overlooked without being changed."""
    if fault := integrity_fault(connection, "records"):
        row = re.search(r"row (\d+)", fault)
        seq = int(row[1]) if row else 0
        raise _Broken(seq, f"Record {seq} is not found where its stream is looked up: the index was changed ({fault}).")


def _follow(head: Head, row: tuple[Any, ...]) -> Head:
    seq, stream, version, kind, schema, at, by, body, previous, digest, types = row
    if seq != head.seq + 1:
        if seq <= 0:
            raise _Broken(seq, f"Record {seq} was added: records are numbered from 1.")
        missing = head.seq + 1
        gap = f"Record {missing} is" if seq - missing == 1 else f"Records {missing} to {seq - 1} are"
        raise _Broken(missing, f"{gap} missing.")
    if types != _TYPES:
        raise _Broken(seq, f"Record {seq} was changed: a field holds another type of value than was written.")
    fields = (b"%d" % seq, stream, b"%d" % version, kind, b"%d" % schema, b"%d" % at, by, body)
    if previous != head.hash or hash_of_fields(head.hash, fields) != digest:
        name = f"{stream.decode(errors='replace')}, version {version}, {kind.decode(errors='replace')}"
        raise _Broken(seq, f"Record {seq} was changed ({name}): its content does not fit its hash.")
    return Head(seq, digest)


def _cut_off(last: int, sealed: int) -> str:
    lost = sealed - last
    records = "the last record is" if lost == 1 else f"the last {lost} records are"
    return f"The journal ends at record {last}, but its seal names record {sealed}: {records} missing."
