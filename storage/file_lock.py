"""A lock on an open file that the operating system takes back when the process ends."""

from __future__ import annotations

import contextlib
import sys
from typing import BinaryIO

from storage.errors import StorageUnavailable

# Windows forbids others to read locked bytes; this one lies far behind the owner's description.
_LOCKED_BYTE = 1 << 30

if sys.platform == "win32":
    import msvcrt

    def lock_file(file: BinaryIO) -> bool:
        """Whether it is ours now. Raises StorageUnavailable where files cannot be locked."""
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock_file(file: BinaryIO) -> None:
        """Others may have it."""
        file.seek(_LOCKED_BYTE)
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def lock_file(file: BinaryIO) -> bool:
        """Whether it is ours now. Raises StorageUnavailable where files cannot be locked."""
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

    def unlock_file(file: BinaryIO) -> None:
        """Others may have it."""
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
