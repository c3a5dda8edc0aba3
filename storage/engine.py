"""Opens SQLite the way the journal needs it: WAL, every commit synced, foreign keys on, transactions begun by us."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

BUSY_MS = 2_000  # below the 5 s after which a silent writer is told as one
_COMPILED = 512
"""Statements a connection keeps ready: the writer's rows come in many shapes and a few sizes."""
_WRITERS_CACHE_KIB = 16_384
"""SQLite's own 2 MB hold the pages of a hundred runs: with more at once each commit would read them again from disk.
A thousand runs read no byte more with 16 MB than with 32 (800 MB of `rchar` each), and a long day keeps 16 MB less."""
Mode = Literal["write", "read"]


def set_pragmas(connection: sqlite3.Connection, mode: Mode) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL, never NORMAL: with NORMAL a power cut takes back commits that were already acknowledged.
    connection.execute("PRAGMA synchronous = FULL")
    if sys.platform == "darwin":  # fsync alone leaves the bytes in the drive's cache there
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
    if mode == "read":
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute(f"PRAGMA cache_size = -{_WRITERS_CACHE_KIB}")


def connect(database: Path, mode: Mode = "write") -> sqlite3.Connection:
    """A connection to an existing database file; it never creates one."""
    connection = sqlite3.connect(
        file_uri(database, "rw"),
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        timeout=BUSY_MS / 1000,
        cached_statements=_COMPILED,
    )
    try:
        set_pragmas(connection, mode)
        if mode == "write":
            connection.execute("PRAGMA journal_mode = WAL")  # a restored backup comes without it
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_engine(database: Path, mode: Mode = "write", pool_size: int = 1) -> Engine:
    """SQLAlchemy's engine over such connections."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect(database, mode),
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
    )
    begin_ourselves(engine)
    return engine


def begin_ourselves(engine: Engine) -> None:
    """Python's driver begins transactions too late for DDL and not at all for reads; its connections are set not to."""

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def file_uri(database: Path, mode: Literal["ro", "rw", "rwc"]) -> str:
    path = database.resolve().as_posix()
    return f"file:{'' if path.startswith('/') else '/'}{quote(path)}?mode={mode}"


def create_file(database: Path) -> None:
    """Make the database file in WAL mode and have its folder synced before anything is written into it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file_uri(database, "rwc"), uri=True, isolation_level=None)
    try:
        set_pragmas(connection, "write")
        connection.execute("PRAGMA journal_mode = WAL")
        # WAL is written into the header only together with a first page.
        connection.execute("PRAGMA user_version = 1")
    finally:
        connection.close()
    sync_folder(database.parent)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut; Windows has no such call and keeps names in its own journal."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
