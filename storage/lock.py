"""One process owns a workspace: a lock that the operating system takes back when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import socket as sockets
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from storage.errors import StorageUnavailable, WorkspaceOwned
from storage.file_lock import lock_file, unlock_file
from storage.folder_lock import FolderLock, FolderTaken

FILE = "owner.lock"
_LONGEST = 1 << 16  # bytes of any description
_OPEN_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Owner(msgspec.Struct, frozen=True):
    """Who has the workspace open, as the lock file says."""

    pid: int
    host: str
    since: str  # UTC, ISO 8601
    socket: str = ""  # where the owner listens for commands of other processes
    left: tuple[str, ...] = ()  # tools still at work there although the workspace was closed


_TRIES = 5  # the file may be replaced between being opened and being locked, but not again and again


class WorkspaceLock:
    """Taken with `acquire`, given back with `release` or by the end of the process. The file itself stays.

    The lock is the operating system's; what stands in the file is a word to others, and may fail to be written.
    Where the system can lock a folder (not on Windows, where nobody removes a file that is open), the workspace's
    folder is locked as well: a lock file can be removed or replaced, and then lets a second one in.
    """

    def __init__(self, workspace: Path) -> None:
        self._path = workspace / FILE
        self._file: BinaryIO | None = None
        self._folder: FolderLock | None = None
        self._owner: Owner | None = None
        self._described = False
        self._one_at_a_time = threading.RLock()

    def acquire(self, socket: str = "") -> Owner:
        """Raises WorkspaceOwned with the owner's description when another one has it."""
        with self._one_at_a_time:
            if self._file is not None:
                raise RuntimeError("This lock is already held.")
            folder = _folder_lock(self._path)
            try:
                self._file = self._taken(make_folder=True)
            except BaseException:
                folder.release()
                raise
            self._folder = folder
            since = datetime.now(UTC).isoformat(timespec="seconds")
            self._owner = Owner(os.getpid(), sockets.gethostname(), since, socket)
            self._describe()
            return self._owner

    def announce(self, socket: str) -> None:
        """Write down where the owner listens, once it does."""
        with self._one_at_a_time:
            if self._owner is None:
                raise RuntimeError("Only the owner of a workspace can announce a socket.")
            self._owner = msgspec.structs.replace(self._owner, socket=socket)
            self._describe()

    def keep(self) -> None:
        """The owner looks now and then: a lock file that somebody removed or replaced is taken anew.

        Raises StorageUnavailable where that cannot be, above all when another one has the workspace now.
        """
        with self._one_at_a_time:
            if self._file is None or self._folder is None:
                return
            if not self._folder.is_at(self._path.parent):
                raise _moved(self._path.parent.name)
            if not _is_at(self._file, self._path):
                try:
                    taken = self._taken(make_folder=False)
                except WorkspaceOwned as owned:
                    raise _lost(f"another one (process {owned.pid}) has it open now") from owned
                except StorageUnavailable as error:
                    raise _lost(f"it cannot be made anew: {error.what}") from error
                self._file.close()
                self._file, self._described = taken, False
            if not self._described:
                self._describe()

    def keep_for(self, left: tuple[str, ...]) -> None:
        """The workspace is closed, but these are still at work in it: nobody opens it until `release`."""
        with self._one_at_a_time:
            if self._owner is None:
                raise RuntimeError("Only the owner of a workspace can keep it.")
            self._owner = msgspec.structs.replace(self._owner, socket="", left=left)
            self._describe()

    def release(self) -> None:
        with self._one_at_a_time:
            file, self._file, self._owner = self._file, None, None
            folder, self._folder = self._folder, None
            if file is not None:
                with contextlib.suppress(OSError):  # blanks: room on a full disk for who comes next
                    size = os.fstat(file.fileno()).st_size
                    file.seek(0)
                    file.write(b" " * min(size, _LONGEST))
                unlock_file(file)
                file.close()
            if folder is not None:
                folder.release()

    def __enter__(self) -> WorkspaceLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _taken(self, *, make_folder: bool) -> BinaryIO:
        """The file that stands there, locked by us. Raises WorkspaceOwned, StorageUnavailable."""
        for _ in range(_TRIES):
            file = _opened(self._path, make_folder=make_folder)
            if not lock_file(file):
                owner = _described(file)
                file.close()
                raise _owned(owner)
            if _is_at(file, self._path):
                return file
            file.close()
        raise _not_ours("it is replaced again and again")

    def _describe(self) -> None:
        """Over what stands there and only then cut to its length: a full disk leaves the old words, or these."""
        assert self._file is not None
        words = msgspec.json.encode(self._owner)
        try:
            self._file.seek(0)
            written = self._file.write(words)
            self._file.truncate(written)
            self._described = written == len(words)
        except OSError:  # no failure of the lock; `keep` tries again
            self._described = False


