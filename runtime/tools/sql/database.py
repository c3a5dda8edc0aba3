"""One SQLite file opened for one call: no waiting past a stop, nothing beyond the grant, faults in sentences."""

import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from runtime.tools.contract import Failure, ToolContext, ToolFailed
from runtime.tools.granted_folder import NOT_A_FILE, GrantedFolder
from runtime.tools.stopping import STOPPED, stop_if_asked

LOCKED = Failure("locked", "Another program is writing to the database.", passing=True)
CONSTRAINT = Failure("constraint", "The database refuses the change: it breaks one of its own rules.")
NOT_A_DATABASE = Failure("not-a-database", "The file is not a SQLite database.")
NOT_PERMITTED = Failure("not-permitted", "The statement does something that a grant cannot allow.")
TOO_SLOW = Failure("too-slow", "The statement did not end in time; it was interrupted and rolled back.")
BROKEN = Failure("statement", "The statement does not fit this database (a table or column is missing).")
DISK = Failure("database", "The database file could not be read or written.", passing=True)
FAILURES = (LOCKED, CONSTRAINT, NOT_A_DATABASE, NOT_PERMITTED, TOO_SLOW, BROKEN, DISK)

EFFECTS = "_console_effects"
_CALLS_BETWEEN_LOOKS = 10_000
_READS = {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_CHANGES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
T = TypeVar("T")


class Database:
    """An open connection with manual transactions. Made by ``opened``."""

    def __init__(self, connection: sqlite3.Connection, context: ToolContext, busy_seconds: float, name: str) -> None:
        self.connection = connection
        self.name = name
        self._context = context
        self._busy_seconds = busy_seconds

    def execute(self, sql: str, parameters: tuple[object, ...] | dict[str, object] = ()) -> sqlite3.Cursor:
        """Run a statement of our own."""
        return self.connection.execute(sql, parameters)

    def patiently(self, function: Callable[[], T]) -> T:
        """Repeat while another program holds the file, for as long as the grant says or until a stop."""
        end = time.monotonic() + self._busy_seconds
        while True:
            try:
                return function()
            except sqlite3.OperationalError as error:
                if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or time.monotonic() >= end:
                    raise
            self._context.cancelled.wait(0.02)
            stop_if_asked(self._context)

    @contextmanager
    def granted(self, writable: frozenset[str]) -> Iterator[None]:
        """While the granted statement runs: reads, and changes of these tables, nothing else."""

        def allow(action: int, first: str | None, second: str | None, base: str | None, inner: str | None) -> int:
            if action in _READS:
                refused = action == sqlite3.SQLITE_FUNCTION and (second or "").lower() == "load_extension"
                return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK
            if action in _CHANGES and (first in writable or (base == "temp" and inner is not None)):
                return sqlite3.SQLITE_OK
            return sqlite3.SQLITE_DENY

        self.connection.set_authorizer(allow)
        try:
            yield
        finally:
            self.connection.set_authorizer(None)

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """A write transaction that leaves nothing unless ``commit`` was called inside."""
        self.patiently(lambda: self.execute("BEGIN IMMEDIATE"))
        try:
            yield
        finally:
            if self.connection.in_transaction:
                self.connection.set_progress_handler(None, 0)
                self.execute("ROLLBACK")

    def commit(self) -> None:
        """Make it durable; a fault in the middle leaves it unsure, and says so."""
        try:
            self.patiently(lambda: self.execute("COMMIT"))
        except sqlite3.OperationalError as error:
            if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            sentence = f"{self.name}: writing failed at its very end ({error}); look whether it happened."
            raise ToolFailed(DISK.code, sentence, uncertain=True) from error


@contextmanager
def opened(
    context: ToolContext, database: str, *, write: bool, busy_seconds: float, limit_s: float
) -> Iterator[Database]:
    """Open the file for one call. Everything SQLite can say becomes a declared failure."""
    folder = GrantedFolder(context.folder, "")
    with folder.spot(database) as spot:
        state = None if spot.missing else spot.folder.stat(spot.name)
    if state is None:
        raise ToolFailed("missing", f"There is no database {database} in the workspace folder.")
    if not stat.S_ISREG(state.st_mode):
        raise ToolFailed(NOT_A_FILE.code, f"{database} is not a plain file.")
    address = f"{folder.absolute(database).absolute().as_uri()}?mode={'rw' if write else 'ro'}"
    end = time.monotonic() + limit_s

    def interrupted() -> int:
        return int(context.cancelled.is_set() or time.monotonic() > end)

    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(address, uri=True, timeout=0, isolation_level=None, cached_statements=0)
        connection.set_progress_handler(interrupted, _CALLS_BETWEEN_LOOKS)
        opened_database = Database(connection, context, busy_seconds, database)
        if not write:
            connection.execute("PRAGMA query_only = ON")
        yield opened_database
    except sqlite3.Error as error:
        raise told(error, database, context) from error
    finally:
        if connection is not None:
            connection.close()


def told(error: sqlite3.Error, database: str, context: ToolContext) -> ToolFailed:
    """What SQLite said, as a declared failure. Every path here has rolled back."""
    code = _code(error)
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            sentence = f"{database} is locked by another program; nothing was changed."
            return ToolFailed(LOCKED.code, sentence, passing=True)
        case sqlite3.SQLITE_CONSTRAINT:
            return ToolFailed(CONSTRAINT.code, f"{database} refuses it: {error}. Nothing was changed.")
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return ToolFailed(NOT_A_DATABASE.code, f"{database} cannot be read as a SQLite database: {error}.")
        case sqlite3.SQLITE_AUTH:
            return ToolFailed(
                NOT_PERMITTED.code, f"{database}: {error}. A grant cannot allow this; nothing was changed."
            )
        case sqlite3.SQLITE_INTERRUPT if context.cancelled.is_set():
            return ToolFailed(STOPPED, "Stopped before it was done; nothing was changed.")
        case sqlite3.SQLITE_INTERRUPT:
            return ToolFailed(TOO_SLOW.code, f"The statement took too long in {database}; nothing was changed.")
        case sqlite3.SQLITE_ERROR:
            return ToolFailed(BROKEN.code, f"{database}: {error}. Nothing was changed.")
    return ToolFailed(DISK.code, f"{database}: {error}. Nothing was changed.", passing=True)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; errors of the Python module itself have none and count as plain errors."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) or sqlite3.SQLITE_ERROR) & 0xFF


def quoted(name: str) -> str:
    """An identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'
