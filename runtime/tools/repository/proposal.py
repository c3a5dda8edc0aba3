"""What an agent changed in a working copy, worked out from the files themselves, and its hash: what is approved."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime.domain.action import canonical
from runtime.tools.contract import ToolContext, ToolFailed
from runtime.tools.repository.options import TOO_LARGE
from runtime.tools.repository.working_copy import FILE, LINK, PROGRAM, Entry, WorkingCopy, contents_of, is_program
from runtime.tools.stopping import stop_if_asked
from runtime.tools.text_changes import amount, as_text, lines_changed, unified

MOST_CHANGED = 2_000
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """One path: mode and content before and after, None = nothing there."""

    path: str
    before: tuple[str, bytes] | None
    after: tuple[str, bytes] | None

    @property
    def verb(self) -> str:
        """In a word."""
        return "new" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def lines(self) -> int:
        """How many lines differ; 0 for what is no text."""
        old, new = self._texts()
        return 0 if old is None or new is None else lines_changed(old, new)

    def diff(self) -> str:
        """As a person reads it."""
        head = f"diff {self.path} ({self.verb})\n"
        modes = [side[0] for side in (self.before, self.after) if side is not None]
        if len(set(modes)) > 1:
            head += f"mode {modes[0]} -> {modes[1]}\n"
        old, new = self._texts()
        if old is None or new is None:
            sizes = [0 if side is None else len(side[1]) for side in (self.before, self.after)]
            return f"{head}not text: {sizes[0]:,} -> {sizes[1]:,} bytes\n"
        return head + unified(old, new, self.path)

    def _texts(self) -> tuple[str | None, str | None]:
        old, new = ("" if side is None else as_text(side[1]) for side in (self.before, self.after))
        return old, new


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything that differs from the commit the copy was made of."""

    commit: str
    changes: tuple[Change, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the commit and every changed path with mode and content."""
        sides = [
            [
                change.path.encode("utf-8", "surrogateescape").hex(),
                *(None if side is None else [side[0], hashlib.sha256(side[1]).hexdigest()] for side in _sides(change)),
            ]
            for change in self.changes
        ]
        return hashlib.sha256(canonical(["repository proposal 1", self.commit, sides]).encode()).hexdigest()

    @property
    def diff(self) -> str:
        """The whole difference."""
        return "".join(change.diff() for change in self.changes)

    @property
    def lines(self) -> int:
        """How many lines differ."""
        return sum(change.lines for change in self.changes)

    @property
    def amount(self) -> str:
        """ "2 files, 5 lines"."""
        return f"{amount(len(self.changes), 'file')}, {amount(self.lines, 'line')}"


def proposal_of(copy: WorkingCopy, context: ToolContext) -> Proposal:
    """Compare every file of the copy with its commit. Raises ToolFailed where it is too much."""
    base = {entry.path: entry for entry in copy.entries()}
    present = dict(_present(copy.tree, context))
    wanted: list[str] = []
    differing: list[str] = []
    for path in sorted(base.keys() | present.keys()):
        entry, there = base.get(path), present.get(path)
        if path in copy.left_out or (entry is not None and there is not None and _same(entry, *there)):
            continue
        differing.append(path)
        if entry is not None:
            wanted.append(entry.oid)
    if len(differing) > MOST_CHANGED:
        raise ToolFailed(TOO_LARGE.code, f"{len(differing):,} files differ; a proposal holds at most {MOST_CHANGED:,}.")
    former = contents_of(copy.git_folder, wanted) if wanted else {}
    changes = []
    for path in differing:
        entry = base.get(path)
        changes.append(Change(path, None if entry is None else (entry.mode, former[entry.oid]), present.get(path)))
    if (total := sum(len(side[1]) for change in changes for side in _sides(change) if side)) > MOST_BYTES:
        raise ToolFailed(TOO_LARGE.code, f"{total:,} bytes differ; a proposal holds at most {MOST_BYTES:,}.")
    return Proposal(copy.commit, tuple(changes))


def _sides(change: Change) -> tuple[tuple[str, bytes] | None, ...]:
    return change.before, change.after


def _same(entry: Entry, mode: str, content: bytes) -> bool:
    return _oid(content, len(entry.oid)) == entry.oid and (mode == entry.mode or os.name == "nt")


def _oid(content: bytes, length: int) -> str:
    """git's own name of this content."""
    hashing = hashlib.sha256() if length == 64 else hashlib.sha1(usedforsecurity=False)
    hashing.update(b"blob %d\x00" % len(content) + content)
    return hashing.hexdigest()


def _present(tree: Path, context: ToolContext) -> Iterator[tuple[str, tuple[str, bytes]]]:
    """Mode and content of every file and link; links are read, never followed."""
    for folder, names, files in os.walk(tree, followlinks=False):
        stop_if_asked(context)
        for name in [*files, *names]:
            path = Path(folder, name)
            mode = path.lstat().st_mode
            said = path.relative_to(tree).as_posix()
            if stat.S_ISLNK(mode):
                yield said, (LINK, os.fsencode(os.readlink(path)))
            elif stat.S_ISREG(mode):
                yield said, (PROGRAM if is_program(mode) else FILE, path.read_bytes())
