"""Checks the hash chain of a database file from beginning to end; runs anywhere, also in a child process."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from storage.chain import hash_of_fields
from storage.engine import file_uri
from storage.errors import StorageUnavailable
from storage.faults import primary_code, told
from storage.records import EMPTY, Head

_BATCH = 5_000  # read in pieces, so that no long read transaction keeps the WAL from being folded into the file
_SELECT = (
    'SELECT seq, stream, version, kind, "schema", at, "by", body, previous, hash,'
    ' typeof(stream) || typeof(version) || typeof(kind) || typeof("schema") || typeof(at) || typeof("by")'
    " || typeof(body) || typeof(previous) || typeof(hash)"
    " FROM records WHERE seq > ? ORDER BY seq LIMIT ?"
)
_TYPES = b"textintegertextintegerintegertextblobblobblob"
_READ_FAULT = sqlite3.SQLITE_IOERR | 1 << 8
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
    head = EMPTY
    count = 0
    bad: _Broken | None = None
    try:
        for row in _rows(database):
            head = _follow(head, row)
            count += 1
            if expected is not None and head.seq == expected.seq and head.hash != expected.hash:
                raise _Broken(head.seq, f"Record {head.seq} is not the one that was sealed: the journal was rewritten.")
            if progress is not None and count % _BATCH == 0:
                progress(count)
        if expected is not None and head.seq < expected.seq:
            raise _Broken(head.seq + 1, _cut_off(head.seq, expected.seq))
    except _Broken as broken:
        bad = broken
    except sqlite3.Error as error:
        fault = told(error, reading=True)
        if isinstance(fault, StorageUnavailable) or (
            count == 0 and fault is not None and primary_code(error) != sqlite3.SQLITE_CORRUPT
        ):
            raise fault from error  # a disk that cannot be read is no journal that was changed
        bad = _Broken(head.seq + 1, f"Record {head.seq + 1} cannot be read: the file is damaged there ({error}).")
    if progress is not None:
        progress(count)
    return ChainReport(count, head, bad.seq if bad else None, bad.why if bad else "", time.monotonic() - begun)


def _rows(database: Path) -> Iterator[tuple[Any, ...]]:
    with closing(sqlite3.connect(file_uri(database, "ro"), uri=True)) as connection:
        connection.text_factory = bytes  # the exact stored bytes, also where somebody made them invalid text
        after = -(2**63)
        batch, found = _BATCH, True
        while found:
            found = False
            try:
                for row in connection.execute(_SELECT, (after, batch)):
                    found, after = True, row[0]
                    yield row
            except sqlite3.DatabaseError:
                if batch == 1:
                    raise
                # The driver reads one row ahead: go on row by row, so that the right record is named.
                batch, found = 1, True
        _check_index(connection)


def _check_index(connection: sqlite3.Connection) -> None:
    """Streams are read through an index: a record that is missing there would be overlooked without being changed."""
    fault = connection.execute('PRAGMA integrity_check("records")').fetchone()[0]
    fault = fault.decode(errors="replace") if isinstance(fault, bytes) else str(fault)
    if fault != "ok":
        _raise_if_unreadable(fault)
        row = re.search(r"row (\d+)", fault)
        seq = int(row[1]) if row else 0
        raise _Broken(seq, f"Record {seq} is not found where its stream is looked up: the index was changed ({fault}).")


def _raise_if_unreadable(fault: str) -> None:
    """SQLite's own check tells a page the disk did not give (266: a fault while reading) as if it were damage."""
    code = re.search(r"unable to get the page\. error code=(\d+)", fault)
    if code and int(code[1]) == _READ_FAULT:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = _READ_FAULT
        raise error


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
