"""Holds the full-text index against the words it was made of, in a copy of both.

FTS5's own check reads every word anew and compares the whole index with what it finds. It is written like an insert: on
the journal it would keep the writer out for as long as it takes. (SQLite 3.44 and newer do it for readers as well, as
part of PRAGMA integrity_check; Python comes with older ones too.)
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.engine import file_uri
from storage.errors import DatabaseUnreadable
from storage.faults import told
from storage.read_tables import STATEMENTS

SEARCH = "audit_text"
PARTS = ("config", "content", "data", "docsize", "idx")
"""The tables that FTS5 keeps an index and its words in (its documentation, section 9)."""


def search_index_is_whole(database: Path, folder: Path) -> bool:
    """Reads the journal only; ``folder`` is for the copy, which needs as much room as the index and its words.

    Raises sqlite3.Error where the disk cannot be read, or has no room for the copy.
    """
    copy = folder / "search.sqlite"
    try:
        _copy(database, copy)
        with closing(_opened(copy)) as connection:  # another one: the one that copied knows the empty index
            connection.execute(f"INSERT INTO {SEARCH} ({SEARCH}) VALUES ('integrity-check')")
    except sqlite3.DatabaseError as error:
        fault = told(error)
        if fault is not None and not isinstance(fault, DatabaseUnreadable):
            raise  # the disk's, and none of the index
        return False
    finally:
        copy.unlink(missing_ok=True)
    return True


def _copy(database: Path, copy: Path) -> None:
    with closing(_opened(copy)) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)
        connection.execute("ATTACH ? AS live", (file_uri(database, "ro"),))
        connection.execute("BEGIN")
        for part in PARTS:
            connection.execute(f"DELETE FROM main.{SEARCH}_{part}")
            connection.execute(f"INSERT INTO main.{SEARCH}_{part} SELECT * FROM live.{SEARCH}_{part}")
        connection.execute("COMMIT")


def _opened(copy: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file_uri(copy, "rwc"), uri=True, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    return connection
