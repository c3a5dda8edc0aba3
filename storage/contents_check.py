"""Holds the stored contents against the records that name them: each is there and is what its name says.

The chain guards the records only. A content is named by its digest in a record, so one that was changed is noticed
whenever it is read; one that was deleted would be missed by nobody until somebody needs it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import msgspec

from storage.blobs import BlobStore
from storage.engine import file_uri
from storage.errors import BlobMissing
from storage.faults import told

NamesOf = Callable[[bytes], set[str]]
"""The digests of the contents that one record's body names. A child process imports it by name."""
Progress = Callable[[int], None]
_BATCH = 2_000
_RECORDS = "SELECT seq, body FROM records WHERE seq > ? ORDER BY seq LIMIT ?"


class ContentsReport(msgspec.Struct, frozen=True):
    """``named``: how many contents the records name; ``first``: the first record that names a lacking one, or 0.

    It is 0 too where no record names the first that is lacking."""

    named: int
    missing: int = 0
    damaged: int = 0
    first: int = 0


def check_contents(
    database: Path,
    folder: Path,
    names_of: NamesOf,
    progress: Progress | None = None,
    noted: frozenset[str] = frozenset(),
) -> ContentsReport:
    """Reads only. ``folder`` is the one of the contents; ``progress`` is told the number of the record reached.

    ``noted``: digests that are named outside the journal.

    Raises StorageUnavailable or DatabaseUnreadable where the file, or a content that is there, cannot be read.
    """
    blobs = BlobStore(folder)
    seen: set[str] = set()
    lacking: list[tuple[int, bool]] = []
    try:
        named = ((seq, names_of(body)) for seq, body in _bodies(database, progress))
        for seq, digests in chain(named, [(0, noted)]):
            for digest in digests - seen:
                seen.add(digest)
                try:
                    blobs.check(digest)
                except BlobMissing as missing:
                    lacking.append((seq, missing.damaged))
    except sqlite3.Error as error:
        fault = told(error, reading=True)
        if fault is None:
            raise
        raise fault from error
    damaged = sum(1 for _, is_damaged in lacking if is_damaged)
    first = lacking[0][0] if lacking else 0
    return ContentsReport(len(seen), len(lacking) - damaged, damaged, first)


def _bodies(database: Path, progress: Progress | None) -> Iterator[tuple[int, bytes]]:
    """Page by page, so that no long read transaction keeps the WAL from being folded into the file."""
    seq = 0
    with closing(sqlite3.connect(file_uri(database, "ro"), uri=True)) as connection:
        while page := connection.execute(_RECORDS, (seq, _BATCH)).fetchall():
            yield from page
            seq = int(page[-1][0])
            if progress is not None:
                progress(seq)
