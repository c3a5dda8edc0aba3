"""A disk that keeps only what was synced: the list of what was done to it, and what a power cut leaves of that.

Bytes are safe when their file was synced after them, names when their folder was. Of everything else a cut keeps any
part: each write or not, the last one perhaps torn, each new name or not. It is stricter than most file systems (ext4
would keep more), so that nothing rests on one of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

Kind = Literal["make", "folder", "write", "cut", "sync", "move", "gone", "sync folder", "confirmed", "outside"]


class Op(NamedTuple):
    """One thing that was done. ``path`` and ``to`` are relative to the workspace; ``number`` is an offset, a size, or
    the seq that was confirmed; ``outside`` is what another machine holds from now on (a keyring, a ledger)."""

    kind: Kind
    path: str
    number: int = 0
    content: bytes = b""
    to: str = ""


Survivors = Literal["nothing", "everything", "some", "all but one", "only the last"]
SURVIVORS: tuple[Survivors, ...] = ("nothing", "everything", "some", "some", "all but one", "only the last")
SECTORS = (512, 4096, 1)


@dataclass
class _File:
    safe: bytearray = field(default_factory=bytearray)
    loose: list[Op] = field(default_factory=list)


@dataclass
class Left:
    """What is found after the cut."""

    files: dict[str, bytes]
    folders: list[str]
    confirmed: int
    outside: dict[str, bytes]


class Disk:
    """Feed it operations in order; ``cut`` answers what would be left if the power failed now."""

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._now: dict[str, int] = {}  # names as a running program sees them
        self._safe: dict[str, int] = {}  # names that are sure to be found after a cut
        self._folders: set[str] = {""}
        self._loose: list[tuple[str, Op, int]] = []  # (folder, change of a name in it, the file)
        self._count = 0
        self.confirmed = 0
        self.outside: dict[str, bytes] = {}

    def do(self, op: Op) -> None:
        """One more operation."""
        match op.kind:
            case "make":
                self._count += 1
                self._files[self._count] = _File()
                self._now[op.path] = self._count
                self._loose.append((_folder(op.path), op, self._count))
            case "folder":
                self._loose.append((_folder(op.path), op, 0))
            case "write" | "cut":
                self._files[self._now[op.path]].loose.append(op)
            case "sync":
                file = self._files[self._now[op.path]]
                file.safe = _written(file.safe, file.loose)
                file.loose = []
            case "move":
                self._now[op.to] = self._now.pop(op.path)
                self._loose.append((_folder(op.to), op, self._now[op.to]))
            case "gone":
                self._loose.append((_folder(op.path), op, self._now.pop(op.path)))
            case "sync folder":
                for folder, change, number in self._loose:
                    if folder == op.path:
                        _rename(self._safe, self._folders, change, number)
                self._loose = [one for one in self._loose if one[0] != op.path]
                self._forget()
            case "confirmed":
                self.confirmed = max(self.confirmed, op.number)
            case "outside":
                self.outside[op.path] = op.content

    def cut(self, rng: random.Random, manner: Survivors | None = None) -> Left:
        """What a power cut leaves now."""
        names, folders = dict(self._safe), set(self._folders)
        chosen = rng.choice(SURVIVORS) if manner is None else manner
        for index in _kept(len(self._loose), chosen, rng):
            _, change, number = self._loose[index]
            _rename(names, folders, change, number)
        files = {}
        for path, number in names.items():
            if _reachable(path, folders):
                files[path] = bytes(self._content(self._files[number], chosen, rng))
        there = sorted(folder for folder in folders if folder and _reachable(folder + "/x", folders))
        return Left(files, there, self.confirmed, dict(self.outside))

    def _content(self, file: _File, manner: Survivors, rng: random.Random) -> bytearray:
        if not file.loose:
            return file.safe
        kept = [file.loose[index] for index in _kept(len(file.loose), manner, rng)]
        if kept and kept[-1].kind == "write" and rng.random() < 0.5:
            kept[-1] = _torn(kept[-1], rng)
        content = _written(bytearray(file.safe), kept)
        if rng.random() < 0.2:  # the file's new length arrived, its new bytes did not
            longest = max((op.number + len(op.content) for op in file.loose if op.kind == "write"), default=0)
            content.extend(bytes(max(0, longest - len(content))))
        return content

    def _forget(self) -> None:
        used = {*self._now.values(), *self._safe.values(), *(number for _, _, number in self._loose)}
        self._files = {number: file for number, file in self._files.items() if number in used}


def all_of(ops: Iterable[Op]) -> Left:
    """What is there when nothing is lost."""
    disk = Disk()
    for op in ops:
        disk.do(op)
    for number in set(disk._now.values()):
        file = disk._files[number]
        file.safe, file.loose = _written(file.safe, file.loose), []
    return disk.cut(random.Random(), "everything")


def put(left: Left, folder: Path) -> None:
    """Make the files that are left, below an empty or missing folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in left.folders:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path, content in left.files.items():
        (folder / path).write_bytes(content)


def _kept(count: int, manner: Survivors, rng: random.Random) -> Iterator[int]:
    spared = rng.randrange(count) if count else 0
    for index in range(count):
        match manner:
            case "nothing":
                keep = False
            case "everything":
                keep = True
            case "all but one":
                keep = index != spared
            case "only the last":
                keep = index == count - 1
            case "some":
                keep = rng.random() < 0.5
        if keep:
            yield index


def _torn(op: Op, rng: random.Random) -> Op:
    sector = rng.choice(SECTORS)
    at = rng.randrange(len(op.content) + 1) // sector * sector
    if rng.random() < 0.5:
        return op._replace(content=op.content[:at])
    return op._replace(number=op.number + at, content=op.content[at:])


def _written(content: bytearray, ops: Iterable[Op]) -> bytearray:
    for op in ops:
        if op.kind == "cut":
            del content[op.number :]
            content.extend(bytes(op.number - len(content)))
        else:
            if len(content) < op.number:
                content.extend(bytes(op.number - len(content)))
            content[op.number : op.number + len(op.content)] = op.content
    return content


def _rename(names: dict[str, int], folders: set[str], change: Op, number: int) -> None:
    match change.kind:
        case "make":
            names[change.path] = number
        case "folder":
            folders.add(change.path)
        case "move":
            if names.get(change.path) == number:
                del names[change.path]
            names[change.to] = number
        case "gone" if names.get(change.path) == number:
            del names[change.path]


def _reachable(path: str, folders: set[str]) -> bool:
    folder = _folder(path)
    return folder in folders and (not folder or _reachable(folder, folders))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
