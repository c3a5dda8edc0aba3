"""What has to hold when the power is back: looked at with the product's own code, on the files that were left."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from runtime import assembly
from runtime.domain.events.workspace import WorkspaceCreated
from runtime.journal.codec import decode
from runtime.operations.upkeep import JOURNAL
from runtime.projections.projector import project
from storage.blobs import BlobStore
from storage.credentials import Credentials
from storage.engine import connect
from storage.errors import StorageError
from storage.migrate import bring_up_to_date
from storage.read_tables import TOGETHER
from storage.recorder_sqlite import SqliteRecorder
from storage.records import StoredRecord
from storage.row_changes import apply_rows
from storage.seals import Seals
from tests.crash.power.disk import Left, Op, all_of, put
from tests.fixtures.keyring_in_memory import KeyringInMemory

_DIGEST = re.compile(rb"[0-9a-f]{64}")
ENOUGH = 1_000_000


class Reference:
    """The journal as it was written in full: every later one has to be a beginning of it."""

    def __init__(self, ops: Iterable[Op], folder: Path) -> None:
        """``folder`` is empty and is the reference's own."""
        put(all_of(ops), folder / "whole")
        self.records = asyncio.run(_all_records(folder / "whole" / JOURNAL))
        self.hashes = [record.hash for record in self.records]
        event = decode(self.records[0]).event
        assert isinstance(event, WorkspaceCreated)
        self.workspace_id = event.workspace_id
        stored = {path.parent.name + path.name for path in (folder / "whole" / "blobs").glob("*/*")}
        self.named = [sorted(_digests(record.body) & stored) for record in self.records]
        self.tables = list(_tables_after_each(self.records, folder / "anew.sqlite"))


async def _all_records(database: Path) -> list[StoredRecord]:
    recorder = await SqliteRecorder.open(database)
    try:
        return await recorder.read(0, ENOUGH)
    finally:
        await recorder.close()


def _digests(body: bytes) -> set[str]:
    return {found.decode() for found in _DIGEST.findall(body)}


def _tables_after_each(records: list[StoredRecord], database: Path) -> Iterable[str]:
    """The read tables made from the journal alone, after 0, 1, 2 ... records."""
    bring_up_to_date(database)
    with closing(connect(database)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        cursor = connection.cursor()
        yield tables_of(connection)
        for record in records:
            connection.execute("BEGIN")
            apply_rows(cursor, project(record.seq, decode(record)), 0, 0)
            connection.execute("COMMIT")
            yield tables_of(connection)


def tables_of(connection: sqlite3.Connection) -> str:
    """A digest of every row of the read tables that change together with the journal."""
    digest = hashlib.sha256()
    for table in TOGETHER:
        rows = sorted(repr(row) for row in connection.execute(f"SELECT * FROM {table.name}"))
        digest.update(repr((table.name, rows)).encode())
    return digest.hexdigest()


async def faults_of(folder: Path, left: Left, reference: Reference) -> list[str]:
    """Everything that is not as promised, in sentences; empty = the promise held."""
    try:
        await asyncio.to_thread(assembly._make_folder, folder)
        recorder = await SqliteRecorder.open(folder / JOURNAL, folder / "backups")
    except StorageError as error:
        return [f"The journal does not open: {error}"]
    try:
        records = await recorder.read(0, ENOUGH)
        found = _faults_of_records([record.hash for record in records], left, reference)
        check = await _seals(folder, left, reference).check(folder / JOURNAL)
        if not check.whole:
            found.append(f"False alarm of the seals: {check.sentence}")
    finally:
        await recorder.close()
    return found or await asyncio.to_thread(_faults_of_contents, folder, len(records), reference)


def _faults_of_contents(folder: Path, count: int, reference: Reference) -> list[str]:
    found = _faults_of_blobs(folder, reference.named[:count])
    with closing(sqlite3.connect(folder / JOURNAL)) as connection:
        if tables_of(connection) != reference.tables[count]:
            found.append(f"The read tables are not those of the journal's first {count} records.")
    return found


def _faults_of_records(hashes: list[bytes], left: Left, reference: Reference) -> list[str]:
    found = []
    if hashes != reference.hashes[: len(hashes)]:
        found.append("The journal is not a beginning of what was written.")
    if len(hashes) < left.confirmed:
        found.append(f"Lost: record {left.confirmed} was confirmed, the journal ends at {len(hashes)}.")
    return found


def _faults_of_blobs(folder: Path, named: list[list[str]]) -> list[str]:
    store = BlobStore(folder / "blobs")
    found = []
    for seq, digests in enumerate(named, 1):
        for digest in digests:
            try:
                store.get(digest)
            except StorageError as error:
                found.append(f"Record {seq} names a content that is not there: {error}")
    return found


def _seals(folder: Path, left: Left, reference: Reference) -> Seals:
    keyring = KeyringInMemory()
    keyring.kept = kept_in_keyring(left)
    keys = folder / "keys"
    return Seals(reference.workspace_id, keys, Credentials(reference.workspace_id, keys, keyring.calls()))


def kept_in_keyring(left: Left) -> dict[tuple[str, str], str]:
    """What the keyring held when the power failed."""
    kept: Any = pickle.loads(left.outside["keyring"]) if "keyring" in left.outside else {}
    return dict(kept)
