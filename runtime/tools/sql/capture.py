"""Runs a granted change so that every row it touches is known exactly, before and after, whatever triggers and
foreign keys do along the way.

Temporary triggers on all tables note only *which* rows are touched. The change runs once and is taken back to learn the
rows; they are read; then it runs for good and they are read again. Values that triggers hand over could be out of order
where the database has triggers of its own; values read from the tables cannot.
"""

from dataclasses import dataclass

import msgspec

from runtime.tools.contract import Failure, ToolFailed
from runtime.tools.sql.cells import Plain, Row, plain
from runtime.tools.sql.database import NOT_PERMITTED, Database, quoted
from runtime.tools.sql.tables import Table, read_rows, row_at, sequence_of, tables_of

TOO_MANY = Failure("too-many", "It would change more rows than granted, or not the number expected; rolled back.")


class RowChange(msgspec.Struct, frozen=True):
    """One row before and after; None = no such row."""

    table: str
    identity: Row
    before: Row | None
    after: Row | None


class Sequence(msgspec.Struct, frozen=True):
    """Where AUTOINCREMENT of one table stood before and after."""

    table: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Captured:
    """What a change did. ``rows`` holds only rows that differ, ``same`` (table, identity) those written as they were;
    ``returned`` is what RETURNING gave."""

    rows: tuple[RowChange, ...]
    tables: dict[str, Table]
    sequences: tuple[Sequence, ...]
    changed: int
    returned_columns: tuple[str, ...]
    returned: tuple[tuple[Plain, ...], ...]
    same: tuple[tuple[str, Row], ...] = ()


Touched = dict[tuple[str, Row], bool]
"""(table, identity) -> whether a row that existed was touched (False: it only came into being)."""


def capture(database: Database, sql: str, parameters: dict[str, object], replaces: bool, most: int) -> Captured:
    """Run the change inside the open transaction. Raises ToolFailed where its rows cannot be known or are too many."""
    tables = tables_of(database)
    _count_replaced_rows(database, tables, replaces)
    for number, table in enumerate(tables.values()):
        _watch(database, number, table)
    writable = frozenset(tables)
    database.execute("SAVEPOINT console_try")
    _run(database, sql, parameters, writable, most)
    first = _touched(database, tables, most)
    database.execute("ROLLBACK TO console_try")
    before = {at: row_at(database, tables[at[0]], at[1]) for at in first}
    stood = {name: sequence_of(database, name) for name in tables}
    cursor_rows, names, changed = _run(database, sql, parameters, writable, most)
    second = _touched(database, tables, most)
    for at, existed in second.items():
        if at not in before:
            if existed:
                sentence = "The statement touches other rows each time it runs; its rows cannot be known. Rolled back."
                raise ToolFailed(NOT_PERMITTED.code, sentence)
            before[at] = None
    rows, same = [], []
    for at, was in before.items():
        now = row_at(database, tables[at[0]], at[1])
        if now != was:
            rows.append(RowChange(at[0], at[1], was, now))
        elif now is not None:
            same.append(at)
    moved = [Sequence(name, stood[name], sequence_of(database, name)) for name in tables]
    return Captured(
        rows=tuple(rows),
        tables={row.table: tables[row.table] for row in rows},
        sequences=tuple(each for each in moved if each.before != each.after),
        changed=changed,
        returned_columns=names,
        returned=cursor_rows,
        same=tuple(same),
    )


def _run(
    database: Database, sql: str, parameters: dict[str, object], writable: frozenset[str], most: int
) -> tuple[tuple[tuple[Plain, ...], ...], tuple[str, ...], int]:
    with database.granted(writable):
        before = database.connection.total_changes
        cursor = database.execute(sql, parameters)
        found = cursor.fetchall()
        changed = cursor.rowcount if cursor.rowcount >= 0 else database.connection.total_changes - before
    names = tuple(column[0] for column in cursor.description or ())
    if changed > most:
        raise ToolFailed(TOO_MANY.code, f"It would change {changed:,} rows; at most {most:,} are granted. Rolled back.")
    return tuple(tuple(plain(value) for value in row) for row in found), names, changed


def _count_replaced_rows(database: Database, tables: dict[str, Table], replaces: bool) -> None:
    """Rows that REPLACE removes fire triggers only while triggers are recursive; that would change foreign triggers."""
    own = database.execute("SELECT count(*) FROM main.sqlite_master WHERE type = 'trigger'").fetchone()[0]
    if not own:
        database.execute("PRAGMA recursive_triggers = ON")
        return
    rules = database.execute(
        "SELECT count(*) FROM main.sqlite_master WHERE type = 'table' AND sql LIKE '%on%conflict%replace%'"
    ).fetchone()[0]
    if replaces or rules:
        sentence = (
            "REPLACE in a database with triggers of its own: the rows it removes cannot be known. Nothing was changed."
        )
        raise ToolFailed(NOT_PERMITTED.code, sentence)


def _watch(database: Database, number: int, table: Table) -> None:
    """Temporary triggers that note identities; columns without a type keep values exactly."""
    columns = ", ".join(f"i{at}" for at in range(len(table.identity)))
    notes = f"_console_touched_{number}"
    database.execute(f"CREATE TEMP TABLE {notes} (existed, {columns})")
    old = ", ".join(f"OLD.{quoted(name)}" for name in table.identity)
    new = ", ".join(f"NEW.{quoted(name)}" for name in table.identity)
    note_old, note_new = f"INSERT INTO {notes} VALUES (1, {old});", f"INSERT INTO {notes} VALUES (0, {new});"
    for event, notice in (("INSERT", note_new), ("DELETE", note_old), ("UPDATE", note_old + note_new)):
        database.execute(
            f"CREATE TEMP TRIGGER _console_{event.lower()}_{number} AFTER {event} ON main.{quoted(table.name)} "
            f"BEGIN {notice} END"
        )


def _touched(database: Database, tables: dict[str, Table], most: int) -> Touched:
    found: Touched = {}
    for number, table in enumerate(tables.values()):
        chosen = ", ".join(f"typeof(i{at}), i{at}" for at in range(len(table.identity)))
        sql = f"SELECT typeof(existed), existed, {chosen} FROM _console_touched_{number} ORDER BY rowid"
        for row in read_rows(database, sql):
            at = (table.name, row[1:])
            found[at] = found.get(at, False) or row[0].value == "1"
    if len(found) > 4 * most + 1000:
        sentence = f"It would touch {len(found):,} rows; that is far more than the {most:,} granted. Rolled back."
        raise ToolFailed(TOO_MANY.code, sentence)
    return found
