"""Tells SQLite's faults apart: the disk's, a damaged file's, and our own mistakes (which are not dressed up)."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from storage.errors import DatabaseUnreadable, StorageError, StorageUnavailable

_NOTHING_LOST = "Nothing of this change was recorded; everything recorded before is safe."
_NOT_KNOWN = (
    "Whether this change was recorded is known only when the disk answers again: look before you do it again. "
    "Everything recorded before is safe."
)
_NOTHING_CHANGED = "Nothing was changed by this."
_UNAVAILABLE = {
    sqlite3.SQLITE_FULL: ("The disk is full: the journal could not be written.", "Free some space, then do it again."),
    sqlite3.SQLITE_BUSY: (
        "The journal is locked by another program.",
        "Close whatever else has the workspace's database open, then do it again.",
    ),
    sqlite3.SQLITE_LOCKED: ("The journal is locked.", "Do it again in a moment."),
    sqlite3.SQLITE_READONLY: (
        "The journal cannot be written: the file or its folder is read-only.",
        "Give yourself the right to write to the workspace's folder, then do it again.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk reported a fault while the journal was being read or written.",
        "Check the disk and its connection, then do it again.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The journal's file could not be opened.",
        "Check that the workspace's folder is there and that you may read and write it.",
    ),
    sqlite3.SQLITE_PERM: (
        "The journal's file may not be opened by you.",
        "Give yourself the right to read and write the workspace's folder.",
    ),
    sqlite3.SQLITE_NOMEM: (
        "There was not enough memory to use the journal.",
        "Close other programs, then do it again.",
    ),
    sqlite3.SQLITE_PROTOCOL: ("The journal's locks could not be taken.", "Move the workspace to a local disk."),
}
_EXTENDED = {
    # The index of the write-ahead log, which SQLite makes beside the journal whenever that is opened.
    sqlite3.SQLITE_IOERR_SHMSIZE: (
        "The disk is full: there is no room for what SQLite needs beside the journal.",
        "Free some space, then do it again.",
    ),
}
"""Codes that say more than the fault they are a kind of."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
KEEP_CONNECTION = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def primary_code(error: BaseException) -> int:
    code = getattr(error, "sqlite_errorcode", 0)
    return int(code) & 0xFF


def told(error: BaseException, reading: bool = False) -> StorageError | None:
    """The world's fault in a sentence, or None when the error is a mistake of ours."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    code = primary_code(error)
    if code in _UNAVAILABLE:
        what, to_do = _EXTENDED.get(getattr(error, "sqlite_errorcode", 0), _UNAVAILABLE[code])
        # A commit whose sync failed may already stand in the log and be found there by the next opening.
        written = _NOT_KNOWN if code == sqlite3.SQLITE_IOERR else _NOTHING_LOST
        return StorageUnavailable(what, _NOTHING_CHANGED if reading else written, to_do)
    if code in _DAMAGED:
        return DatabaseUnreadable(
            "The journal's file is damaged.",
            "It was left as it is.",
            "Restore the workspace from a backup.",
        )
    return None
