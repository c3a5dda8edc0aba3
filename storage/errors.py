"""What can go wrong in storage; every error says what was wrong, what still holds and what to do."""

from __future__ import annotations

from typing import Any


class StorageError(Exception):
    """A fault of the world (or a lost race) in sentences: `what` was wrong, what still `holds`, what `to_do`."""

    def __init__(self, what: str, holds: str, to_do: str) -> None:
        super().__init__(what, holds, to_do)
        self.what = what
        self.holds = holds
        self.to_do = to_do

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.holds, self.to_do) if part)

    def __reduce__(self) -> tuple[Any, ...]:
        # Subclasses take other arguments than these sentences; a check in a child process must still reach its parent.
        return _revive, (type(self), self.args, self.__dict__)


def _revive(kind: type[StorageError], args: tuple[Any, ...], attributes: dict[str, Any]) -> StorageError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(attributes)
    return error


class StreamMovedOn(StorageError):
    """Somebody else appended to the stream first: reload it and decide again."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(
            f"{stream} is at version {actual}; the change was made for version {expected}.",
            "Nothing of this change was recorded.",
            "Look at what it is now and decide again.",
        )
        self.stream = stream
        self.expected = expected
        self.actual = actual


class StorageUnavailable(StorageError):
    """The disk is full, the file is locked or read-only, or the disk reported a fault."""


class DatabaseTooNew(StorageError):
    """The database was written by a newer version of this program; it was not touched."""


class DatabaseUnreadable(StorageError):
    """The file is not a database of ours, or is damaged; it was not touched."""


class WorkspaceOwned(StorageError):
    """Another process owns the workspace."""

    def __init__(self, pid: int, host: str, since: str, socket: str = "", left: tuple[str, ...] = ()) -> None:
        where = f"number {pid} on {host}, since {since}"
        if left:
            super().__init__(
                f"This workspace was closed, and a tool is still at work in it: {', '.join(left)} (process {where}).",
                "Nothing was changed.",
                "Open it when that has ended, or end that process; what became of the tool is found out then.",
            )
        else:
            super().__init__(
                f"This workspace is already open in another process ({where}).",
                "Nothing was changed.",
                "Use the window that has it open, or close that one first.",
            )
        self.pid = pid
        self.host = host
        self.since = since
        self.socket = socket


class BlobMissing(StorageError):
    """A stored text or file is absent, or its bytes are no longer the ones that were stored."""

    def __init__(self, digest: str, damaged: bool = False) -> None:
        what = "is damaged: its bytes differ from those stored" if damaged else "is not in the workspace's blobs folder"
        super().__init__(
            f"The stored content {digest} {what}.",
            "The journal itself is whole.",
            "Bring the file back from a backup of the workspace.",
        )
        self.digest = digest
        self.damaged = damaged


class CredentialStoreLocked(StorageError):
    """The operating system's keyring is there but locked, or did not answer in time."""


class CredentialStoreAbsent(StorageError):
    """There is no keyring that keeps secrets encrypted on this machine."""


class SealBroken(StorageError):
    """The journal is not the one that was sealed: its end was cut off, or its history was rewritten."""


class BackupFailed(StorageError):
    """A backup could not be made or restored; what was there before is as it was."""
