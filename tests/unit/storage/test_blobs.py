"""Large contents: named by their hash, checked when read, swept when nothing names them."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest

import storage.blobs
from storage.blobs import BlobStore
from storage.errors import BlobMissing, StorageUnavailable


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def place(tmp_path: Path, digest: str) -> Path:
    return tmp_path / "blobs" / digest[:2] / digest[2:]


def test_a_content_is_kept_once_under_its_hash(blobs: BlobStore, tmp_path: Path) -> None:
    digest = blobs.put(b"hello")
    assert blobs.put(b"hello") == digest == sha256(b"hello").hexdigest()
    assert blobs.get(digest) == b"hello"
    assert blobs.size(digest) == 5
    assert place(tmp_path, digest).is_file()
    assert (blobs.totals().count, blobs.totals().size) == (1, 5)
    assert list((tmp_path / "blobs").rglob("*.part")) == []


def test_the_file_and_its_folder_are_synced(blobs: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    blobs.put(b"hello")
    assert "file" in synced
    if os.name != "nt":
        assert synced[-2:] == ["file", "folder"]


def test_a_file_is_kept_like_its_bytes(blobs: BlobStore, tmp_path: Path) -> None:
    source = tmp_path / "mail.eml"
    source.write_bytes(os.urandom(3_000_000))
    assert blobs.get(blobs.put_file(source)) == source.read_bytes()


@pytest.mark.parametrize("damage", [b"hellO", b"hell", b""])
def test_damage_is_found_and_mended_by_putting_again(blobs: BlobStore, tmp_path: Path, damage: bytes) -> None:
    digest = blobs.put(b"hello")
    place(tmp_path, digest).write_bytes(damage)
    with pytest.raises(BlobMissing, match="damaged") as missing:
        blobs.get(digest)
    assert missing.value.damaged
    blobs.put(b"hello")
    assert blobs.get(digest) == b"hello"


@pytest.mark.parametrize("digest", ["0" * 64, "../../../etc/passwd", "", "A" * 64])
def test_what_is_not_there_is_said_to_be_missing(blobs: BlobStore, digest: str) -> None:
    with pytest.raises(BlobMissing):
        blobs.get(digest)
    with pytest.raises(BlobMissing):
        blobs.size(digest)


def test_sweeping_spares_what_is_named_and_what_is_young(blobs: BlobStore, tmp_path: Path) -> None:
    named, orphan, young = blobs.put(b"named"), blobs.put(b"orphan"), blobs.put(b"young")
    leftover = place(tmp_path, named).parent / "interrupted.part"
    leftover.write_bytes(b"half")
    for old in (place(tmp_path, named), place(tmp_path, orphan), leftover):
        os.utime(old, (0, 0))
    assert blobs.missing([named, orphan]) == []
    swept = blobs.sweep({named})
    assert (swept.count, swept.size) == (2, 10)
    assert blobs.missing([named, orphan, young]) == [orphan]


def test_putting_an_old_content_again_makes_it_young(blobs: BlobStore, tmp_path: Path) -> None:
    digest = blobs.put(b"again")
    os.utime(place(tmp_path, digest), (0, 0))
    blobs.put(b"again")
    assert blobs.sweep(set()).count == 0


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file in the folder's place")
    with pytest.raises(StorageUnavailable, match="could not be stored"):
        BlobStore(tmp_path / "blobs").put(b"hello")


async def test_the_same_from_the_loop(blobs: BlobStore) -> None:
    digest = await blobs.put_async(b"hello")
    assert await blobs.get_async(digest) == b"hello"
    assert (await blobs.sweep_async({digest}, older_than=-1)).count == 0
    assert (await blobs.totals_async()).count == 1


def test_a_content_that_is_swept_while_it_is_put_again_is_written_anew(
    blobs: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = blobs.put(b"hello")
    digest_of = storage.blobs._digest_of

    def swept_meanwhile(source: Path) -> str:
        found = digest_of(source)
        blobs.sweep([], older_than=-60)
        return found

    monkeypatch.setattr(storage.blobs, "_digest_of", swept_meanwhile)
    assert blobs.put(b"hello") == digest
    assert place(tmp_path, digest).read_bytes() == b"hello"