def owner_of(workspace: Path) -> Owner | None:
    """Who has the workspace open now; None when nobody does."""
    path = workspace / FILE
    try:
        FolderLock(workspace).release()
    except FolderTaken:
        return _described_at(path)
    if not path.exists():
        return None
    with _opened(path) as file:
        if lock_file(file):
            unlock_file(file)
            return None
        return _described(file)


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Whether the open file is the one that others find there; a lock on any other keeps nobody out."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.lstat(path))
    except OSError:
        return False


def _opened(path: Path, *, make_folder: bool = True) -> BinaryIO:
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            raise _not_ours("it is a link to another file")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _OPEN_FLAGS, 0o600)
    except OSError as error:
        raise StorageUnavailable(
            f"The workspace's lock could not be opened: {error.strerror or error}.",
            "Nothing was changed.",
            "Check that the workspace's folder is there and that you may write it.",
        ) from error
    file = os.fdopen(descriptor, "r+b", buffering=0)
    try:
        _must_be_ours(file)
    except BaseException:
        file.close()
        raise
    return file


def _must_be_ours(file: BinaryIO) -> None:
    """It is written over: in a workspace that came from elsewhere it may be another name of any other file."""
    there = os.fstat(file.fileno())
    if not stat.S_ISREG(there.st_mode):
        raise _not_ours("it is no ordinary file")
    if there.st_nlink > 1:
        raise _not_ours("it is another name of some other file")


def _not_ours(why: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"{FILE} in the workspace's folder is no lock of this program: {why}.",
        "Nothing was changed.",
        "Look where the folder came from; then remove that file and try again.",
    )


def _lost(why: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"{FILE} of this workspace was removed or replaced while it was open, and {why}.",
        "Nothing was changed.",
        "See that only one program has this workspace open; close the other one, or this one.",
    )


def _moved(name: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"The folder {name} of this workspace was moved or replaced while it was open.",
        "What was recorded is in the folder that was moved; nothing begins until it is back.",
        "Move it back, or close this window and open the workspace where it is now.",
    )


def _folder_lock(path: Path) -> FolderLock:
    """That of the folder in which the lock file stands, or is about to."""
    with contextlib.suppress(OSError):  # told where the file is opened
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return FolderLock(path.parent)
    except FolderTaken as taken:
        raise _owned(_described_at(path)) from taken


def _owned(owner: Owner) -> WorkspaceOwned:
    return WorkspaceOwned(owner.pid, owner.host, owner.since, owner.socket, owner.left)


def _described_at(path: Path) -> Owner:
    try:
        with _opened(path, make_folder=False) as file:
            return _described(file)
    except StorageUnavailable:
        return _NOT_WRITTEN


_NOT_WRITTEN = Owner(0, "this machine", "a moment ago")


def _described(file: BinaryIO) -> Owner:
    file.seek(0)
    try:
        return msgspec.json.decode(file.read(), type=Owner)
    except (msgspec.DecodeError, OSError):  # taken a moment ago, or removed: its owner has not written (again) yet
        return _NOT_WRITTEN
