"""Writes down what a program does to its workspace's disk: SQLite's calls from its file layer, the rest from ``os``.

Contents written without SQLite are learnt when their file is synced or renamed: until then they are loose anyway.
What is done and what is written down of it are one: no other thread comes in between, so the order is the true one.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from storage.recorder import Recorder
from storage.records import Append, Written
from tests.crash.power.disk import Op
from tests.crash.sqlite_layer import CREATED, SqliteLayer

SYNC_WITH_NAME = ("-wal", "-journal")
"""SQLite itself syncs the folder after the first sync of such a file."""


class Recording:
    """Everything that is done below ``folder``, in order. ``outside`` names files that stand for another machine."""

    def __init__(self, folder: Path, outside: tuple[str, ...] = ()) -> None:
        self._folder = folder.resolve()
        self._outside = outside
        self._known: dict[str, bytes] = {}
        self._new: set[str] = set()
        self.ops: list[Op] = []
        self.order = threading.RLock()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """From here on, in this process."""
        with SqliteLayer(self._seen), _replaced(self):
            yield

    def recorder(self, own: Recorder) -> Recorder:
        """Stands before the workspace's recorder and writes down what was confirmed to whoever asked."""
        return cast(Recorder, _Confirming(own, self))

    def kept_elsewhere(self, name: str, content: bytes) -> None:
        """Another machine, or the system's keyring, holds this from now on."""
        self.ops.append(Op("outside", name, content=content))

    def _seen(self, kind: str, path: str, number: int, content: bytes) -> None:
        name = self._name(path)
        if name is not None:
            with self.order:  # SQLite's own locks hold others back until this returns
                self._note(kind, name, number, content)

    def _note(self, kind: str, name: str, number: int, content: bytes) -> None:
        if kind == CREATED:
            self.ops.append(Op("make", name))
            self._new.update({name} if name.endswith(SYNC_WITH_NAME) else ())
        elif kind == "write":
            self.ops.append(Op("write", name, number, content))
        elif kind == "truncate":
            self.ops.append(Op("cut", name, number))
        elif kind == "sync":
            self.ops.append(Op("sync", name))
            if name in self._new:
                self._new.discard(name)
                self.ops.append(Op("sync folder", name.rpartition("/")[0]))
        elif kind == "delete":
            self.ops.append(Op("gone", name))
            if number:
                self.ops.append(Op("sync folder", name.rpartition("/")[0]))

    def synced(self, descriptor: int) -> None:
        """``os.fsync`` returned."""
        path = path_of(descriptor)
        name = self._name(path)
        if name is None:
            return
        if Path(path).is_dir():
            self.ops.append(Op("sync folder", name))
        elif name in self._outside:
            self.kept_elsewhere(name, Path(path).read_bytes())
        else:
            self._learn(name)
            self.ops.append(Op("sync", name))

    def moved(self, source: str, target: str) -> None:
        """``os.replace`` returned."""
        before, after = self._name(source), self._name(target)
        if before is None or after is None:
            return
        if before not in self._known:
            self._learn(before, Path(target))
        self._known[after] = self._known.pop(before)
        self.ops.append(Op("move", before, to=after))

    def removed(self, path: str) -> None:
        """``os.unlink`` returned."""
        name = self._name(path)
        if name is not None and self._known.pop(name, None) is not None:
            self.ops.append(Op("gone", name))

    def made_folder(self, path: str) -> None:
        """``os.mkdir`` returned."""
        name = self._name(path)
        if name:
            self.ops.append(Op("folder", name))

    def _learn(self, name: str, where: Path | None = None) -> None:
        content = (where or self._folder / name).read_bytes()
        if name not in self._known:
            self.ops.append(Op("make", name))
        elif self._known[name] == content:
            return
        else:
            self.ops.append(Op("cut", name, 0))
        self.ops.append(Op("write", name, 0, content))
        self._known[name] = content

    def _name(self, path: str) -> str | None:
        whole = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if whole == str(self._folder):
            return ""
        inside = whole.startswith(f"{self._folder}{os.sep}")
        return Path(whole).relative_to(self._folder).as_posix() if inside else None


class _Confirming:
    def __init__(self, own: Recorder, recording: Recording) -> None:
        self._own, self._recording = own, recording

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    async def append(self, append: Append) -> Written:
        written = await self._own.append(append)
        if written.records:
            self._recording.ops.append(Op("confirmed", "", written.records[-1].seq))
        return written


def path_of(descriptor: int) -> str:
    """The path an open file was opened under."""
    if sys.platform == "darwin":
        import fcntl

        get_path = 50
        return fcntl.fcntl(descriptor, get_path, bytes(1024)).rstrip(b"\0").decode()
    return os.readlink(f"/proc/self/fd/{descriptor}")


@contextmanager
def _replaced(recording: Recording) -> Iterator[None]:
    """``os`` tells the recording what it did. For a process of its own: everybody's ``os`` is changed."""
    fsync, replace, rename, unlink, mkdir = os.fsync, os.replace, os.rename, os.unlink, os.mkdir

    def at(path: Any, folder: int | None) -> str:
        return os.path.join(path_of(folder), os.fspath(path)) if folder is not None else os.fspath(path)

    def own_fsync(file: Any) -> None:
        descriptor = file if isinstance(file, int) else file.fileno()
        with recording.order:
            fsync(descriptor)
            recording.synced(descriptor)

    def own_replace(src: Any, dst: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None) -> None:
        with recording.order:
            replace(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
            recording.moved(at(src, src_dir_fd), at(dst, dst_dir_fd))

    def own_unlink(path: Any, *, dir_fd: int | None = None) -> None:
        with recording.order:
            unlink(path, dir_fd=dir_fd)
            recording.removed(at(path, dir_fd))

    def own_mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        with recording.order:
            mkdir(path, mode, dir_fd=dir_fd)
            recording.made_folder(at(path, dir_fd))

    changed = {"fsync": own_fsync, "replace": own_replace, "rename": own_replace, "unlink": own_unlink}
    originals = {"fsync": fsync, "replace": replace, "rename": rename, "unlink": unlink, "mkdir": mkdir}
    for name, function in {**changed, "mkdir": own_mkdir}.items():
        setattr(os, name, function)
        cast(set[Any], os.supports_dir_fd).add(function)  # who looks there, looks for what he calls
    try:
        yield
    finally:
        for name, function in originals.items():
            setattr(os, name, function)
