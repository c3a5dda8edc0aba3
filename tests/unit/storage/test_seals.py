"""Seals: cutting off the journal's end, rewriting it or exchanging the seal is noticed, with and without a keyring."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked, NoKeyringError

from storage.credentials import Credentials
from storage.errors import SealBroken
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, NewRecord
from storage.seals import FILE, Seals
from tests.fixtures.keyring_in_memory import KeyringInMemory

in_thread = asyncio.to_thread


def record(version: int) -> Append:
    return Append((NewRecord("run/1", version, "thing-happened", 1, version, "ann", b"text"),))


class Desk:
    """A workspace with a journal of thirty records and its seals."""

    def __init__(self, folder: Path, keyring: KeyringInMemory) -> None:
        self.folder = folder
        self.database = folder / "journal.db"
        self.file = folder / "keys" / FILE
        self.keyring = keyring

    def seals(self, workspace: str = "shop") -> Seals:
        return Seals(workspace, self.folder / "keys", Credentials(workspace, self.folder, self.keyring.calls()))

    async def work(self, first: int = 1, last: int = 30) -> None:
        recorder = await SqliteRecorder.open(self.database)
        seals = self.seals()
        for version in range(first, last + 1):
            await recorder.append(record(version))
            if version % 10 == 0:
                await seals.seal(recorder, version, into_keyring=version % 20 == 0)
        await seals.seal(recorder, 99)
        await recorder.close()

    async def change(self, sql: str) -> None:
        def run() -> None:
            with closing(sqlite3.connect(self.database)) as connection, connection:
                connection.execute(sql)

        await in_thread(run)


@pytest.fixture
def desk(tmp_path: Path, keyring_in_memory: KeyringInMemory) -> Desk:
    return Desk(tmp_path / "shop", keyring_in_memory)


async def test_a_whole_journal_is_green_and_says_what_guards_its_end(desk: Desk) -> None:
    await desk.work()
    check = await desk.seals().check(desk.database)
    assert (check.whole, check.guard, check.chain.count) == (True, "keyring", 30)
    assert (
        check.sentence
        == "30 records are as they were written. The end of the journal is guarded by a seal in the keyring."
    )


async def test_without_a_keyring_the_last_ten_records_cannot_vanish_unnoticed(desk: Desk) -> None:
    desk.keyring.fault = NoKeyringError("none")
    await desk.work()
    assert (await desk.seals().check(desk.database)).guard == "file"
    await desk.change("DELETE FROM records WHERE seq > 20")
    check = await desk.seals().check(desk.database)
    assert (check.whole, check.chain.bad_seq) == (False, 21)
    assert "the last 10 records are missing" in check.sentence
    assert "guarded only by a file beside it" in check.sentence


async def test_with_a_keyring_even_the_file_cannot_hide_it(desk: Desk) -> None:
    await desk.work(1, 20)
    old_file = await in_thread(desk.file.read_bytes)
    await desk.work(21, 30)
    await desk.change("DELETE FROM records WHERE seq > 20")
    await in_thread(desk.file.write_bytes, old_file)
    assert not (await desk.seals().check(desk.database)).whole
    await in_thread(desk.file.unlink)
    check = await desk.seals().check(desk.database)
    assert (check.whole, check.chain.bad_seq) == (False, 21)


async def test_a_changed_record_before_the_seal_is_named(desk: Desk) -> None:
    await desk.work()
    await desk.change("UPDATE records SET body = X'00' WHERE seq = 5")
    check = await desk.seals().check(desk.database)
    assert (check.whole, check.chain.bad_seq) == (False, 5)


async def test_the_program_does_not_seal_over_a_cut_or_a_rewriting(desk: Desk) -> None:
    await desk.work()
    await desk.change("DELETE FROM records WHERE seq > 20")
    recorder = await SqliteRecorder.open(desk.database)
    standing = await desk.seals().standing(recorder)
    assert (standing.whole, standing.sealed and standing.sealed.seq) == (False, 30)
    with pytest.raises(SealBroken, match="ends at record 20, but it was sealed at record 30"):
        await desk.seals().seal(recorder, 100)
    for version in range(21, 32):  # grown past the seal again, with other records
        await recorder.append(Append((NewRecord("run/1", version, "thing-happened", 1, 7, "eve", b"else"),)))
    with pytest.raises(SealBroken, match="Record 30 is not the one that was sealed"):
        await desk.seals().seal(recorder, 100)

    await desk.seals().start_over(recorder, 101)
    assert (await desk.seals().standing(recorder)).whole
    await desk.seals().seal(recorder, 102)
    await recorder.close()
    assert (await desk.seals().check(desk.database)).whole


@pytest.mark.parametrize("place", ["file", "keyring"])
async def test_a_forged_seal_is_noticed(desk: Desk, place: str) -> None:
    await desk.work()
    if place == "file":
        text = (await in_thread(desk.file.read_bytes)).replace(b'"seq":30', b'"seq":20')
        await in_thread(desk.file.write_bytes, text)
    else:
        [key] = desk.keyring.kept
        desk.keyring.kept[key] = desk.keyring.kept[key].replace('"seq":30', '"seq":20')
    check = await desk.seals().check(desk.database)
    assert not check.whole
    assert f"The seal in the {place} was changed" in check.sentence
    recorder = await SqliteRecorder.open(desk.database)
    assert not (await desk.seals().standing(recorder)).whole
    with pytest.raises(SealBroken):
        await desk.seals().seal(recorder, 100)
    await recorder.close()


async def test_a_seal_of_another_workspace_does_not_count(desk: Desk) -> None:
    await desk.work()
    check = await desk.seals("elsewhere").check(desk.database)
    assert (check.whole, check.guard) == (False, "none")


async def test_a_keyring_that_gets_locked_leaves_the_file_on_guard(desk: Desk) -> None:
    await desk.work(1, 20)
    desk.keyring.fault = KeyringLocked("no")
    await desk.work(21, 30)
    check = await desk.seals().check(desk.database)
    assert (check.whole, check.guard) == (True, "file")
    await desk.change("DELETE FROM records WHERE seq > 25")
    assert not (await desk.seals().check(desk.database)).whole


async def test_a_journal_that_was_never_sealed_says_so(desk: Desk) -> None:
    recorder = await SqliteRecorder.open(desk.database)
    await recorder.append(record(1))
    standing = await desk.seals().standing(recorder)
    assert (standing.whole, standing.guard) == (True, "none")
    await recorder.close()
    assert "there is no seal of it" in (await desk.seals().check(desk.database)).sentence


async def test_the_seals_file_is_the_owners_alone(desk: Desk) -> None:
    await desk.work(1, 1)
    if os.name == "nt":
        pytest.skip("Windows keeps rights in the folder's access list, not in mode bits.")
    assert stat.S_IMODE((await in_thread(desk.file.stat)).st_mode) == 0o600
    assert await in_thread(os.listdir, desk.file.parent) == [FILE]


async def test_a_journal_that_lost_its_beginning_says_no_word_about_its_seal(desk: Desk) -> None:
    """The first record says whose seal it is: where it is damaged, the seal may be the right one all the same."""
    await desk.work()
    assert not (await desk.seals("unknown").check(desk.database)).whole  # a seal of another workspace, as it stands
    await desk.change("UPDATE records SET body = x'00' WHERE seq = 1")
    check = await desk.seals("unknown").check(desk.database)
    assert not check.whole
    assert "Record 1 was changed" in check.sentence
    assert "The seal cannot be compared" in check.sentence
    assert "The seal in the" not in check.sentence
