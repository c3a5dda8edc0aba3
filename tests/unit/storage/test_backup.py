"""A workspace goes into one file and comes back whole, or not at all and with a sentence."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from storage.backup import MANIFEST, Manifest, back_up, head_of, restore
from storage.blobs import BlobStore
from storage.chain_check import verify_chain
from storage.errors import BackupFailed
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, NewRecord


def record(version: int) -> Append:
    return Append((NewRecord("run/1", version, "thing-happened", 1, version, "ann", b"text" * 50),))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"

    async def fill() -> None:
        recorder = await SqliteRecorder.open(folder / "journal.db")
        for version in range(1, 11):
            await recorder.append(record(version))
        await recorder.close()

    asyncio.run(fill())
    BlobStore(folder / "blobs").put(b"a long text")
    (folder / "files" / "inbox").mkdir(parents=True)
    (folder / "files" / "inbox" / "é one.eml").write_bytes(b"From: ann\r\n\r\nhello")
    with contextlib.suppress(OSError):  # Windows may forbid links
        (folder / "files" / "outside").symlink_to(tmp_path)
    (folder / "settings.json").write_text("{}")
    return folder


def backed_up(workspace: Path, target: Path) -> Manifest:
    folders = {name: workspace / name for name in ("blobs", "files", "settings.json", "not there")}
    return back_up(workspace / "journal.db", folders, target)


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and not path.name.startswith("journal.db")
    }


def test_what_was_backed_up_comes_back(workspace: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    target = tmp_path / "safe" / "shop.zip"
    manifest = back_up(workspace / "journal.db", {"blobs": workspace / "blobs"}, target, lambda *x: told.append(x))
    assert told[-1] == (2, 2)
    assert manifest.records == 10
    manifest = backed_up(workspace, target)
    assert [path.name for path in target.parent.iterdir()] == ["shop.zip"]

    restored = tmp_path / "new place"
    assert restore(target, restored) == manifest
    assert everything(restored) == everything(workspace)
    report = verify_chain(restored / "journal.db", head_of(manifest))
    assert (report.whole, report.count) == (True, 10)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


async def test_a_journal_in_use_is_backed_up_and_work_goes_on_in_the_copy(workspace: Path, tmp_path: Path) -> None:
    recorder = await SqliteRecorder.open(workspace / "journal.db")
    await recorder.append(record(11))  # still in the WAL
    await asyncio.to_thread(backed_up, workspace, tmp_path / "shop.zip")
    await recorder.append(record(12))
    await recorder.close()
    await asyncio.to_thread(restore, tmp_path / "shop.zip", tmp_path / "copy")
    copy = await SqliteRecorder.open(tmp_path / "copy" / "journal.db")
    assert (await copy.head()).seq == 11
    await copy.append(record(12))
    assert await copy.raw_rows("PRAGMA journal_mode") == [("wal",)]
    await copy.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names.")
def test_whatever_a_file_is_called_it_comes_back(workspace: Path, tmp_path: Path) -> None:
    inbox = workspace / "files" / "inbox"
    names = ("Re: offer.eml", "a\\b.txt", "line\nbreak", "draft.part", "100%25 é", "e\u0301\u202e.txt", "x" * 240)
    for name in (*names, os.fsdecode(b"r\xe9ponse %.eml")):
        (inbox / name).write_text(ascii(name))
    (workspace / "blobs" / "ab.part").write_text("a content on its way")
    (inbox / ".mail.eml.1a2b.part").write_text("a file on its way")
    backed_up(workspace, tmp_path / "shop.zip")
    restore(tmp_path / "shop.zip", tmp_path / "back")
    left_out = {"blobs/ab.part", "files/inbox/.mail.eml.1a2b.part"}
    expected = {name: content for name, content in everything(workspace).items() if name not in left_out}
    assert everything(tmp_path / "back") == expected


def test_a_workspace_has_its_name_only_when_all_of_it_is_complete(workspace: Path, tmp_path: Path) -> None:
    backed_up(workspace, tmp_path / "shop.zip")

    def killed(there: Path) -> None:
        assert (there / "journal.db").is_file()
        assert not (tmp_path / "back").exists()
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(BackupFailed, match="could not be restored: Input/output error"):
        restore(tmp_path / "shop.zip", tmp_path / "back", complete=killed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop", "shop.zip"]
    restore(tmp_path / "shop.zip", tmp_path / "back", complete=lambda there: (there / "sealed").touch())
    assert (tmp_path / "back" / "sealed").exists()


def test_nothing_is_overwritten(workspace: Path, tmp_path: Path) -> None:
    backed_up(workspace, tmp_path / "shop.zip")
    before = everything(workspace)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(tmp_path / "shop.zip", workspace)
    assert everything(workspace) == before
    (tmp_path / "empty").mkdir()
    restore(tmp_path / "shop.zip", tmp_path / "empty")
    assert (tmp_path / "empty" / "settings.json").exists()


def rewritten(source: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(*changed)
    return target


def named_elsewhere(name: str, data: bytes) -> tuple[str, bytes]:
    if name == MANIFEST:
        manifest = msgspec.json.decode(data, type=Manifest)
        files = {("../evil" if key == "settings.json" else key): entry for key, entry in manifest.files.items()}
        return name, msgspec.json.encode(msgspec.structs.replace(manifest, files=files))
    return ("../evil" if name == "settings.json" else name), data


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda name, data: (name, b"else!" if name.startswith("blobs/") else data), "not as it was backed up"),
        (lambda name, data: None if name.startswith("files/") else (name, data), "cannot be read from it"),
        (lambda name, data: None if name == MANIFEST else (name, data), "not a backup"),
        (named_elsewhere, "outside the workspace"),
    ],
)
def test_a_changed_backup_is_refused(
    workspace: Path, tmp_path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None], why: str
) -> None:
    backed_up(workspace, tmp_path / "shop.zip")
    with pytest.raises(BackupFailed, match=why):
        restore(rewritten(tmp_path / "shop.zip", change), tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not (tmp_path / "evil").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changed.zip", "shop", "shop.zip"]


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(BackupFailed, match=r"x\.zip could not be restored"):
        restore(tmp_path / "x.zip", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_damaged_journal_is_not_passed_off_as_a_backup(workspace: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(workspace / "journal.db")) as connection, connection:
        connection.execute("UPDATE records SET body = 'x' WHERE seq = 4")
    with pytest.raises(BackupFailed, match="Record 4 was changed"):
        backed_up(workspace, tmp_path / "shop.zip")
    assert not (tmp_path / "shop.zip").exists()


def test_a_target_that_cannot_be_written_leaves_an_earlier_backup_alone(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackupFailed, match="could not be written"):
        backed_up(workspace, tmp_path / "file" / "shop.zip")
