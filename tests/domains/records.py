"""The records of one open transaction: read as plain data, changed in place, written back and remembered exactly."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runtime.tools.sql.capture import Captured, RowChange
from runtime.tools.sql.cells import Cell, Row
from runtime.tools.sql.database import Database, quoted
from runtime.tools.sql.tables import tables_of
from tests.domains.material import written

Record = dict[str, Any]
Key = str | int
"""A record's key; one that a domain numbers is found by the number and by its text."""


@dataclass
class Loaded:
    """One record that was looked at. ``before`` is its stored text; ``record`` None = it is to be removed."""

    rowid: int
    before: str | None
    record: Record | None


class Records:
    """What a tool's function is given. A record that is asked for twice is the same object."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._loaded: dict[tuple[str, str], Loaded] = {}

    def find(self, table: str, key: Key) -> Record | None:
        """The record, to be read or changed in place; None where there is none."""
        key = str(key)
        if (table, key) not in self._loaded:
            sql = f"SELECT rowid, key, record FROM {quoted(table)} WHERE key = ?"
            found = self._database.execute(sql, (key,)).fetchone()
            if found is None:
                return None
            self._keep(table, *found)
        return self._loaded[table, key].record

    def all(self, table: str) -> Iterator[tuple[str, Record]]:
        """Every record with its key, in the order they came in."""
        stored = self._database.execute(f"SELECT rowid, key, record FROM {quoted(table)} ORDER BY rowid")
        known = []
        for rowid, key, text in stored.fetchall():
            known.append(key)
            if (table, key) not in self._loaded:
                self._keep(table, rowid, key, text)
        added = [key for (name, key), each in self._loaded.items() if name == table and each.before is None]
        for key in (*known, *added):
            record = self._loaded[table, key].record
            if record is not None:
                yield key, record

    def add(self, table: str, key: Key, record: Record) -> None:
        """A new record; in a list ``key`` is the id in it."""
        key = str(key)
        if self.find(table, key) is not None:
            raise KeyError(f"{table} has a record {key} already.")
        gone = self._loaded.get((table, key))
        if gone is not None:
            gone.record = record
            return
        last = self._database.execute(f"SELECT coalesce(max(rowid), 0) FROM {quoted(table)}").fetchone()[0]
        new = sum(1 for (name, _), each in self._loaded.items() if name == table and each.before is None)
        self._loaded[table, key] = Loaded(last + new + 1, None, record)

    def remove(self, table: str, key: Key) -> None:
        """The record is gone."""
        key = str(key)
        if self.find(table, key) is None:
            raise KeyError(f"{table} has no record {key}.")
        self._loaded[table, key].record = None

    def _keep(self, table: str, rowid: int, key: str, text: str) -> None:
        self._loaded[table, key] = Loaded(rowid, text, json.loads(text))

    def write(self) -> Captured:
        """Put what differs into the open transaction and say what it was before and is now."""
        changes = []
        for (table, key), each in self._loaded.items():
            after = None if each.record is None else written(each.record)
            if after != each.before:
                self._put(table, key, each, after)
                identity: Row = (Cell("i", str(each.rowid)),)
                changes.append(RowChange(table, identity, _row(key, each.before), _row(key, after)))
        tables = tables_of(self._database)
        touched = {change.table: tables[change.table] for change in changes}
        return Captured(tuple(changes), touched, (), len(changes), (), ())

    def _put(self, table: str, key: str, each: Loaded, after: str | None) -> None:
        name = quoted(table)
        if after is None:
            self._database.execute(f"DELETE FROM {name} WHERE rowid = ?", (each.rowid,))
        elif each.before is None:
            sql = f"INSERT INTO {name} (rowid, key, record) VALUES (?, ?, ?)"
            self._database.execute(sql, (each.rowid, key, after))
        else:
            self._database.execute(f"UPDATE {name} SET record = ? WHERE rowid = ?", (after, each.rowid))


def _row(key: str, text: str | None) -> Row | None:
    return None if text is None else (Cell("t", key), Cell("t", text))
