"""Tells a journal that lost every record from a new one: its seal stands beside it and says how many there were.

Records are in the WAL until SQLite folds them into the file: who takes that away before leaves a file without any.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec

from storage.engine import file_uri
from storage.errors import DatabaseUnreadable
from storage.signing import KeptSeal


def lost_everything(database: Path, seal: Path) -> DatabaseUnreadable | None:
    """What to tell where a journal that was sealed is not there any more, or holds no record; None = it does, or it was
    never sealed. Changes nothing."""
    if not seal.exists():
        return None
    name, workspace = database.name, database.parent.name
    if not database.exists() or not database.stat().st_size:
        return DatabaseUnreadable(
            f"The journal {name} of {workspace} is gone or empty, but its seal says that there was one.",
            "Nothing was changed.",
            "Restore the workspace from a backup; or, to begin anew, use another folder.",
        )
    if _holds_records(database):
        return None
    return DatabaseUnreadable(
        f"The journal {name} of {workspace} holds no record, but its seal says that there were {_sealed(seal)}: "
        f"the file {name}-wal, which held them, was removed, damaged or left behind when the folder was copied.",
        "Nothing was changed.",
        f"Put {name}-wal back beside it if you still have it; else restore the workspace from a backup.",
    )


def _holds_records(database: Path) -> bool:
    """Also True where the file cannot be read: whoever opens it tells why."""
    there = database.with_name(f"{database.name}-wal").exists()
    uri = file_uri(database, "ro") + ("" if there else "&immutable=1")  # leaves no files beside it
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            tables = {table for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "records" in tables:
                return connection.execute("SELECT 1 FROM records LIMIT 1").fetchone() is not None
            return bool(tables)
    except (sqlite3.Error, UnicodeDecodeError):  # a damaged name is quoted in what SQLite says of it
        return True


def _sealed(seal: Path) -> str:
    try:
        return f"{msgspec.json.decode(seal.read_bytes(), type=KeptSeal).seal.seq:,}"
    except (OSError, msgspec.MsgspecError):
        return "some"
