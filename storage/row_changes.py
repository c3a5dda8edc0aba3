"""Applies row changes to the read tables, in order, inside the transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from storage.many_rows import Plain, write_many
from storage.read_tables import metadata
from storage.records import Add, AtSeq, Put, Remove, RowChange, Value

ROWID = "rowid"
"""How a row of a full-text table is named: such a table knows no ON CONFLICT."""
_ASKED_TOGETHER = 500
Key = tuple[Plain, ...]
Columns = tuple[str, ...]


@dataclass(slots=True)
class _Row:
    """What is to be written to one row: values that are set, amounts that are added."""

    values: dict[str, Plain] = field(default_factory=dict)
    amounts: dict[str, int] = field(default_factory=dict)

    def put(self, values: Mapping[str, Plain]) -> None:
        self.values.update(values)
        for name in values:
            self.amounts.pop(name, None)

    def add(self, amounts: Mapping[str, int]) -> None:
        for name, amount in amounts.items():
            if name in self.values:
                known = self.values[name] or 0
                assert isinstance(known, int | float)
                self.values[name] = known + amount
            else:
                self.amounts[name] = self.amounts.get(name, 0) + amount


class MergedRows:
    """The row changes of one transaction. A row that changes several times is written once, at the end."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self._waiting: dict[str, tuple[Columns, dict[Key, _Row]]] = {}

    def take(self, changes: Iterable[RowChange], first_seq: int = 0, records: int = 0) -> None:
        """Changes in order; `AtSeq(n)` becomes `first_seq + n`, where their append has `records` records."""
        for change in changes:
            columns = tuple(change.key)
            key = tuple(_plain(change.key, first_seq, records).values())
            if None in key:
                raise ValueError(f"A row of {change.table} was named by a key with an empty column: {sorted(columns)}.")
            match change:
                case Put(table=table, values=values):
                    self._row(table, columns, key).put(_plain(values, first_seq, records))
                case Add(table=table, amounts=amounts):
                    self._row(table, columns, key).add(amounts)
                case Remove(table=table):
                    self._write(table)
                    self._cursor.execute(_delete(table, columns), key)

    def write(self) -> None:
        """Everything that waits."""
        for table in list(self._waiting):
            self._write(table)

    def _row(self, table: str, columns: Columns, key: Key) -> _Row:
        known, rows = self._waiting.get(table, ((), {}))
        if known != columns:  # the same row may have two names: what was said under the other one comes first
            self._write(table)
            rows = {}
            self._waiting[table] = (columns, rows)
        row = rows.get(key)
        if row is None:
            row = rows[key] = _Row()
        return row

    def _write(self, table: str) -> None:
        key_columns, rows = self._waiting.pop(table, ((), {}))
        alike: dict[tuple[Columns, Columns], list[Key]] = {}
        for key, row in rows.items():
            shape = (tuple(row.values), tuple(row.amounts))
            alike.setdefault(shape, []).append((*key, *row.values.values(), *row.amounts.values()))
        for (values, amounts), found in alike.items():
            named = key_columns + values + amounts
            if _can_begin(table, key_columns, named):
                write_many(self._cursor, _into(table, named), found, _or_change(key_columns, values, amounts))
            else:
                if key_columns == (ROWID,):
                    found = self._begin_missing(table, named, found)
                for row_values in found:
                    _write_alone(self._cursor, table, key_columns, values, amounts, row_values)

    def _begin_missing(self, table: str, named: Columns, rows: list[Key]) -> list[Key]:
        """Insert those that are not there yet, together; answers the others."""
        there: set[Plain] = set()
        for at in range(0, len(rows), _ASKED_TOGETHER):
            some = rows[at : at + _ASKED_TOGETHER]
            numbers = ", ".join("?" * len(some))
            asked = f"SELECT rowid FROM {_quoted(table)} WHERE rowid IN ({numbers})"
            there.update(number for (number,) in self._cursor.execute(asked, [row[0] for row in some]))
        write_many(self._cursor, _into(table, named), [row for row in rows if row[0] not in there])
        return [row for row in rows if row[0] in there]


