"""Holds the read tables of a database against the same tables made anew from its records; runs in a child process too.

The chain says that the records are as they were written. What lists and pages show are tables made from them: a row
that somebody took out would hide a request from everybody, with every record in its place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from storage.engine import file_uri
from storage.entries_check import ENTRIES, FIELDS, EntriesCheck
from storage.errors import StorageUnavailable
from storage.faults import told
from storage.making import Making
from storage.read_tables import TOGETHER
from storage.records import StoredRecord
from storage.row_changes import apply_rows

Made = Callable[[], Making]
"""Who makes rows and entries of records. A child process imports it by name."""
Progress = Callable[[int], None]
_BATCH = 5_000
"""A row that several records of a page change is written once."""
_CACHE_KIB = 64 * 1024
_RECORDS = f"SELECT {FIELDS} FROM records WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
_AUDIT = "audit"
_UNPAIRED = (
    f"SELECT (SELECT count(*) FROM records WHERE seq <= :at AND seq NOT IN (SELECT seq FROM {_AUDIT}))"
    f" + (SELECT count(*) FROM {_AUDIT} WHERE seq NOT IN (SELECT seq FROM records))"
    f" + (SELECT count(*) FROM {_AUDIT} WHERE seq NOT IN (SELECT id FROM audit_text_docsize))"
)
"""The last of these: what the text index does not know is found by no search."""


class TablesReport(msgspec.Struct, frozen=True):
    """``differing``: (table, rows that are not what the records make); 0 rows: the table itself is not as it was made.

    ``compared`` False: the tables are of another shape than this program's, and made anew when it next opens them.
    """

    compared: bool
    differing: tuple[tuple[str, int], ...] = ()


def compare_tables(
    database: Path, shape: tuple[str, int], made: Made, progress: Progress | None = None
) -> TablesReport:
    """Reads only. ``shape``: the name under which the tables' shape is kept, and that of this program.

    Raises StorageUnavailable or DatabaseUnreadable where the file cannot be read, or there is no room for a copy.
    """
    try:
        with (
            TemporaryDirectory(prefix="console-tables-") as folder,
            closing(_beside(Path(folder), database)) as beside,
            closing(sqlite3.connect(file_uri(database, "ro"), uri=True, isolation_level=None)) as live,
        ):
            return _compared(beside, live, shape, made(), progress)
    except OSError as error:
        raise StorageUnavailable(
            f"There is no room to make the lists anew beside their own: {error.strerror or error}.",
            "Nothing was changed.",
            "Free some space in the folder for temporary files, then verify once more.",
        ) from error
    except sqlite3.Error as error:
        fault = told(error, reading=True)
        if fault is None:
            raise
        raise fault from error


def _beside(folder: Path, database: Path) -> sqlite3.Connection:
    """Empty tables in a file of their own; the real ones are attached as ``live``, and cannot be written."""
    connection = sqlite3.connect(file_uri(folder / "tables.sqlite", "rwc"), uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
        for table in TOGETHER:  # without the indexes, which nobody looks things up in here
            connection.execute(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        connection.execute("ATTACH ? AS live", (file_uri(database, "ro"),))
    except BaseException:
        connection.close()
        raise
    return connection


def _compared(
    beside: sqlite3.Connection,
    live: sqlite3.Connection,
    shape: tuple[str, int],
    making: Making,
    progress: Progress | None,
) -> TablesReport:
    beside.execute("BEGIN")  # what is there at one moment: records that come later are left out on both sides
    positions = dict(beside.execute("SELECT name, position FROM live.positions").fetchall())
    if positions.get(shape[0], 0) != shape[1]:
        return TablesReport(compared=False)
    head = int(beside.execute("SELECT coalesce(max(seq), 0) FROM live.records").fetchone()[0])
    strange = [(table.name, 0) for table in TOGETHER if not _copied(beside, table)]
    at = int(positions.get(_AUDIT, 0))
    beside.execute("COMMIT")
    beside.execute("DETACH live")
    unpaired = _unpaired_entries(live, at)
    entries = EntriesCheck(beside, live, making, at if unpaired is not None else 0)
    _make_anew(beside, live, head, making, entries, progress)
    odd = [] if unpaired == 0 and not entries.odd else [(_AUDIT, (unpaired or 0) + entries.odd)]
    whole = [table for table in TOGETHER if (table.name, 0) not in strange]
    counted = [(table.name, _different(beside, table)) for table in whole]
    return TablesReport(True, (*strange, *((name, rows) for name, rows in counted if rows), *odd))


def _copied(beside: sqlite3.Connection, table: Table) -> bool:
    """False where the table, or a column of it, is not there."""
    try:
        beside.execute(f'CREATE TABLE "was_{table.name}" AS SELECT {_columns(table)} FROM live."{table.name}"')
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return False
    return True


def _unpaired_entries(live: sqlite3.Connection, at: int) -> int | None:
    """Records up to ``at`` without an entry, entries without a record or without words; None: no such table."""
    try:
        live.execute(f"{ENTRIES} LIMIT 0")
        return int(live.execute(_UNPAIRED, {"at": at}).fetchone()[0])
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return None


def _make_anew(
    beside: sqlite3.Connection,
    live: sqlite3.Connection,
    head: int,
    making: Making,
    entries: EntriesCheck,
    progress: Progress | None,
) -> None:
    """Page by page, so that no long read transaction keeps the WAL from being folded into the file."""
    seq = 0
    beside.execute("BEGIN")
    cursor = beside.cursor()
    while found := live.execute(_RECORDS, (seq, head, _BATCH)).fetchall():
        page = [StoredRecord(*fields) for fields in found]
        apply_rows(cursor, making.rows(page))
        entries.look(page)
        seq = page[-1].seq
        if progress is not None:
            progress(seq)
    beside.execute("COMMIT")


def _different(beside: sqlite3.Connection, table: Table) -> int:
    """Rows by key: one that was changed counts once, like one that is missing or too much.

    Each row that was there is looked up by its key among those that the records make. ``+``: values are compared as
    they are stored, whatever kind of column somebody made of theirs.
    """
    names = [f'"{column.name}"' for column in table.columns]
    keys = [f'"{column.name}"' for column in table.primary_key]
    alike = " AND ".join(f"+made.{name} IS +was.{name}" for name in names)
    on = " AND ".join(f"made.{key} = +was.{key}" for key in keys)
    counted = (
        f'SELECT count(*), count(made.{keys[0]}), coalesce(sum({alike}), 0) FROM "was_{table.name}" AS was'
        f' LEFT JOIN "{table.name}" AS made ON {on}'
    )
    there, found, same = beside.execute(counted).fetchone()
    made = beside.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()[0]
    return int((there - found) + (found - same) + abs(made - found))


def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)
