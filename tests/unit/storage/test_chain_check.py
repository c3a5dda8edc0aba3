"""Whoever changes, removes or adds a record in the database file is found out, and the record is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.chain_check import verify_chain
from storage.errors import DatabaseUnreadable, StorageUnavailable
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, Head, NewRecord

RECORDS = 40


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    recorder = await SqliteRecorder.open(path)
    for version in range(1, RECORDS + 1):
        body = f"body of record {version:03} ".encode() * 5
        await recorder.append(Append((NewRecord("run/1", version, "thing-happened", 1, version, "ann", body),)))
    await recorder.close()
    return path


def change(database: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(sql, values)


def test_an_untouched_journal_is_whole(database: Path) -> None:
    told: list[int] = []
    report = verify_chain(database, progress=told.append)
    assert report.whole
    assert (report.count, report.head.seq, report.why) == (RECORDS, RECORDS, "")
    assert told[-1] == RECORDS


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stream", "run/2"),
        ("version", 999),
        ("kind", "thing-happenee"),
        ('"schema"', 2),
        ("at", 5),
        ('"by"', "bob"),
        ('"by"', b"ann"),
        ("body", b"else"),
        ("body", "text now"),
        ("previous", bytes(32)),
        ("hash", bytes(32)),
    ],
)
def test_any_changed_field_names_its_record(database: Path, column: str, value: object) -> None:
    change(database, f"UPDATE records SET {column} = ? WHERE seq = 17", value)
    report = verify_chain(database)
    assert report.bad_seq == 17
    assert "Record 17 was changed" in report.why
    assert report.head.seq == 16


@pytest.mark.parametrize("seq", [1, 2, 20, RECORDS])
def test_one_byte_changed_in_the_file_names_its_record(database: Path, seq: int) -> None:
    data = bytearray(database.read_bytes())
    at = data.index(f"body of record {seq:03}".encode())
    data[at] ^= 1
    database.write_bytes(data)
    report = verify_chain(database)
    assert report.bad_seq == seq
    assert f"Record {seq} was changed (run/1, version {seq}, thing-happened)" in report.why


def test_every_byte_of_a_record_is_guarded(database: Path) -> None:
    whole = database.read_bytes()
    body = whole.index(b"body of record 020")
    for at in range(body - 39, body + len(b"body of record 020 ") * 5 + 64):  # header and columns, body, both hashes
        data = bytearray(whole)
        data[at] ^= 0x10
        database.write_bytes(data)
        assert verify_chain(database).bad_seq == 20, at - body


def test_a_record_hidden_from_its_stream_is_found(database: Path) -> None:
    data = bytearray(database.read_bytes())
    # The index entry of version 20 ends in version and seq, both 20; it then leads to a version that nobody asks for.
    at = data.index(b"run/1\x14\x14") + len("run/1")
    data[at] = 0x7F
    database.write_bytes(data)
    report = verify_chain(database)
    assert (report.whole, report.bad_seq) == (False, 20)
    assert "the index was changed" in report.why


def test_removed_and_added_records_are_found(database: Path) -> None:
    change(database, "DELETE FROM records WHERE seq IN (8, 9)")
    report = verify_chain(database)
    assert (report.bad_seq, report.why) == (8, "Records 8 to 9 are missing.")


def test_a_record_before_the_first_is_found(database: Path) -> None:
    change(
        database,
        'INSERT INTO records SELECT 0, \'x\', 1, kind, "schema", at, "by", body, previous, hash FROM records'
        " WHERE seq = 1",
    )
    assert "was added" in verify_chain(database).why


def test_a_cut_off_end_is_found_by_the_head_alone(database: Path) -> None:
    head = verify_chain(database).head
    change(database, "DELETE FROM records WHERE seq > 30")
    assert verify_chain(database).whole  # the chain itself cannot know: this is what the seal is for
    report = verify_chain(database, expected=head)
    assert report.bad_seq == 31
    assert report.why == "The journal ends at record 30, but its seal names record 40: the last 10 records are missing."


def test_a_rewritten_history_does_not_fit_the_head(database: Path) -> None:
    report = verify_chain(database, expected=Head(20, bytes(32)))
    assert report.bad_seq == 20
    assert "rewritten" in report.why


def test_damage_of_the_file_itself_is_a_finding(database: Path) -> None:
    change(database, "PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(database.read_bytes())
    at = data.index(b"body of record 039")
    page = at // 4096 * 4096
    data[page : page + 16] = b"\xff" * 16
    database.write_bytes(data)
    report = verify_chain(database)
    assert not report.whole
    assert report.bad_seq is not None


def test_no_database_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="could not be opened"):
        verify_chain(tmp_path / "nothing.db")
    (tmp_path / "text.db").write_text("no database at all, but long enough to be looked at" * 40)
    with pytest.raises(DatabaseUnreadable):
        verify_chain(tmp_path / "text.db")
