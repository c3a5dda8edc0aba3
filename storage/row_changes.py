"""Applies row changes to the read tables, in order, inside the transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import cast

from storage.many_rows import Plain, write_many
from storage.read_tables import metadata
from storage.records import Add, AtSeq, Put, RowChange, Value

ROWID = "rowid"
"""How a row of a full-text table is named: such a table knows no ON CONFLICT."""
_ASKED_TOGETHER = 500
Key = tuple[Plain, ...]
Columns = tuple[str, ...]
_NOTHING: Mapping[str, Plain] = {}
_NO_AMOUNTS: Mapping[str, int] = {}


class _Row:
    """What is to be written to one row: values that are set, amounts that are added. The given mappings are kept."""

    __slots__ = ("amounts", "values")

    def __init__(self) -> None:
        self.values: Mapping[str, Plain] = _NOTHING
        self.amounts: Mapping[str, int] = _NO_AMOUNTS

    def put(self, values: Mapping[str, Plain]) -> None:
        self.values = {**self.values, **values} if self.values else values
        if self.amounts:
            self.amounts = {name: amount for name, amount in self.amounts.items() if name not in values}

    def add(self, amounts: Mapping[str, int]) -> None:
        if not self.values and not self.amounts:
            self.amounts = amounts
            return
        values, added = dict(self.values), dict(self.amounts)
        for name, amount in amounts.items():
            if name in values:
                known = values[name] or 0
                assert isinstance(known, int | float)
                values[name] = known + amount
            else:
                added[name] = added.get(name, 0) + amount
        self.values, self.amounts = values, added


class MergedRows:
    """The row changes of one transaction. A row that changes several times is written once, at the end."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self._waiting: dict[str, tuple[Columns, dict[Key, _Row]]] = {}

    def take(self, changes: Iterable[RowChange], first_seq: int = 0, records: int = 0) -> None:
        """Changes in order; `AtSeq(n)` becomes `first_seq + n`, where their append has `records` records."""
        for change in changes:
            columns = tuple(change.key)
            key = cast(Key, tuple(change.key.values()))
            if AtSeq in map(type, key):
                key = tuple(_plain(change.key, first_seq, records).values())
            if None in key:
                raise ValueError(f"A row of {change.table} was named by a key with an empty column: {sorted(columns)}.")
            if isinstance(change, Put):
                row = self._row(change.table, columns, key)
                if change.values:
                    row.put(_plain(change.values, first_seq, records))
                if change.amounts:
                    row.add(change.amounts)
            elif isinstance(change, Add):
                self._row(change.table, columns, key).add(change.amounts)
            else:
                self._write(change.table)
                self._cursor.execute(_delete(change.table, columns), key)

    def write(self) -> None:
        """Everything that waits."""
        for table in list(self._waiting):
            self._write(table)

    def _row(self, table: str, columns: Columns, key: Key) -> _Row:
        known = self._waiting.get(table)
        if known is None or known[0] != columns:  # one row may have two names: what the other one said comes first
            self._write(table)
            known = self._waiting[table] = (columns, {})
        row = known[1].get(key)
        if row is None:
            row = known[1][key] = _Row()
        return row

    def _write(self, table: str) -> None:
        key_columns, rows = self._waiting.pop(table, ((), {}))
        alike: dict[tuple[Columns, Columns], list[Key]] = {}
        for key, row in rows.items():
            shape = (tuple(row.values), tuple(row.amounts))
            alike.setdefault(shape, []).append((*key, *row.values.values(), *row.amounts.values()))
        for (values, amounts), found in alike.items():
            into, or_change = _statement(table, key_columns, values, amounts)
            if or_change:
                write_many(self._cursor, into, found, or_change)
            else:
                if key_columns == (ROWID,):
                    found = self._begin_missing(table, into, found)
                for row_values in found:
                    _write_alone(self._cursor, table, key_columns, values, amounts, row_values)

    def _begin_missing(self, table: str, into: str, rows: list[Key]) -> list[Key]:
        """Insert those that are not there yet, together; answers the others."""
        there: set[Plain] = set()
        for at in range(0, len(rows), _ASKED_TOGETHER):
            some = rows[at : at + _ASKED_TOGETHER]
            numbers = ", ".join("?" * len(some))
            asked = f"SELECT rowid FROM {_quoted(table)} WHERE rowid IN ({numbers})"
            there.update(number for (number,) in self._cursor.execute(asked, [row[0] for row in some]))
        write_many(self._cursor, into, [row for row in rows if row[0] not in there])
        return [row for row in rows if row[0] in there]


def apply_rows(cursor: sqlite3.Cursor, rows: Iterable[RowChange], first_seq: int = 0, records: int = 0) -> None:
    """Apply the changes of one append."""
    merged = MergedRows(cursor)
    merged.take(rows, first_seq, records)
    merged.write()


def _plain(values: Mapping[str, Value], first_seq: int, records: int) -> Mapping[str, Plain]:
    if AtSeq not in map(type, values.values()):  # nearly always: then nothing is copied
        return cast("Mapping[str, Plain]", values)
    return {
        name: _seq(value, first_seq, records) if isinstance(value, AtSeq) else value for name, value in values.items()
    }


def _seq(value: AtSeq, first_seq: int, records: int) -> int:
    if not 0 <= value.offset < records:
        raise ValueError(f"A row names record {value.offset} of an append that has {records} records.")
    return first_seq + value.offset


@lru_cache(maxsize=512)
def _statement(table: str, key: Columns, values: Columns, amounts: Columns) -> tuple[str, str]:
    """What stands before and after VALUES; nothing after it where one statement cannot both insert and change."""
    named = key + values + amounts
    return _into(table, named), _or_change(key, values, amounts) if _can_begin(table, key, named) else ""


def _can_begin(table: str, key: Columns, named: Columns) -> bool:
    """Whether a row may be begun with these columns alone, so that one statement inserts or changes it."""
    known = metadata.tables.get(table)
    if known is None or {column.name for column in known.primary_key} != set(key):
        return False
    rest = (column for column in known.columns if column.name not in named)
    return all(column.nullable or column.server_default is not None for column in rest)


def _into(table: str, columns: Columns) -> str:
    return f"INSERT OR FAIL INTO {_quoted(table)} ({', '.join(map(_quoted, columns))})"


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
