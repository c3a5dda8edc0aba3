"""A folder of benchmark data: records, tools, tasks and recorded calls; and a SQLite file made of its records."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from runtime.tools.sql.database import EFFECTS, quoted
from tests.domains.collections_as_lists import Collection, records_by_key

Contents = Mapping[str, Collection]
"""Collection -> its records: by key, or a list."""
LISTS = "console_test_lists"
"""A table of the names of those collections that are lists; no tool is given it."""


def written(record: Any) -> str:
    """How a record stands in the database: the same record is the same text."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def _compared(value: Any) -> str:
    """Equal texts are equal values; the order of names does not count, 1 and 1.0 are not the same."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_hash(contents: Contents) -> str:
    """SHA-256 of the whole database, as the benchmark defines it."""
    return hashlib.sha256(_compared(contents).encode()).hexdigest()


def difference(before: Contents, after: Contents) -> dict[str, dict[str, dict[str, list[Any]]]]:
    """Collection -> key -> field -> [before, after]; a record or field that is not there counts as null."""
    found: dict[str, dict[str, dict[str, list[Any]]]] = {}
    for table in sorted({*before, *after}):
        was, now = (records_by_key(table, each.get(table, {})) for each in (before, after))
        for key in sorted({*was, *now}):
            old, new = _fields(was.get(key)), _fields(now.get(key))
            if old == new:
                continue
            fields = {
                name: [old.get(name), new.get(name)]
                for name in sorted({*old, *new})
                if _compared(old.get(name)) != _compared(new.get(name))
            }
            if fields:
                found.setdefault(table, {})[key] = fields
    return found


def _fields(record: Any) -> dict[str, Any]:
    """A record that is a plain value is its own only field."""
    return record if isinstance(record, dict) else {} if record is None else {"": record}


def contents_of(database: Path) -> dict[str, Collection]:
    """Every record of a domain's database; the console's own marks are left out."""
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN (?, ?)"
        lists = {name for (name,) in connection.execute(f"SELECT name FROM {LISTS}")}
        found: dict[str, Collection] = {}
        for (name,) in connection.execute(sql, (EFFECTS, LISTS)).fetchall():
            stored = connection.execute(f"SELECT key, record FROM {quoted(name)} ORDER BY rowid")
            records = {key: json.loads(record) for key, record in stored}
            found[name] = list(records.values()) if name in lists else records
        return found


def marks_in(database: Path) -> int:
    """How many effects say in the database itself that they happened."""
    with closing(sqlite3.connect(database)) as connection:
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (EFFECTS,)).fetchone()
        return connection.execute(f"SELECT count(*) FROM {EFFECTS}").fetchone()[0] if there else 0


class Lacking(LookupError):
    """A folder has no such file, so what needs it cannot be tested; the sentence says what."""


@dataclass(frozen=True)
class Call:
    """One right call: what was asked and, where it was recorded, what the benchmark's own tool answered."""

    name: str
    arguments: dict[str, Any]
    output: Any
    error: bool
    changes: bool
    recorded: bool = True

    @property
    def refused(self) -> bool | None:
        """Nothing was done; None where nobody recorded whether it was. A tool that changes something and then answers
        an error did not refuse: it returned."""
        if not self.recorded and not self.changes:
            return None
        return self.error and not self.changes


@dataclass(frozen=True)
class Task:
    """One task: the right calls, and the database after them."""

    task_id: str
    calls: tuple[Call, ...]
    hash: str | None
    """None where the data does not say."""
    changed: bool | None
    record_diff: dict[str, Any] | None
    """None where the data does not say."""


