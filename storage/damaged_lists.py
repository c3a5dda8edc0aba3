"""Puts aside read tables that cannot be emptied, before they are made anew from the records.

To empty a table means to follow its pages and to free them. Where one is damaged this fails, or leads into the pages of
another table, at worst of the records. So such tables are not emptied but forgotten: their names are taken out of the
file's list of tables and they are created once more. Their old pages stay unused until the file is next compacted.
The full-text index is created anew each time: emptied, it takes out what its words say now, which may not be what it
was made of.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from storage.engine import connect
from storage.errors import DatabaseUnreadable
from storage.faults import told
from storage.migrate import stamped_version
from storage.read_tables import STATEMENTS, TOGETHER, audit
from storage.search_check import PARTS, SEARCH
from storage.table_integrity import is_whole

_TABLES: tuple[Table, ...] = (*TOGETHER, audit)
_SEARCH_TABLES = (SEARCH, *(f"{SEARCH}_{part}" for part in PARTS))
_FORGET = "DELETE FROM sqlite_master WHERE tbl_name = ?"


def put_damaged_aside(database: Path, made_anew_at_zero: str) -> tuple[str, ...]:
    """The lists that were forgotten and created anew, empty; nothing is looked at unless all are to be made anew.

    ``made_anew_at_zero``: the position that is 0 where they are. Nobody else may have the file open for writing.
    Raises StorageError where the file cannot be read or written.
    """
    try:
        if not _to_be_made_anew(database, made_anew_at_zero):
            return ()
        with closing(connect(database)) as connection:
            damaged = [table.name for table in _TABLES if not _whole(connection, table)]
            _forget(connection, [*damaged, *(() if _search_dropped(connection) else _SEARCH_TABLES)])
            _create(connection)
    except sqlite3.Error as error:
        fault = told(error)
        if fault is None:
            raise
        raise fault from error
    return tuple(damaged)


def mark_to_be_made_anew(database: Path, made_anew_at_zero: str) -> None:
    """All lists, when the database is next opened: also of one that cannot be opened because a list is damaged.

    Raises StorageError, and then the file is as it was; DatabaseTooNew where a newer program wrote it.
    """
    stamped_version(database)
    try:
        with closing(connect(database)) as connection:
            connection.execute("INSERT OR REPLACE INTO positions (name, position) VALUES (?, 0)", (made_anew_at_zero,))
    except sqlite3.Error as error:
        fault = told(error)
        if fault is None:
            raise
        raise fault from error


def _to_be_made_anew(database: Path, name: str) -> bool:
    """Asked of a reader: who only looks may have no right to write."""
    with closing(connect(database, "read")) as connection:
        kept = connection.execute("SELECT position FROM positions WHERE name = ?", (name,)).fetchone()
    return kept is not None and not kept[0]


def _whole(connection: sqlite3.Connection, table: Table) -> bool:
    """Whether it is there, has the columns it was made with, and SQLite finds nothing wrong with it."""
    columns = [str(row[1]) for row in connection.execute(f'PRAGMA table_info("{table.name}")')]
    return columns == [column.name for column in table.columns] and is_whole(connection, table.name)


def _search_dropped(connection: sqlite3.Connection) -> bool:
    """With its pages given back, where none of them is damaged."""
    try:
        if not all(is_whole(connection, name) for name in _SEARCH_TABLES[1:]):
            return False
        connection.execute(f"DROP TABLE IF EXISTS {SEARCH}")
    except sqlite3.DatabaseError as error:
        fault = told(error)
        if fault is not None and not isinstance(fault, DatabaseUnreadable):
            raise
        return False
    return True


def _forget(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_FORGET, [(name,) for name in names])
    connection.execute("COMMIT")
    connection.execute("PRAGMA writable_schema = RESET")


def _create(connection: sqlite3.Connection) -> None:
    """Those that are missing; all at once, and again at the next start where this one was killed."""
    dialect = sqlite.dialect()
    connection.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        connection.execute(str(CreateTable(table, if_not_exists=True).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            connection.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=dialect)))
    for statement in STATEMENTS:
        connection.execute(statement)
    connection.execute("COMMIT")
