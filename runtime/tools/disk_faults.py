"""A full, read-only or failing disk is no mistake of a tool: what it met is told as what it is, and may pass."""

import errno

from runtime.domain.undo import UndoRecord
from runtime.tools.contract import Blobs, ToolFailed
from runtime.tools.memo import Memo
from storage.errors import StorageUnavailable

DISK = "disk"
_WORDS = {
    errno.ENOSPC: "The disk is full",
    errno.EROFS: "The disk is read-only",
    errno.EIO: "The disk reported a fault",
    getattr(errno, "EDQUOT", -1): "The space you may use on the disk is full",
}


def disk_fault(error: BaseException) -> ToolFailed | None:
    """The disk's fault met in the middle of a call, where that is what it is: whether it changed anything is open."""
    if isinstance(error, StorageUnavailable):
        return ToolFailed(DISK, f"{error.what} Whether it changed anything is looked up.", passing=True, uncertain=True)
    words = _WORDS.get(error.errno or 0) if isinstance(error, OSError) else None
    if words is None:
        return None
    return ToolFailed(DISK, f"{words}. Whether it changed anything is looked up.", passing=True, uncertain=True)


class KeptFirst:
    """What a tool keeps before its effect: blobs and the undo note. Where the disk refuses, nothing was done yet."""

    def __init__(self, blobs: Blobs, memo: Memo, key: str) -> None:
        self._blobs = blobs
        self._memo = memo
        self._key = key

    def put(self, content: bytes) -> str:
        """Into the blob store."""
        try:
            return self._blobs.put(content)
        except StorageUnavailable as error:
            raise ToolFailed(DISK, f"{error.what} Nothing was done.", passing=True) from error

    def get(self, digest: str) -> bytes:
        """From the blob store."""
        return self._blobs.get(digest)

    def remember(self, record: UndoRecord) -> None:
        """The note of what it was before."""
        try:
            self._memo.remember(self._key, record)
        except OSError as error:
            said = f"What it was before could not be written down: {error.strerror or error}. Nothing was done."
            raise ToolFailed(DISK, said, passing=True) from error