class Material:
    """One domain's folder. Every other JSON file than the named ones is a collection: by key, or a list.

    Needed are tools.json and at least one collection (``Lacking`` says what is not there). Everything else is held
    against what the folder says, where it says it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _json(self, name: str) -> Any:
        path = self.folder / name
        if not path.is_file():
            raise Lacking(f"The folder {self.folder.name} has no {name}.")
        return json.loads(path.read_text("utf-8"))

    @cached_property
    def tools(self) -> list[dict[str, Any]]:
        """The declarations: name, kind, mutates, description, parameters."""
        return list(self._json("tools.json"))

    @cached_property
    def base(self) -> dict[str, Collection]:
        """Every record before any task."""
        names = sorted(path.name for path in self.folder.glob("*.json"))
        apart = ("meta.json", "tools.json")
        tables = [name for name in names if name not in apart and not name.startswith(("tasks_", "traces_"))]
        if not tables:
            raise Lacking(f"The folder {self.folder.name} has no records: no other .json file than {', '.join(names)}.")
        return {name.removesuffix(".json"): self._json(name) for name in tables}

    @cached_property
    def declared_hash(self) -> str | None:
        """What the benchmark says the database is before any task, where it says it."""
        meta = self._json("meta.json") if (self.folder / "meta.json").is_file() else {}
        said = meta.get("base_db_sha256_canonical")
        return None if said is None else str(said)

    @cached_property
    def base_hash(self) -> str:
        """Of the database before any task."""
        return self.declared_hash or canonical_hash(self.base)

    @cached_property
    def mutating(self) -> frozenset[str]:
        """Tools that may change something; a declaration that does not say goes by its kind."""
        return frozenset(
            str(entry["name"]) for entry in self.tools if entry.get("mutates", entry.get("kind") == "write")
        )

    @cached_property
    def tasks(self) -> list[Task]:
        """Every task of every ``tasks_*.json``, with its calls as they were recorded, or as they would be right.

        Those with a call of a tool that is not declared are left out: nobody but the benchmark's own user makes it.
        """
        return [task for task in self._every_task if not self._undeclared(task)]

    @cached_property
    def left_out(self) -> str:
        """Which tasks are not worked off, and for which tools, in a sentence; empty = all are."""
        left = [
            f"{task.task_id} ({', '.join(tools)})" for task in self._every_task if (tools := self._undeclared(task))
        ]
        if not left:
            return ""
        of = f"{len(left)} of {len(self._every_task)} tasks"
        return f"The folder {self.folder.name}: {of} call tools that tools.json lacks: {', '.join(left)}."

    @cached_property
    def _every_task(self) -> list[Task]:
        traces = {str(trace["id"]): trace["steps"] for trace in self._all("traces_*.json")}
        return [_task(raw, traces.get(str(raw["id"]))) for raw in self._all("tasks_*.json")]

    def _undeclared(self, task: Task) -> list[str]:
        known = {str(entry["name"]) for entry in self.tools}
        return sorted({call.name for call in task.calls} - known)

    def _all(self, pattern: str) -> list[dict[str, Any]]:
        return [each for path in sorted(self.folder.glob(pattern)) for each in self._json(path.name)]

    def build(self, database: Path) -> Path:
        """A SQLite file with one table a collection: key and record as JSON, in the order of the file."""
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(f"CREATE TABLE {LISTS} (name TEXT NOT NULL UNIQUE)")
            for table, collection in self.base.items():
                connection.execute(f"CREATE TABLE {quoted(table)} (key TEXT NOT NULL UNIQUE, record TEXT NOT NULL)")
                if isinstance(collection, list):
                    connection.execute(f"INSERT INTO {LISTS} VALUES (?)", (table,))
                rows = [(key, written(record)) for key, record in records_by_key(table, collection).items()]
                connection.executemany(f"INSERT INTO {quoted(table)} VALUES (?, ?)", rows)
            connection.commit()
        return database


def _call(step: dict[str, Any], recorded: bool) -> Call:
    error, changes = bool(step.get("error", False)), bool(step.get("changes_state", False))
    return Call(step["name"], step.get("arguments", {}), step.get("output"), error, changes, recorded)


def _task(raw: dict[str, Any], steps: list[dict[str, Any]] | None) -> Task:
    right = [_call(action, recorded=False) for action in raw.get("ground_truth_actions") or ()]
    calls = right if steps is None else [_call(step, recorded=True) for step in steps]
    if [(call.name, call.arguments) for call in calls] != [(call.name, call.arguments) for call in right]:
        raise ValueError(f"The recorded calls of task {raw['id']} are not its right calls.")
    expected = raw.get("expected") or {}
    changed = expected.get("changed", None if steps is None else any(call.changes for call in calls))
    return Task(str(raw["id"]), tuple(calls), expected.get("db_sha256_canonical"), changed, expected.get("record_diff"))
