"""Holds the read tables of a database against the same tables made anew from its records; runs in a child process too.

The chain says that the records are as they were written. What lists and pages show are tables made from them: a row
that somebody took out would hide a request from everybody, with every record in its place.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from storage.engine import file_uri
from storage.errors import StorageUnavailable
from storage.faults import told
from storage.read_tables import TOGETHER
from storage.records import RowChange, StoredRecord
from storage.row_changes import apply_rows

RowsOf = Callable[[StoredRecord], list[RowChange]]
"""What one record changes in the tables; nothing for one that cannot be read. A child process imports it by name."""
Progress = Callable[[int], None]
_BATCH = 2_000
_CACHE_KIB = 64 * 1024
_RECORDS = (
    'SELECT seq, stream, version, kind, "schema", at, "by", body, previous, hash FROM live.records'
    " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
)
_AUDIT = "audit"
_ODD_AUDIT = (
    f"SELECT (SELECT count(*) FROM live.records WHERE seq <= :at AND seq NOT IN (SELECT seq FROM live.{_AUDIT}))"
    f" + (SELECT count(*) FROM live.{_AUDIT} WHERE seq NOT IN (SELECT seq FROM live.records))"
)


class TablesReport(msgspec.Struct, frozen=True):
    """``differing``: (table, rows that are not what the records make); 0 rows: the table itself is not as it was made.

    ``compared`` False: the tables are of another shape than this program's, and made anew when it next opens them.
    """

    compared: bool
    differing: tuple[tuple[str, int], ...] = ()


def compare_tables(
    database: Path, shape: tuple[str, int], rows_of: RowsOf, progress: Progress | None = None
) -> TablesReport:
    """Reads only. ``shape``: the name under which the tables' shape is kept, and that of this program.

    Raises StorageUnavailable or DatabaseUnreadable where the file cannot be read, or there is no room for a copy.
    """
    try:
        with TemporaryDirectory(prefix="console-tables-") as folder, closing(_beside(Path(folder), database)) as beside:
            return _compared(beside, shape, rows_of, progress)
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
    beside: sqlite3.Connection, shape: tuple[str, int], rows_of: RowsOf, progress: Progress | None
) -> TablesReport:
    beside.execute("BEGIN")  # what is there at one moment: records that come later are left out on both sides
    positions = dict(beside.execute("SELECT name, position FROM live.positions").fetchall())
    if positions.get(shape[0], 0) != shape[1]:
        return TablesReport(compared=False)
    head = int(beside.execute("SELECT coalesce(max(seq), 0) FROM live.records").fetchone()[0])
    strange = [(table.name, 0) for table in TOGETHER if not _copied(beside, table)]
    odd = _odd_audit(beside, int(positions.get(_AUDIT, 0)))
    beside.execute("COMMIT")
    _make_anew(beside, head, rows_of, progress)
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


def _odd_audit(beside: sqlite3.Connection, at: int) -> Iterable[tuple[str, int]]:
    """What an entry says depends on what was known when it was written; that each record has one does not."""
    try:
        odd = int(beside.execute(_ODD_AUDIT, {"at": at}).fetchone()[0])
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return [(_AUDIT, 0)]
    return [(_AUDIT, odd)] if odd else []


def _make_anew(beside: sqlite3.Connection, head: int, rows_of: RowsOf, progress: Progress | None) -> None:
    seq = 0
    beside.execute("BEGIN")
    cursor = beside.cursor()
    while page := beside.execute(_RECORDS, (seq, head, _BATCH)).fetchall():
        rows: list[RowChange] = []
        for fields in page:
            rows += rows_of(StoredRecord(*fields))
        apply_rows(cursor, rows)
        seq = int(page[-1][0])
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
