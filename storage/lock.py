"""One process owns a workspace: a lock that the operating system takes back when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import socket as sockets
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from storage.errors import StorageUnavailable, WorkspaceOwned

FILE = "owner.lock"
# Windows forbids others to read locked bytes; this one lies far behind the owner's description.
_LOCKED_BYTE = 1 << 30
_OPEN_FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Owner(msgspec.Struct, frozen=True):
    """Who has the workspace open, as the lock file says."""

    pid: int
    host: str
    since: str  # UTC, ISO 8601
    socket: str = ""  # where the owner listens for commands of other processes


class WorkspaceLock:
    """Taken with `acquire`, given back with `release` or by the end of the process. The file itself stays."""

    def __init__(self, workspace: Path) -> None:
        self._path = workspace / FILE
        self._file: BinaryIO | None = None
        self._owner: Owner | None = None

    def acquire(self, socket: str = "") -> Owner:
        """Raises WorkspaceOwned with the owner's description when another one has it."""
        if self._file is not None:
            raise RuntimeError("This lock is already held.")
        file = _opened(self._path)
        if not _lock(file):
            owner = _described(file)
            file.close()
            raise WorkspaceOwned(owner.pid, owner.host, owner.since, owner.socket)
        self._file = file
        self._owner = Owner(os.getpid(), sockets.gethostname(), datetime.now(UTC).isoformat(timespec="seconds"), socket)
        self._describe(self._owner)
        return self._owner

    def announce(self, socket: str) -> None:
        """Write down where the owner listens, once it does."""
        if self._owner is None:
            raise RuntimeError("Only the owner of a workspace can announce a socket.")
        self._owner = msgspec.structs.replace(self._owner, socket=socket)
        self._describe(self._owner)

    def release(self) -> None:
        file, self._file, self._owner = self._file, None, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.truncate(0)
            _unlock(file)
            file.close()

    def __enter__(self) -> WorkspaceLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _describe(self, owner: Owner) -> None:
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate(0)
        self._file.write(msgspec.json.encode(owner))
        self._file.flush()


def owner_of(workspace: Path) -> Owner | None:
    """Who has the workspace open now; None when nobody does."""
    path = workspace / FILE
    if not path.exists():
        return None
    with _opened(path) as file:
        if _lock(file):
            _unlock(file)
            return None
        return _described(file)


def _opened(path: Path) -> BinaryIO:
    try:
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


def _described(file: BinaryIO) -> Owner:
    file.seek(0)
    try:
        return msgspec.json.decode(file.read(), type=Owner)
    except (msgspec.DecodeError, OSError):  # taken a moment ago, its owner has not written yet
        return Owner(0, "this machine", "a moment ago")


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: BinaryIO) -> None:
        file.seek(_LOCKED_BYTE)
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise StorageUnavailable(
                f"The workspace cannot be locked there: {error.strerror or error}.",
                "Nothing was changed.",
                "Move the workspace to a local disk.",
            ) from error
        return True

    def _unlock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
