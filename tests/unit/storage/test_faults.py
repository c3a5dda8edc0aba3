"""What a fault of the disk lets the program say about the change that met it."""

from __future__ import annotations

import sqlite3

import pytest

from storage.errors import StorageUnavailable
from storage.faults import told


def fault(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as the disk said")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_WRITE])
def test_after_a_write_that_the_disk_faulted_nobody_is_told_that_nothing_was_recorded(code: int) -> None:
    said = str(told(fault(code)))
    assert "Nothing of this change" not in said
    assert "look before you do it again" in said


def test_a_full_disk_took_nothing_of_the_change() -> None:
    found = told(fault(sqlite3.SQLITE_FULL))
    assert isinstance(found, StorageUnavailable)
    assert "Nothing of this change was recorded" in str(found)


def test_no_room_for_what_stands_beside_the_journal_is_a_full_disk() -> None:
    assert str(told(fault(sqlite3.SQLITE_IOERR_SHMSIZE), reading=True)) == (
        "The disk is full: there is no room for what SQLite needs beside the journal. Nothing was changed by this. "
        "Free some space, then do it again."
    )
    assert "look before you do it again" in str(told(fault(sqlite3.SQLITE_IOERR_SHMSIZE)))


def test_a_read_that_failed_changed_nothing() -> None:
    assert "Nothing was changed by this." in str(told(fault(sqlite3.SQLITE_IOERR), reading=True))


def test_our_own_mistakes_are_not_dressed_up() -> None:
    assert told(fault(sqlite3.SQLITE_CONSTRAINT)) is None
