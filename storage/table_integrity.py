"""SQLite's own look at one table: its pages, and each of its indexes held against its rows."""

from __future__ import annotations

import re
import sqlite3

from storage.faults import primary_code

_READ_FAULT = sqlite3.SQLITE_IOERR | 1 << 8


def integrity_fault(connection: sqlite3.Connection, table: str) -> str:
    """The first fault of a table or of an index over it, in SQLite's words; empty where there is none.

    What a table's rows say is read from its own pages, but most lists are read through an index: a row that is missing
    there is in the table and is not shown. Raises sqlite3.OperationalError where the disk does not give a page.
    """
    fault = connection.execute(f'PRAGMA integrity_check("{table}")').fetchone()[0]
    fault = fault.decode(errors="replace") if isinstance(fault, bytes) else str(fault)
    if fault == "ok":
        return ""
    _raise_if_unreadable(fault)
    return fault


def is_whole(connection: sqlite3.Connection, table: str) -> bool:
    """Whether nothing is wrong with a table. Raises sqlite3.Error where it is not there, or the disk gives no page."""
    try:
        return not integrity_fault(connection, table)
    except sqlite3.DatabaseError as error:
        if primary_code(error) != sqlite3.SQLITE_CORRUPT:
            raise
        return False


def _raise_if_unreadable(fault: str) -> None:
    """SQLite's own check tells a page the disk did not give (266: a fault while reading) as if it were damage."""
    code = re.search(r"unable to get the page\. error code=(\d+)", fault)
    if code and int(code[1]) == _READ_FAULT:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = _READ_FAULT
        raise error
