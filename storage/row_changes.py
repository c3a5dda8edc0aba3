"""Applies row changes to the read tables, in order, inside the transaction that the caller holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache

from storage.records import Add, AtSeq, Put, Remove, RowChange, Value

Plain = str | int | float | bytes | None


def apply_rows(cursor: sqlite3.Cursor, rows: Iterable[RowChange], first_seq: int = 0, records: int = 0) -> None:
    """Apply the changes; `AtSeq(n)` becomes `first_seq + n`, where the append has `records` records."""
    for change in rows:
        key = _plain(change.key, first_seq, records)
        if None in key:
            raise ValueError(f"A row of {change.table} was named by a key with an empty column: {sorted(change.key)}.")
        columns = tuple(change.key)
        match change:
            case Put(table=table, values=values):
                _put(cursor, table, columns, key, tuple(values), _plain(values, first_seq, records))
            case Add(table=table, amounts=amounts):
                given = tuple(amounts.values())
                cursor.execute(_update(table, columns, tuple(amounts), add=True), (*given, *key))
                if cursor.rowcount == 0:
                    cursor.execute(_insert(table, columns + tuple(amounts)), (*key, *given))
            case Remove(table=table):
                cursor.execute(_delete(table, columns), key)


def _put(
    cursor: sqlite3.Cursor,
    table: str,
    key_columns: tuple[str, ...],
    key: tuple[Plain, ...],
    columns: tuple[str, ...],
    values: tuple[Plain, ...],
) -> None:
    # Not INSERT ... ON CONFLICT: that refuses a partial update of a table whose other columns are NOT NULL,
    # and full-text tables do not know it.
    if columns:
        cursor.execute(_update(table, key_columns, columns, add=False), (*values, *key))
        missing = cursor.rowcount == 0
    else:
        missing = cursor.execute(_exists(table, key_columns), key).fetchone() is None
    if missing:
        cursor.execute(_insert(table, key_columns + columns), (*key, *values))


def _plain(values: Mapping[str, Value], first_seq: int, records: int) -> tuple[Plain, ...]:
    return tuple(_seq(value, first_seq, records) if isinstance(value, AtSeq) else value for value in values.values())


def _seq(value: AtSeq, first_seq: int, records: int) -> int:
    if not 0 <= value.offset < records:
        raise ValueError(f"A row names record {value.offset} of an append that has {records} records.")
    return first_seq + value.offset


@lru_cache(maxsize=512)
def _update(table: str, key: tuple[str, ...], columns: tuple[str, ...], *, add: bool) -> str:
    assignments = ", ".join(
        f"{_quoted(name)} = coalesce({_quoted(name)}, 0) + ?" if add else f"{_quoted(name)} = ?" for name in columns
    )
    return f"UPDATE {_quoted(table)} SET {assignments}{_where(key)}"


@lru_cache(maxsize=512)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(map(_quoted, columns))
    return f"INSERT INTO {_quoted(table)} ({names}) VALUES ({', '.join('?' * len(columns))})"


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
