"""Numbers the durable boundaries a process passes, and kills it at one of them.

A boundary is the moment before or after something becomes durable, named by what that is: a commit of the journal's
writer (by the kinds of its records), a commit of a tool's database, and every file made, renamed, linked or removed
in the workspace. ``LABEL#N`` is the N-th such moment in a life, whatever else was committed with it (two runs side by
side share a commit by chance): the same one in every life of the same story. ``any#N`` is the N-th of all.
"""

import os
import re
import signal
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any, cast

from runtime.tools.sql.database import Database
from storage import recorder_sqlite

PASSED = "passed.txt"
KILLS = "kills.txt"
SURVEY = "survey"
ANY = "any"
_NAMED_BY_CHANCE = re.compile(r"(?:[0-9a-f]{8,}|tmp[0-9a-z_]{8})")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename": 1, "os.link": 1, "os.remove": 0, "os.mkdir": 0, "os.rmdir": 0, "os.truncate": 0}
"""Audit events of changes, and which argument names the thing."""


class Killer:
    """Counts boundaries; dies at ``when`` = ``LABEL#N``, or writes every one down when it is ``survey``."""

    def __init__(self, folder: Path, witness: Path, when: str) -> None:
        self._folder = str(folder)
        self._wanted, _, count = when.partition("#")
        self._at = int(count) if count else 0
        self._passed: list[tuple[str, frozenset[str]]] = []
        self._lock = threading.RLock()
        self._survey = os.open(witness / PASSED, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if when == SURVEY else -1
        self._kills = os.open(witness / KILLS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def watch(self) -> None:
        """From now on, in this process."""
        # Where the recorder looks it up: the writer's connection is the only one made through this name.
        connect = recorder_sqlite.connect  # type: ignore[attr-defined]
        recorder_sqlite.connect = lambda *given: cast(Any, Watched(connect(*given), self))  # type: ignore[attr-defined]
        commit = Database.commit

        def watched(database: Database) -> None:
            self.at(f"before:{database.name}")
            commit(database)
            self.at(f"after:{database.name}")

        Database.commit = watched  # type: ignore[method-assign, assignment]  # the harness stands between tool and database
        sys.addaudithook(self._heard)

    def at(self, label: str) -> None:
        """This boundary is being passed."""
        with self._lock:
            self._passed.append(_parts(label))
            if self._survey >= 0:
                os.write(self._survey, self._named(label))
            if self._at and (self._wanted == ANY or _holds(_parts(label), _parts(self._wanted))):
                self._at -= 1
                if not self._at:
                    os.write(self._kills, self._named(label))
                    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def _named(self, label: str) -> bytes:
        count = sum(1 for passed in self._passed if _holds(passed, _parts(label)))
        return f"{label}#{count}\n".encode()

    def _heard(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            if isinstance(args[2], int) and args[2] & _WRITES:
                self._file("write", args[0])
        elif event in _CHANGES:
            self._file(event.removeprefix("os."), args[_CHANGES[event]])

    def _file(self, verb: str, named: object) -> None:
        if isinstance(named, int):
            return  # an open descriptor: its file was named when it was opened
        path = os.fsdecode(cast(str, named))
        inside = path.startswith(self._folder + os.sep)
        if not inside and os.path.isabs(path):
            return
        name = path[len(self._folder) + 1 :] if inside else path
        self.at(f"before:{verb}:{_NAMED_BY_CHANCE.sub('*', name).replace(' ', '_')}")


class Watched:
    """The writer's connection: what is about to be committed, and what has just been, is a boundary."""

    def __init__(self, own: sqlite3.Connection, killer: Killer) -> None:
        self._own = own
        self._killer = killer
        self._before: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        """Passed on; a commit is stood around."""
        if sql.strip().upper() != "COMMIT":
            if sql.strip().upper().startswith("BEGIN"):
                self._before = self._head()
            return self._own.execute(sql, *given)
        what = self._kinds()
        self._killer.at(f"before:{what}")
        done = self._own.execute(sql, *given)
        self._killer.at(f"after:{what}")
        return done

    def _head(self) -> int:
        return int(self._own.execute("SELECT coalesce(max(seq), 0) FROM records").fetchone()[0])

    def _kinds(self) -> str:
        """The kinds of the records that are being committed; steps that move with them say nothing more."""
        rows = self._own.execute("SELECT kind, body FROM records WHERE seq > ? ORDER BY seq", (self._before,))
        named = [_with_edit(kind, body) for kind, body in rows.fetchall() if kind != "plan-step-moved"]
        return "+".join(dict.fromkeys(named)) or "read-model"


def _parts(label: str) -> tuple[str, frozenset[str]]:
    side, _, what = label.partition(":")
    return side, frozenset(what.split("+"))


def _holds(passed: tuple[str, frozenset[str]], wanted: tuple[str, frozenset[str]]) -> bool:
    return passed[0] == wanted[0] and passed[1] >= wanted[1]


def _with_edit(kind: str, body: bytes) -> str:
    return "ask-approved-with-edit" if kind == "ask-approved" and b'"edited":{' in body else kind
