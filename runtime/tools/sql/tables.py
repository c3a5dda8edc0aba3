"""The tables of a database as undo sees them: what names a row, which columns hold values, exact rows in and out."""

from dataclasses import dataclass

from runtime.tools.contract import ToolFailed
from runtime.tools.sql.cells import Cell, Row, bound, exact
from runtime.tools.sql.database import EFFECTS, NOT_PERMITTED, Database, quoted


@dataclass(frozen=True)
class Table:
    """``identity``: the columns that name a row (rowid, or the primary key of a WITHOUT ROWID table)."""

    name: str
    identity: tuple[str, ...]
    columns: tuple[str, ...]
    """All columns that are stored; generated ones are not."""


def tables_of(database: Database) -> dict[str, Table]:
    """Every ordinary table but SQLite's and the console's own."""
    listed = database.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' ORDER BY name"
    ).fetchall()
    return {
        name: _table(database, name, bool(without_rowid))
        for name, without_rowid in listed
        if not name.lower().startswith("sqlite_") and name != EFFECTS
    }


def _table(database: Database, name: str, without_rowid: bool) -> Table:
    info = database.execute("SELECT name, pk, hidden FROM pragma_table_xinfo(?)", (name,)).fetchall()
    columns = tuple(column for column, _, hidden in info if hidden == 0)
    if without_rowid:
        keyed = sorted((pk, column) for column, pk, _ in info if pk)
        return Table(name, tuple(column for _, column in keyed), columns)
    taken = {column.lower() for column, _, _ in info}
    free = [alias for alias in ("rowid", "_rowid_", "oid") if alias not in taken]
    if not free:
        sentence = f"The table {name} uses all names of its row number as columns; its rows cannot be told apart."
        raise ToolFailed(NOT_PERMITTED.code, sentence)
    return Table(name, (free[0],), columns)


def row_at(database: Database, table: Table, identity: Row) -> Row | None:
    """The stored columns of the row with exactly this identity, or None."""
    chosen = ", ".join(f"typeof({quoted(name)}), {quoted(name)}" for name in (*table.identity, *table.columns))
    where, values = _where(table, identity)
    cells = read_rows(database, f"SELECT {chosen} FROM main.{quoted(table.name)} WHERE {where}", values)
    width = len(table.identity)
    # A collation may find a row whose identity is spelled differently; that is another row to us.
    return next((row[width:] for row in cells if row[:width] == identity), None)


def read_rows(database: Database, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
    """Rows of ``typeof(x), x`` pairs as exact cells."""
    database.connection.text_factory = bytes
    try:
        found = database.execute(sql, values).fetchall()
    finally:
        database.connection.text_factory = str
    return [tuple(exact(row[at], row[at + 1]) for at in range(0, len(row), 2)) for row in found]


def put_row(database: Database, table: Table, identity: Row, row: Row) -> None:
    """Insert a row with its identity and exact values."""
    names, cells = list(table.columns), list(row)
    for name, cell in zip(table.identity, identity, strict=True):
        if name not in table.columns:
            names.insert(0, name)
            cells.insert(0, cell)
    placed = [bound(cell) for cell in cells]
    into = ", ".join(quoted(name) for name in names)
    marks = ", ".join(mark for mark, _ in placed)
    values = tuple(value for _, value in placed)
    database.execute(f"INSERT INTO main.{quoted(table.name)} ({into}) VALUES ({marks})", values)


def drop_row(database: Database, table: Table, identity: Row) -> None:
    """Delete the row with this identity."""
    where, values = _where(table, identity)
    database.execute(f"DELETE FROM main.{quoted(table.name)} WHERE {where}", values)


def _where(table: Table, identity: Row) -> tuple[str, tuple[object, ...]]:
    placed = [bound(cell) for cell in identity]
    where = " AND ".join(f"{quoted(name)} IS {mark}" for name, (mark, _) in zip(table.identity, placed, strict=True))
    return where, tuple(value for _, value in placed)


def sequence_of(database: Database, table: str) -> int | None:
    """Where AUTOINCREMENT stands for this table; None where it has none."""
    there = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone()
    if there is None:
        return None
    found = database.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return None if found is None else int(found[0])


def identity_text(identity: Row) -> str:
    """For a person."""
    return ", ".join(_readable(cell) for cell in identity)


def _readable(cell: Cell) -> str:
    return cell.value if cell.kind in "it" else f"{cell.kind}:{cell.value}"
