"""One folder held open: everything in it is reached through the open folder, so swapping a link in does not lead out.

Where the system has no folder handles (Windows) full paths are used, and the folder is resolved again before each step.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

HAS_HANDLES = os.open in os.supports_dir_fd and os.rename in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""A named pipe must not block whoever opens it to see what it is."""


class LinkMet(OSError):
    """A link or junction stands where a folder or file was expected."""


class OpenFolder:
    """A folder without links on the way to it. Use as a context manager; ``inside`` opens a folder below."""

    def __init__(self, path: Path, handle: int | None) -> None:
        self.path = path
        self._handle = handle

    @classmethod
    def top(cls, path: Path) -> "OpenFolder":
        """Open the folder everything is relative to; links on the way to *it* are the person's own arrangement."""
        real = path.resolve(strict=True)
        if HAS_HANDLES:
            return cls(real, os.open(real, os.O_RDONLY | _DIRECTORY | _NO_FOLLOW))
        return cls(real, None)

    def __enter__(self) -> "OpenFolder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def inside(self, name: str) -> "OpenFolder":
        """The folder of that name, never through a link."""
        found = self.stat(name)
        if found is not None and stat.S_ISLNK(found.st_mode):
            raise LinkMet(f"{name} is a link")
        if self._handle is None:
            return OpenFolder(self._unlinked(self.path / name, folder=True), None)
        flags = os.O_RDONLY | _DIRECTORY | _NO_FOLLOW
        return OpenFolder(self.path / name, os.open(name, flags, dir_fd=self._handle))

    def stat(self, name: str) -> os.stat_result | None:
        """What is there, links not followed; None where nothing is."""
        try:
            where = name if self._handle is not None else self.path / name
            return os.stat(where, follow_symlinks=False, **self._where)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self) -> list[str]:
        """Exact names of everything in the folder, as the disk spells them, sorted."""
        return sorted(os.listdir(self.path if self._handle is None else self._handle))

    def entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Name and state of everything in the folder, sorted; what vanishes meanwhile is left out."""
        for name in self.names():
            if (found := self.stat(name)) is not None:
                yield name, found

    def read(self, name: str, most: int) -> tuple[bytes, os.stat_result]:
        """Content (at most ``most`` + 1 bytes) and state of a plain file."""
        descriptor = os.open(self._at(name), os.O_RDONLY | _NO_FOLLOW | _BINARY | _NO_WAIT, **self._where)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise IsADirectoryError(f"{name} is not a plain file")
            return file.read(most + 1), found

    def replace(self, name: str, content: bytes, mode: int, draft: str) -> None:
        """Put ``content`` there whole or not at all, durably, with these permissions."""
        self.remove(draft)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY
        descriptor = os.open(self._at(draft), flags, 0o600, **self._where)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                if hasattr(os, "fchmod"):
                    os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            self._rename(draft, self, name, over=True)
        except OSError:
            with contextlib.suppress(OSError):
                self.remove(draft)
            raise
        self.sync()

    def move(self, name: str, target: "OpenFolder", new: str) -> None:
        """Rename a file; the caller has seen that nothing is there."""
        self._rename(name, target, new, over=False)
        target.sync()
        self.sync()

    def remove(self, name: str) -> None:
        """Remove a file; nothing there is fine."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._at(name), **self._where)
            self.sync()

    def make(self, name: str) -> None:
        """Make a folder."""
        os.mkdir(self._at(name), 0o755, **self._where)
        self.sync()

    def remove_empty(self, name: str) -> bool:
        """Remove a folder when nothing is in it; whether it is gone."""
        try:
            os.rmdir(self._at(name), **self._where)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        self.sync()
        return True

    def sync(self) -> None:
        """Make renames and removals in this folder durable."""
        if self._handle is not None:
            os.fsync(self._handle)

    @property
    def _where(self) -> dict[str, Any]:
        return {} if self._handle is None else {"dir_fd": self._handle}

    def _at(self, name: str) -> str:
        if self._handle is not None:
            return name
        found = self._unlinked(self.path, folder=True) / name
        if found.is_symlink():
            raise LinkMet(f"{name} is a link")
        return os.fspath(found)

    def _rename(self, name: str, target: "OpenFolder", new: str, *, over: bool) -> None:
        if self._handle is not None and target._handle is not None:
            os.rename(name, new, src_dir_fd=self._handle, dst_dir_fd=target._handle)
        elif over:
            os.replace(self._at(name), target._at(new))
        else:
            os.rename(self._at(name), target._at(new))

    @staticmethod
    def _unlinked(path: Path, *, folder: bool) -> Path:
        real = path.resolve(strict=True)
        if os.path.normcase(real) != os.path.normcase(path):
            raise LinkMet(f"{path.name} is a link")
        if folder and not real.is_dir():
            raise NotADirectoryError(path.name)
        return real
