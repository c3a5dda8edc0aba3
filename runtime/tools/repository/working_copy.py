"""A working copy: the files of one commit of the person's repository, and a git folder of our own beside them.

Objects are handed over as a pack, files are written byte by byte: no clone, no checkout, so nothing of the repository's
configuration has a say. The git folder lies outside of the files, where neither agents nor test runs reach it.
"""

import json
import os
import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from runtime.tools.contract import ToolContext, ToolFailed
from runtime.tools.granted_folder import MISSING, GrantedFolder
from runtime.tools.path_names import PathRefused, folded, parts_of
from runtime.tools.repository.git import GitRefused, git, refused
from runtime.tools.repository.options import TOO_LARGE, Grant
from runtime.tools.stopping import stop_if_asked

COPIES = ".repositories"
"""In the workspace's folder; no agent reaches it by a path."""
MOST_COPIES = 50
FILE, PROGRAM, LINK = "100644", "100755", "120000"
CHUNK_BYTES = 16 * 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{12}")

CopyName = Annotated[
    str, Field(pattern=r"^[0-9a-f]{12}$", description="The working copy, as repository.copy answered it.")
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a commit."""

    mode: str
    oid: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """``commit`` is what it was made of; ``left_out``: paths of the commit that are not in the folder (submodules,
    names that cannot be used here). They stay as they are in every proposal."""

    root: Path
    commit: str
    left_out: frozenset[str]

    @property
    def git_folder(self) -> Path:
        """Our own git folder."""
        return self.root / "git"

    @property
    def tree(self) -> Path:
        """The files."""
        return self.root / "tree"

    @property
    def folder(self) -> GrantedFolder:
        """The files, as tools reach them."""
        return GrantedFolder(self.root, "tree")

    def entries(self) -> list[Entry]:
        """The files of the commit that are in the folder."""
        return [entry for entry in entries_of(self.git_folder, self.commit) if entry.path not in self.left_out]


def place_of(context: ToolContext, name: str) -> Path:
    """Where the copy of this name is or would be."""
    assert _NAME.fullmatch(name), name
    return context.folder / COPIES / name


def opened(context: ToolContext, name: str) -> WorkingCopy:
    """The copy of this name. Raises ToolFailed."""
    root = place_of(context, name)
    try:
        told = json.loads((root / "copy.json").read_bytes())
        return WorkingCopy(root, told["commit"], frozenset(told["left_out"]))
    except FileNotFoundError as error:
        sentence = f"There is no working copy {name}; make one with repository.copy."
        raise ToolFailed(MISSING.code, sentence) from error


def resolved(source: Path, what: str) -> str:
    """The commit that a branch, tag or id names. Raises ToolFailed."""
    try:
        found = git(source, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{what}^{{commit}}")
    except GitRefused as error:
        raise ToolFailed(MISSING.code, f"The repository has no commit {what!r}.") from error
    return found.decode().strip()


def entries_of(folder: Path, commit: str) -> list[Entry]:
    """Every file of a commit; raises ToolFailed where git refuses."""
    try:
        listed = git(folder, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    except GitRefused as error:
        raise refused(error, "Listing the files") from error
    found = []
    for line in listed.split(b"\x00"):
        if line:
            facts, _, path = line.partition(b"\t")
            mode, _, oid, size = facts.decode().split()
            found.append(Entry(mode, oid, int(size) if size.isdigit() else 0, path.decode("utf-8", "surrogateescape")))
    return found


def contents_of(folder: Path, oids: list[str]) -> dict[str, bytes]:
    """The bytes of these files."""
    try:
        answer = git(folder, "cat-file", "--batch", given="".join(f"{oid}\n" for oid in oids).encode())
    except GitRefused as error:
        raise refused(error, "Reading files") from error
    found, at = {}, 0
    for oid in oids:
        end = answer.index(b"\n", at)
        facts = answer[at:end].split()
        if len(facts) != 3 or facts[1] != b"blob":
            raise ToolFailed("git", f"The repository is damaged: {oid} is missing or no file.")
        size = int(facts[2])
        found[oid] = answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def make(grant: Grant, context: ToolContext, name: str, what: str) -> WorkingCopy:
    """Make the copy, whole or not at all. Raises ToolFailed."""
    source = grant.repository(context)
    commit = resolved(source, what)
    entries = entries_of(source, commit)
    check_size(grant, entries)
    root = place_of(context, name)
    root.parent.mkdir(mode=0o700, exist_ok=True)
    if sum(1 for _ in root.parent.iterdir()) >= MOST_COPIES:
        said = f"There are {MOST_COPIES} working copies already; roll back runs that need theirs no more."
        raise ToolFailed(TOO_LARGE.code, said)
    half = root.with_name(f".half-{name}")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    try:
        copy = WorkingCopy(half, commit, frozenset())
        _take_objects(source, copy, len(commit))
        left_out = _write_files(copy, entries, context)
        (half / "copy.json").write_text(json.dumps({"commit": commit, "left_out": sorted(left_out)}))
        stop_if_asked(context)
        half.rename(root)
    except GitRefused as error:
        raise refused(error, "Copying the repository") from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return WorkingCopy(root, commit, frozenset(left_out))


def check_size(grant: Grant, entries: list[Entry]) -> None:
    """Refuse what is larger than the grant allows."""
    total, most = sum(entry.size for entry in entries), grant.options.most_mb * 1024 * 1024
    if len(entries) > grant.options.most_files or total > most:
        sentence = (
            f"The commit has {len(entries):,} files and {total:,} bytes; {grant.options.most_files:,} files and "
            f"{most:,} bytes are allowed here."
        )
        raise ToolFailed(TOO_LARGE.code, sentence)


def _take_objects(source: Path, copy: WorkingCopy, oid_length: int) -> None:
    """The objects of this one commit, without its history."""
    objects = git(source, "rev-list", "--objects", "--no-walk", copy.commit)
    pack = git(source, "pack-objects", "--stdout", "-q", given=objects)
    form = "sha256" if oid_length == 64 else "sha1"
    git(copy.git_folder, "init", "-q", "--bare", "--template=", f"--object-format={form}")
    git(copy.git_folder, "index-pack", "--stdin", given=pack)
    (copy.git_folder / "shallow").write_text(f"{copy.commit}\n")


def _write_files(copy: WorkingCopy, entries: list[Entry], context: ToolContext) -> list[str]:
    """Files first, links last, each where nothing is yet: so nothing is ever written through a link."""
    copy.tree.mkdir()
    usable = [entry for entry in entries if _usable(entry)]
    left_out = [entry.path for entry in entries if not _usable(entry)]
    usable.sort(key=lambda entry: entry.mode == LINK)
    batch: list[Entry] = []
    for entry in [*usable, None]:
        if entry is None or (batch and sum(each.size for each in batch) + entry.size > CHUNK_BYTES):
            stop_if_asked(context)
            contents = contents_of(copy.git_folder, [each.oid for each in batch]) if batch else {}
            left_out += [each.path for each in batch if not _written(copy.tree, each, contents[each.oid])]
            batch = []
        if entry is not None:
            batch.append(entry)
    return left_out


def is_gits_own(path: str) -> bool:
    """Whether some system takes a part of this path for git's own folder."""
    return any(folded(part).rstrip(". ") in (".git", "git~1") for part in path.split("/"))


def _usable(entry: Entry) -> bool:
    if entry.mode not in (FILE, PROGRAM, LINK) or (entry.mode == LINK and os.name == "nt"):
        return False
    try:
        return bool(parts_of(entry.path)) and not is_gits_own(entry.path)
    except PathRefused:
        return False


def _written(tree: Path, entry: Entry, content: bytes) -> bool:
    """False where the system cannot hold it: names that differ only in case, a file where a folder is needed."""
    path = tree / entry.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode == LINK:
            os.symlink(os.fsdecode(content), path)
            return True
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags, 0o755 if entry.mode == PROGRAM else 0o644), "wb") as file:
            file.write(content)
    except (FileExistsError, NotADirectoryError, ValueError):
        return False
    return True


def is_program(mode: int) -> bool:
    """Whether git would call a file with these permissions a program."""
    return bool(mode & stat.S_IXUSR)