def apply_rows(cursor: sqlite3.Cursor, rows: Iterable[RowChange], first_seq: int = 0, records: int = 0) -> None:
    """Apply the changes of one append."""
    merged = MergedRows(cursor)
    merged.take(rows, first_seq, records)
    merged.write()


def _plain(values: Mapping[str, Value], first_seq: int, records: int) -> dict[str, Plain]:
    return {
        name: _seq(value, first_seq, records) if isinstance(value, AtSeq) else value for name, value in values.items()
    }


def _seq(value: AtSeq, first_seq: int, records: int) -> int:
    if not 0 <= value.offset < records:
        raise ValueError(f"A row names record {value.offset} of an append that has {records} records.")
    return first_seq + value.offset


@lru_cache(maxsize=512)
def _can_begin(table: str, key: Columns, named: Columns) -> bool:
    """Whether a row may be begun with these columns alone, so that one statement inserts or changes it."""
    known = metadata.tables.get(table)
    if known is None or {column.name for column in known.primary_key} != set(key):
        return False
    rest = (column for column in known.columns if column.name not in named)
    return all(column.nullable or column.server_default is not None for column in rest)


@lru_cache(maxsize=512)
def _into(table: str, columns: Columns) -> str:
    return f"INSERT INTO {_quoted(table)} ({', '.join(map(_quoted, columns))})"


@lru_cache(maxsize=512)
def _or_change(key: Columns, values: Columns, amounts: Columns) -> str:
    changes = [f"{_quoted(name)} = excluded.{_quoted(name)}" for name in values]
    changes += [f"{_quoted(name)} = coalesce({_quoted(name)}, 0) + excluded.{_quoted(name)}" for name in amounts]
    conflict = f"ON CONFLICT ({', '.join(map(_quoted, key))}) DO"
    return f"{conflict} UPDATE SET {', '.join(changes)}" if changes else f"{conflict} NOTHING"


def _write_alone(
    cursor: sqlite3.Cursor, table: str, key_columns: Columns, values: Columns, amounts: Columns, row: Key
) -> None:
    """For full-text tables, which know no ON CONFLICT, and tables whose other columns must be given in an insert."""
    key, rest = row[: len(key_columns)], row[len(key_columns) :]
    if rest:
        cursor.execute(_update(table, key_columns, values, amounts), (*rest, *key))
        missing = cursor.rowcount == 0
    else:
        missing = cursor.execute(_exists(table, key_columns), key).fetchone() is None
    if missing:
        cursor.execute(_insert(table, key_columns + values + amounts), row)


@lru_cache(maxsize=512)
def _update(table: str, key: Columns, values: Columns, amounts: Columns) -> str:
    changes = [f"{_quoted(name)} = ?" for name in values]
    changes += [f"{_quoted(name)} = coalesce({_quoted(name)}, 0) + ?" for name in amounts]
    return f"UPDATE {_quoted(table)} SET {', '.join(changes)}{_where(key)}"


@lru_cache(maxsize=512)
def _insert(table: str, columns: Columns) -> str:
    return f"{_into(table, columns)} VALUES ({', '.join('?' * len(columns))})"


@lru_cache(maxsize=512)
def _exists(table: str, key: tuple[str, ...]) -> str:
    return f"SELECT 1 FROM {_quoted(table)}{_where(key)} LIMIT 1"


@lru_cache(maxsize=512)
def _delete(table: str, key: tuple[str, ...]) -> str:
    return f"DELETE FROM {_quoted(table)}{_where(key)}"


def _where(key: tuple[str, ...]) -> str:
    return " WHERE " + " AND ".join(f"{_quoted(name)} = ?" for name in key) if key else ""


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
