"""The disk refuses where a person keeps something: a backup, an export, a long secret, the settings, a newer version.

Each time it is said in a sentence, nothing is left half there, what was there still holds, and later it works.
"""

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from console.cli.audit import _export as export_at_the_command_line
from console.cli.exit_status import fault_sentence
from console.cli.printing import Printer
from console.operations.audit_export import export_audit
from runtime.domain.commands import MakeBackup, SaveSettings, Secret, StoreCredential
from runtime.domain.refusals import Refusal
from runtime.engine.surroundings import Surroundings
from runtime.projections.rows import AuditFilter
from storage.errors import StorageUnavailable
from storage.migrate import bring_up_to_date, stamped_version
from tests.crash.faults.test_real_disks import _impatient, fill, small_disk
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.room import Room, act, done, furnished, write
from tests.unit.storage.test_migrate import FIRST, migrated_to

__all__ = ("_impatient", "small_disk")  # fixtures
LONG = "s" * 3_000
"""A secret that no keyring takes whole: an encrypted file holds it."""


async def backed_up(room: Room, folder: Path) -> object:
    return await room.runtime.perform(MakeBackup(str(folder / "shop.zip"), "anna"))


async def exported(room: Room, folder: Path) -> object:
    return await export_audit(room.runtime.history, AuditFilter(), folder / "audit.jsonl", lambda done: None)


async def exported_at_the_command_line(room: Room, folder: Path) -> object:
    return await export_at_the_command_line(room.runtime, AuditFilter(), folder / "audit.csv", Printer(as_json=False))


async def keeps_a_secret(room: Room, folder: Path) -> object:
    return await room.runtime.perform(StoreCredential("mail", "mail", Secret(LONG), "anna"))


async def sealed(room: Room, folder: Path) -> object:
    await room.own.upkeep.seal(into_keyring=False)
    return None


Work = Callable[[Room, Path], Awaitable[object]]
WORKS: dict[str, Work] = {
    "backup": backed_up,
    "export": exported,
    "command line": exported_at_the_command_line,
    "secret": keeps_a_secret,
    "seal": sealed,
}


async def refused(work: Work, room: Room, folder: Path) -> str:
    """What is said of it; empty where it was done."""
    try:
        answer = await work(room, folder)
    except Exception as error:
        return fault_sentence(error) or str(error)
    return answer.sentence if isinstance(answer, Refusal) else ""


def names(*folders: Path) -> list[str]:
    """Everything there is, but what SQLite keeps beside its files, and the draft of a seal: the next replaces it."""
    passing = ("-wal", "-shm", "seal.part")
    found = [path for folder in folders for path in folder.rglob("*") if not path.name.endswith(passing)]
    return sorted(str(path) for path in found)


def keyring_around(keyring: KeyringInMemory) -> Surroundings:
    return Surroundings(keyring=keyring.calls)


@pytest.mark.parametrize("what", WORKS)
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS], ids=errno.errorcode.__getitem__)
async def test_a_disk_that_refuses_to_keep_it_is_told_and_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, number: int
) -> None:
    keyring, outside, work = KeyringInMemory(), tmp_path / "outside", WORKS[what]
    folder = tmp_path / "shop"
    await asyncio.to_thread(outside.mkdir)
    async with furnished(folder, around=keyring_around(keyring)) as room:
        await keeps_a_secret(room, outside)
        await sealed(room, outside)
        before, secrets = await asyncio.to_thread(names, folder, outside), dict(keyring.kept)

        def refuses(descriptor: int) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as ill:
            ill.setattr(os, "fsync", refuses)
            said = await refused(work, room, outside)
            assert os.strerror(number) in said, said
            assert len(said) < 300, said
            assert await asyncio.to_thread(names, folder, outside) == before
            assert {name: kept for name, kept in keyring.kept.items() if name in secrets} == secrets
        assert await room.own.credentials.get("mail") == LONG
        assert await refused(work, room, outside) == ""


async def test_a_full_disk_is_told_wherever_a_person_keeps_something_on_it(small_disk: Path) -> None:
    keyring, outside = KeyringInMemory(), small_disk / "outside"
    await asyncio.to_thread(outside.mkdir)
    async with asyncio.timeout(60), furnished(small_disk / "shop", around=keyring_around(keyring)) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        await room.finished(run_id)
        await sealed(room, outside)
        filler = await asyncio.to_thread(fill, small_disk)
        before = await asyncio.to_thread(names, small_disk)
        for what, work in WORKS.items():
            said = await refused(work, room, outside)
            assert "No space left on device" in said or "disk is full" in said, (what, said)
            assert await asyncio.to_thread(names, small_disk) == before, what
        settings = room.own.engine.states.workspace.settings
        saved = settings.hold_seconds
        for number in range(10_000):  # until the write-ahead log has no room for it either
            seconds = 1 + number % 59
            answer = await room.runtime.perform(SaveSettings(replace(settings, hold_seconds=seconds), "anna"))
            if isinstance(answer, Refusal):
                break
            saved = seconds
        assert isinstance(answer, Refusal)
        assert (answer.code, "The disk is full" in answer.sentence) == ("storage", True)
        assert room.own.engine.states.workspace.settings.hold_seconds == saved
        pin: str | None = None
        while True:
            stored = await room.runtime.perform(StoreCredential("pin", "m", Secret(f"{pin}+"), "anna"))
            if isinstance(stored, Refusal):
                break
            pin = f"{pin}+"
        assert await room.own.credentials.get("pin") == pin  # the last that was recorded
        await asyncio.to_thread(filler.unlink)
        await room.own.disk.well_again()
        for what, work in WORKS.items():
            assert await refused(work, room, outside) == "", what
        await room.do(SaveSettings(replace(settings, hold_seconds=60), "anna"))


async def test_a_newer_version_finds_no_room_for_its_backup_and_leaves_the_older_file(small_disk: Path) -> None:
    database = await asyncio.to_thread(migrated_to, small_disk / "journal.sqlite", FIRST)
    filler = await asyncio.to_thread(fill, small_disk)
    before = await asyncio.to_thread(database.read_bytes)
    for _ in range(2):
        with pytest.raises(StorageUnavailable, match="full"):
            await asyncio.to_thread(bring_up_to_date, database)
        assert await asyncio.to_thread(names, small_disk / "backups") == []
    assert await asyncio.to_thread(database.read_bytes) == before
    await asyncio.to_thread(filler.unlink)
    backup = await asyncio.to_thread(bring_up_to_date, database)
    assert backup is not None
    assert await asyncio.to_thread(names, small_disk / "backups") == [str(backup)]
    assert await asyncio.to_thread(stamped_version, backup) == FIRST
    assert await asyncio.to_thread(stamped_version, database) != FIRST
