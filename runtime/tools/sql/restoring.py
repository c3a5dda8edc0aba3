"""Undo of changed rows: exactly the former values, in one transaction; rows that somebody changed since are noticed."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.tools.contract import ToolContext, ToolFailed
from runtime.tools.sql.capture import RowChange
from runtime.tools.sql.cells import Row, shown
from runtime.tools.sql.database import BROKEN, CONSTRAINT, Database, opened, quoted
from runtime.tools.sql.kept import KeptRows, kept, mark_of, mark_undone
from runtime.tools.sql.query import INTERRUPT_AFTER_S
from runtime.tools.sql.tables import Table, drop_row, identity_text, put_row, row_at, sequence_of, tables_of
from runtime.tools.text_changes import amount

ALREADY = "The rows are already as they were before."
Strange = list[tuple[RowChange, Row | None]]


def forecast(record: UndoRecord, context: ToolContext, busy_seconds: float) -> UndoForecast:
    """What undoing would do now, or once the newer effects are undone that go before it."""
    change = kept(record)
    with opened(
        context, change.database, write=False, busy_seconds=busy_seconds, limit_s=INTERRUPT_AFTER_S
    ) as database:
        mark = mark_of(database, change.key)
        if mark is not None and mark.undone:
            return UndoForecast(UndoOutcome.UNDONE, ALREADY)
        tables = _tables(database, change)
        strange = _strange(database, change, tables, context.undone_first)
        if strange:
            sentence = f"{_places(strange)}: changed since by somebody else."
            return UndoForecast(UndoOutcome.CONFLICT, sentence, _difference(strange, change))
    names = ", ".join(sorted({row.table for row in change.rows}))
    sentence = f"{amount(len(change.rows), 'row')} in {names} will be as before." if change.rows else ALREADY
    return UndoForecast(UndoOutcome.UNDONE, sentence)


def restore(
    record: UndoRecord, context: ToolContext, busy_seconds: float, *, overwrite: bool
) -> tuple[UndoOutcome, str]:
    """Bring the rows back, all or none."""
    change = kept(record)
    with opened(context, change.database, write=True, busy_seconds=busy_seconds, limit_s=INTERRUPT_AFTER_S) as database:
        # Restoring is not a new change: nothing may cascade from it. What would be left dangling is looked for below.
        database.execute("PRAGMA foreign_keys = OFF")
        with database.rolled_back():
            mark = mark_of(database, change.key)
            if mark is not None and mark.undone:
                return UndoOutcome.UNDONE, ALREADY
            tables = _tables(database, change)
            strange = _strange(database, change, tables)
            if strange and not overwrite:
                return UndoOutcome.CONFLICT, f"{_places(strange)}: changed since by somebody else; left alone."
            dangling = _dangling(database)
            with _triggers_off(database, tables):
                _put_back(database, change, tables)
            _sequences_back(database, change)
            if new := _dangling(database) - dangling:
                table, target = sorted(new)[0]
                said = (
                    f"rows in {table} now belong to rows in {target} that undoing would take away; nothing was changed."
                )
                return UndoOutcome.CONFLICT, f"{said[:1].upper()}{said[1:]}"
            mark_undone(database, change.key)
            database.commit()
    names = ", ".join(sorted({row.table for row in change.rows}))
    return UndoOutcome.UNDONE, f"{amount(len(change.rows), 'row')} in {names} put back." if change.rows else ALREADY


def _tables(database: Database, change: KeptRows) -> dict[str, Table]:
    """The tables as they are now; a table whose columns changed since cannot take its former rows."""
    now = tables_of(database)
    for name, columns in change.columns.items():
        if name not in now or now[name].columns != columns:
            sentence = f"The table {name} has other columns than then, or is gone; its rows cannot be put back."
            raise ToolFailed(BROKEN.code, sentence)
    return {name: now[name] for name in change.columns}


def _strange(
    database: Database, change: KeptRows, tables: dict[str, Table], undone_first: tuple[UndoRecord, ...] = ()
) -> Strange:
    newer = [one for record in undone_first if (one := kept(record)).database == change.database]
    found = [(row, _then(row, row_at(database, tables[row.table], row.identity), newer)) for row in change.rows]
    return [(row, now) for row, now in found if now not in (row.after, row.before)]


def _then(row: RowChange, now: Row | None, newer: list[KeptRows]) -> Row | None:
    """The row as it will be when the newer changes are undone; what a stranger made of it stays."""
    for change in newer:
        for later in change.rows:
            if (later.table, later.identity) == (row.table, row.identity) and now == later.after:
                now = later.before
    return now


def _put_back(database: Database, change: KeptRows, tables: dict[str, Table]) -> None:
    """First all away, then all in: rows may have swapped values that are unique."""
    todo = []
    for row in change.rows:
        now = row_at(database, tables[row.table], row.identity)
        if now == row.before:
            continue
        todo.append(row)
        if now is not None:
            drop_row(database, tables[row.table], row.identity)
    for row in todo:
        if row.before is None:
            continue
        try:
            put_row(database, tables[row.table], row.identity, row.before)
        except sqlite3.IntegrityError as error:
            place = f"{row.table} {identity_text(row.identity)}"
            sentence = f"{place} cannot be put back: {error}. Nothing was changed."
            raise ToolFailed(CONSTRAINT.code, sentence) from error


def _sequences_back(database: Database, change: KeptRows) -> None:
    """AUTOINCREMENT goes back only where nobody inserted since."""
    for each in change.sequences:
        if sequence_of(database, each.table) != each.after:
            continue
        if each.before is None:
            database.execute("DELETE FROM sqlite_sequence WHERE name = ?", (each.table,))
        else:
            database.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", (each.before, each.table))


def _dangling(database: Database) -> set[tuple[str, str]]:
    """(table, table it points to) of every broken reference; counted, so that a further one is noticed."""
    found = database.execute('SELECT "table", parent, count(*) FROM pragma_foreign_key_check() GROUP BY 1, 2')
    return {(f"{table} ({count})", parent) for table, parent, count in found}


@contextmanager
def _triggers_off(database: Database, tables: dict[str, Table]) -> Iterator[None]:
    """The database's own triggers must not act on rows that are only put back."""
    if sys.version_info >= (3, 12):
        database.connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        yield
        return
    listed = database.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")
    own = [(name, sql) for name, sql, table in listed.fetchall() if table in tables]
    for name, _ in own:
        database.execute(f"DROP TRIGGER {quoted(name)}")
    yield
    for _, sql in own:
        database.execute(sql)


def _places(strange: Strange) -> str:
    places = [f"{row.table} {identity_text(row.identity)}" for row, _ in strange]
    return ", ".join(places[:5]) + (f" and {len(places) - 5} more" if len(places) > 5 else "")


def _difference(strange: Strange, change: KeptRows) -> str:
    """Row by row: what this call left (-) and what is there now (+)."""
    lines = []
    for row, now in strange:
        lines.append(f"{row.table} {identity_text(row.identity)}\n")
        columns = change.columns[row.table]
        for mark, cells in (("-", row.after), ("+", now)):
            said = (
                "no such row" if cells is None else _said(columns, cells, row.after if now is not None else None, now)
            )
            lines.append(f"{mark} {said}\n")
    return "".join(lines)


def _said(columns: tuple[str, ...], cells: Row, left: Row | None, right: Row | None) -> str:
    """Where both rows exist only what differs."""
    differs = [left is None or right is None or left[at] != right[at] for at in range(len(columns))]
    return ", ".join(f"{name} = {shown(cell)}" for name, cell, say in zip(columns, cells, differs, strict=True) if say)
