"""Large contents kept as files named by their SHA-256, on disk and synced before any record names them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
import uuid
from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from storage.engine import sync_folder
from storage.errors import BlobMissing, StorageUnavailable

_YOUNG_SECONDS = 3_600.0
_NAME_LENGTH = 64
_PIECE = 1 << 20


class BlobTotals(msgspec.Struct, frozen=True):
    count: int
    size: int  # bytes


class BlobStore:
    """`folder` is `<workspace>/blobs`; the content `abcdef...` lies in `ab/cdef...`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()  # nothing is made young again between being seen old and being removed
        self._safe: set[Path] = set()  # folders whose names were synced by this process

    def put(self, data: bytes) -> str:
        """Store the content durably and return its digest (64 hexadecimal characters)."""
        digest = sha256(data).hexdigest()
        try:
            if not self._renewed(digest):
                self._write(digest, iter((data,)))
        except OSError as error:
            raise _not_stored(error) from error
        return digest

    def put_file(self, source: Path) -> str:
        """Store a file's content without holding all of it in memory."""
        try:
            digest = _digest_of(source)
            if not self._renewed(digest):
                written = self._write(digest, _pieces(source))
                if written != digest:  # it changed between the two readings
                    return self.put(source.read_bytes())
        except OSError as error:
            raise _not_stored(error) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The content, checked against its digest; BlobMissing when it is absent or damaged."""
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise BlobMissing(digest) from None
        except OSError as error:
            raise _not_read(digest, error) from error
        if sha256(data).hexdigest() != digest:
            raise BlobMissing(digest, damaged=True)
        return data

    def check(self, digest: str) -> None:
        """As `get`, a piece at a time. Raises BlobMissing and StorageUnavailable like it."""
        try:
            found = _digest_of(self._path(digest))
        except FileNotFoundError:
            raise BlobMissing(digest) from None
        except OSError as error:
            raise _not_read(digest, error) from error
        if found != digest:
            raise BlobMissing(digest, damaged=True)

    def size(self, digest: str) -> int:
        try:
            return self._path(digest).stat().st_size
        except OSError:
            raise BlobMissing(digest) from None

    def totals(self) -> BlobTotals:
        sizes = [path.stat().st_size for path, _digest in self._all()]
        return BlobTotals(len(sizes), sum(sizes))

    def missing(self, referenced: Collection[str]) -> list[str]:
        """Those of the digests whose content is absent (not whether it is damaged: `get` tells that)."""
        return sorted(digest for digest in set(referenced) if not self._path(digest).is_file())

    def sweep(self, referenced: Collection[str], older_than: float = _YOUNG_SECONDS) -> BlobTotals:
        """Delete what no record names; young files are spared, since their record may still be on its way."""
        keep = set(referenced)
        before = time.time() - older_than
        count = size = 0
        leftovers = [(path, "") for path in self._folder.glob("*/*.part")]
        for path, digest in [*self._all(), *leftovers]:
            if digest in keep:
                continue
            with contextlib.suppress(OSError), self._turn:
                facts = path.stat()
                if facts.st_mtime <= before:
                    path.unlink()
                    count += 1
                    size += facts.st_size
        return BlobTotals(count, size)

    async def put_async(self, data: bytes) -> str:
        return await asyncio.to_thread(self.put, data)

    async def put_file_async(self, source: Path) -> str:
        return await asyncio.to_thread(self.put_file, source)

    async def get_async(self, digest: str) -> bytes:
        return await asyncio.to_thread(self.get, digest)

    async def totals_async(self) -> BlobTotals:
        return await asyncio.to_thread(self.totals)

    async def sweep_async(self, referenced: Collection[str], older_than: float = _YOUNG_SECONDS) -> BlobTotals:
        return await asyncio.to_thread(self.sweep, referenced, older_than)

    def _path(self, digest: str) -> Path:
        if len(digest) != _NAME_LENGTH or not set(digest) <= set("0123456789abcdef"):
            raise BlobMissing(digest)
        return self._folder / digest[:2] / digest[2:]

    def _all(self) -> Iterator[tuple[Path, str]]:
        for path in self._folder.glob("*/*"):
            digest = path.parent.name + path.name
            if len(digest) == _NAME_LENGTH:
                yield path, digest

    def _renewed(self, digest: str) -> bool:
        """True when the content is there already and undamaged; it counts as young again then."""
        path = self._path(digest)
        if not path.is_file() or _digest_of(path) != digest:
            return False
        try:
            with self._turn:
                os.utime(path)
        except FileNotFoundError:
            return False  # `sweep` took it meanwhile
        self._make_safe(path.parent)
        sync_folder(path.parent)  # whoever wrote it may not have come to this yet
        return True

    def _make_safe(self, folder: Path) -> None:
        """The folder is there, also after a power cut. That it is there now says nothing: whoever made it may have
        died, or be about to sync it."""
        if folder not in self._safe or not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
            self._safe.add(folder)

    def _write(self, digest: str, pieces: Iterator[bytes]) -> str:
        path = self._path(digest)
        self._make_safe(path.parent)
        part = path.parent / f"{uuid.uuid4().hex}.part"
        try:
            written = sha256()
            with part.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
                    written.update(piece)
                file.flush()
                os.fsync(file.fileno())
            if written.hexdigest() == digest:
                part.replace(path)
                sync_folder(path.parent)
            return written.hexdigest()
        finally:
            part.unlink(missing_ok=True)


def _pieces(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _digest_of(source: Path) -> str:
    digest = sha256()
    for piece in _pieces(source):
        digest.update(piece)
    return digest.hexdigest()


def _not_read(digest: str, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"The stored content {digest} could not be read: {error.strerror or error}.",
        "Nothing was changed.",
        "Check the disk and your rights in the workspace's folder.",
    )


def _not_stored(error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"The content could not be stored: {error.strerror or error}.",
        "Nothing was recorded; everything stored before is safe.",
        "Check that the disk has room and that the workspace's folder may be written.",
    )
