"""Kept answers across restarts: one small SQLite file, by request digest, bounded in number and size.

It holds nothing that the journal and its blobs do not: where it cannot be used or is damaged, requests are sent again.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.domain.redaction import Redactor, cleaned
from runtime.domain.words import ModelRole
from runtime.models.choice import Chosen
from runtime.models.interface import Answered
from runtime.models.kept_body import without_secrets

PLACE: Final = (".indexes", "answers.sqlite")
"""Below the workspace, where no tool reaches."""
KEPT_ANSWERS: Final = 500
KEPT_BYTES: Final = 32 * 1024 * 1024
"""So much of exchanges is kept at most; the oldest answers go first."""
WAIT_S: Final = 5.0
_VALUES: Final = {ModelRole.PLANNER: PlannedWork, ModelRole.ACTOR: Decision}
_TABLE: Final = "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL)"
_TOO_MANY: Final = """
DELETE FROM answers WHERE key IN (
    SELECT key FROM (
        SELECT key, row_number() OVER newest AS number, sum(length(body)) OVER newest AS size FROM answers
        WINDOW newest AS (ORDER BY at DESC, key ROWS UNBOUNDED PRECEDING)
    ) WHERE number > ? OR size > ?
)
"""


class _Body(msgspec.Struct, frozen=True):
    value: msgspec.Raw
    usage: Usage
    sent: bytes
    received: bytes
    origin: Origin
    reasoning: str
    carried: bytes


def written(answer: Answered[Any], redact: Redactor) -> bytes | None:
    """An answer as it is kept, its bodies without secrets; None where it says or carries one: that is not kept.

    Call it in a worker thread.
    """
    said = [msgspec.to_builtins(answer.value), answer.reasoning, answer.carried.decode("utf-8", "replace")]
    if cleaned(said, redact) != cleaned(said, str):
        return None
    sent, received = (without_secrets(body, redact) for body in (answer.sent, answer.received))
    value = msgspec.Raw(msgspec.msgpack.encode(answer.value))
    body = _Body(value, answer.usage, sent, received, answer.origin, answer.reasoning, answer.carried)
    return msgspec.msgpack.encode(body)


def read(body: bytes, role: ModelRole) -> Answered[Any] | None:
    """The answer; None where another version of the program wrote it."""
    try:
        found = msgspec.msgpack.decode(body, type=_Body)
        value = msgspec.msgpack.decode(found.value, type=_VALUES.get(role, Chosen))
    except msgspec.MsgspecError:
        return None
    return Answered(value, found.usage, found.sent, found.received, found.origin, found.reasoning, found.carried)


class AnswerFile:
    """The file of one workspace. Every method reads or writes the disk: call it in a worker thread."""

    def __init__(self, workspace: Path) -> None:
        self._place = workspace.joinpath(*PLACE)

    def find(self, key: bytes, since: int, now: int) -> tuple[int, bytes] | None:
        """When it was kept (µs UTC) and what; None where there is none so new.

        One that was kept later than ``now`` is none: the clock was set back, and nobody knows how old it is.
        """
        if not self._place.exists():
            return None
        try:
            with self._opened() as database:
                wanted = "SELECT at, body FROM answers WHERE key = ? AND at BETWEEN ? AND ?"
                found = database.execute(wanted, (key, since, now))
                row = found.fetchone()
        except (sqlite3.Error, OSError):
            return None
        return None if row is None else (int(row[0]), bytes(row[1]))

    def put(self, key: bytes, at: int, body: bytes) -> None:
        """Keep it in the place of an older one; what is too much goes, oldest first."""
        if len(body) > KEPT_BYTES:
            return
        try:
            self._place.parent.mkdir(mode=0o700, exist_ok=True)
            with self._opened() as database:
                database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, at, body))
                database.execute(_TOO_MANY, (KEPT_ANSWERS, KEPT_BYTES))
        except sqlite3.OperationalError:
            return  # the disk is full, or another program holds it: the answer is kept until this one ends
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                self._place.unlink()  # damaged
        except OSError:
            return

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._place, timeout=WAIT_S)
        try:
            with database:
                database.execute(_TABLE)
                yield database
        finally:
            database.close()
