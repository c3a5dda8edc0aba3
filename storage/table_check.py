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
from storage.search_check import SEARCH, search_index_is_whole
from storage.table_integrity import is_whole

Made = Callable[[], Making]
"""Who makes rows and entries of records. A child process imports it by name."""
Progress = Callable[[int], None]
_BATCH = 5_000
"""A row that several records of a page change is written once."""
_CACHE_KIB = 64 * 1024
_RECORDS = f"SELECT {FIELDS} FROM records WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
_AUDIT = "audit"
_NO_TEXT = "Could not decode to UTF-8"
"""How Python's sqlite3 says that bytes in a column of texts are no text."""
_UNPAIRED = (
    f"(SELECT count(*) FROM records WHERE seq <= :at AND seq NOT IN (SELECT seq FROM {_AUDIT}))"
    f" + (SELECT count(*) FROM {_AUDIT} WHERE seq NOT IN (SELECT seq FROM records))"
)
_WITHOUT_WORDS = f" + (SELECT count(*) FROM {_AUDIT} WHERE seq NOT IN (SELECT id FROM {SEARCH}_docsize))"
"""What the text index does not know is found by no search."""


class TablesReport(msgspec.Struct, frozen=True):
    """``differing``: (table, rows that are not what the records make); 0 rows: the table itself is not as it was made.

    ``compared`` False: the tables are of another shape than this program's, and made anew when it next opens them.
    ``damaged``: tables whose pages are damaged, or whose indexes do not fit their rows; these are not counted.
    """

    compared: bool
    differing: tuple[tuple[str, int], ...] = ()
    damaged: tuple[str, ...] = ()


def compare_tables(
    database: Path, shape: tuple[str, int], made: Made, progress: Progress | None = None
) -> TablesReport:
    """Reads only. ``shape``: the name under which the tables' shape is kept, and that of this program.

    Raises StorageUnavailable or DatabaseUnreadable where the file cannot be read, or there is no room for a copy.
    """
    try:
        try:
            return _beside_the_journal(database, shape, made, progress, str)
        except sqlite3.OperationalError as error:
            if _NO_TEXT not in str(error):
                raise
            return _beside_the_journal(database, shape, made, progress, _as_it_is)
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


def _beside_the_journal(
    database: Path, shape: tuple[str, int], made: Made, progress: Progress | None, read_text: Callable[[bytes], str]
) -> TablesReport:
    with (
        TemporaryDirectory(prefix="console-tables-") as folder,
        closing(_beside(Path(folder), database)) as beside,
        closing(sqlite3.connect(file_uri(database, "ro"), uri=True, isolation_level=None)) as live,
    ):
        live.text_factory = read_text
        if _kept_shape(live, shape[0]) != shape[1]:
            return TablesReport(compared=False)
        damaged = _damaged(live, database, Path(folder))
        return _compared(beside, live, damaged, made(), progress)


def _as_it_is(text: bytes) -> str:
    """Also what is no text any more: it is unlike whatever the records make. Slower than SQLite's own reading, so it is
    only used where that failed."""
    return text.decode(errors="surrogateescape")


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
    damaged: tuple[str, ...],
    making: Making,
    progress: Progress | None,
) -> TablesReport:
    """``damaged``: what cannot be compared row by row."""
    beside.execute("BEGIN")  # what is there at one moment: records that come later are left out on both sides
    positions = dict(beside.execute("SELECT name, position FROM live.positions").fetchall())
    head = int(beside.execute("SELECT coalesce(max(seq), 0) FROM live.records").fetchone()[0])
    together = [table for table in TOGETHER if table.name not in damaged]
    strange = [(table.name, 0) for table in together if not _copied(beside, table)]
    at = int(positions.get(_AUDIT, 0))
    beside.execute("COMMIT")
    beside.execute("DETACH live")
    words = SEARCH not in damaged
    unpaired = 0 if _AUDIT in damaged else _unpaired_entries(live, at, words=words)
    up_to = 0 if _AUDIT in damaged or unpaired is None else at
    entries = EntriesCheck(beside, live, making, up_to, words=words)
    _make_anew(beside, live, head, making, entries, progress)
    odd = [] if unpaired == 0 and not entries.odd else [(_AUDIT, (unpaired or 0) + entries.odd)]
    whole = [table for table in together if (table.name, 0) not in strange]
    counted = [(table.name, _different(beside, table)) for table in whole]
    return TablesReport(True, (*strange, *((name, rows) for name, rows in counted if rows), *odd), damaged)


def _kept_shape(live: sqlite3.Connection, name: str) -> int:
    found = live.execute("SELECT position FROM positions WHERE name = ?", (name,)).fetchone()
    return int(found[0]) if found else 0


def _damaged(live: sqlite3.Connection, database: Path, folder: Path) -> tuple[str, ...]:
    """Tables that cannot be read as they are, or not by their indexes; ``SEARCH`` where that is the full text's."""
    found = [name for name in (*(table.name for table in TOGETHER), _AUDIT) if not _whole(live, name)]
    return (*found, *(() if search_index_is_whole(database, folder) else (SEARCH,)))


def _whole(live: sqlite3.Connection, table: str) -> bool:
    """Of one that is not there at all nothing is said here."""
    try:
        return is_whole(live, table)
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return True


def _copied(beside: sqlite3.Connection, table: Table) -> bool:
    """False where the table, or a column of it, is not there."""
    try:
        beside.execute(f'CREATE TABLE "was_{table.name}" AS SELECT {_columns(table)} FROM live."{table.name}"')
    except sqlite3.OperationalError as error:
        if "no such" not in str(error):
            raise
        return False
    return True


def _unpaired_entries(live: sqlite3.Connection, at: int, *, words: bool) -> int | None:
    """Records up to ``at`` without an entry, entries without a record or without words; None: no such table."""
    try:
        live.execute(f"{ENTRIES} LIMIT 0")
        question = f"SELECT {_UNPAIRED}{_WITHOUT_WORDS if words else ''}"
        return int(live.execute(question, {"at": at}).fetchone()[0])
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
