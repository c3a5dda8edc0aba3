"""The workspace's folder, locked itself: whoever removes or replaces the lock file in it lets nobody in."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


class FolderTaken(Exception):
    """Another one holds the lock of this folder."""


if sys.platform == "win32":  # a folder cannot be locked there, nor a file be removed that somebody has open

    class FolderLock:
        """Holds nothing."""

        def __init__(self, folder: Path) -> None:
            """Raises FolderTaken."""

        def is_at(self, folder: Path) -> bool:
            """Whether this is the folder that others find there."""
            return True

        def release(self) -> None:
            """Others may have it."""

else:
    import fcntl

    class FolderLock:
        """A lock on the folder's inode: it goes with the folder wherever that is moved, and ends with the process.

        Where the file system locks no folders (some network ones), nothing is held and the lock file stands alone.
        """

        def __init__(self, folder: Path) -> None:
            """Raises FolderTaken."""
            self._descriptor: int | None = None
            with contextlib.suppress(OSError):
                descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._descriptor = descriptor
                except BlockingIOError as held:
                    raise FolderTaken from held
                finally:
                    if self._descriptor is None:
                        os.close(descriptor)

        def is_at(self, folder: Path) -> bool:
            """Whether this is the folder that others find there."""
            try:
                return self._descriptor is None or os.path.samestat(os.fstat(self._descriptor), folder.stat())
            except OSError:
                return False

        def release(self) -> None:
            """Others may have it."""
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)
