"""A folder of mail as a list: single files, Maildir and mbox, told apart by what they hold; read when asked for."""

import hashlib
import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAIL_SUFFIXES = frozenset({"", ".eml", ".emlx", ".mail", ".email", ".mime", ".txt", ".html", ".htm", ".mbox", ".mbx"})
MBOX_SUFFIXES = frozenset({"", ".mbox", ".mbx"})
READ_PIECE = 1_048_576
MOST_OF_A_MBOX_MAIL = 64_000_000
_FROM_LINE = re.compile(rb"^From (\S+ |)\s*\S.*[0-9]{1,2}:[0-9]{2}")
_ID = re.compile(r"^(?P<path>.*)#(?:(?P<number>[0-9]{1,9})-)?(?P<digest>[0-9a-f]{12})$", re.DOTALL)


class MailNotFound(Exception):
    """There is no such mail, or it changed since it was listed; the message says which."""


@dataclass(frozen=True, slots=True)
class MailEntry:
    """One mail of a folder. ``mail_id`` holds its place and the start of its digest; ``key`` is the whole digest."""

    mail_id: str
    path: Path
    relative: str
    key: str
    size: int
    number: int = 0
    """Its place in an mbox file, from 1; 0 = the file is the mail."""
    offset: int = 0

    def open(self) -> BinaryIO:
        """The bytes of this mail, as a stream."""
        if not self.number:
            return self.path.open("rb")
        with self.path.open("rb") as file:
            file.seek(self.offset)
            content = file.read(min(self.size, MOST_OF_A_MBOX_MAIL))
        return io.BytesIO(re.sub(rb"(?m)^>(>*From )", rb"\1", content))


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Regular files that may be mail, sorted by path; links and hidden names are passed over."""
    for place, names, files in os.walk(folder, followlinks=False):
        here = Path(place)
        is_maildir_part = here.name in ("cur", "new")
        names[:] = sorted(name for name in names if not name.startswith(".") and not _unfinished(here, name))
        for name in sorted(files):
            path = here / name
            if name.startswith(".") or not (is_maildir_part or path.suffix.lower() in MAIL_SUFFIXES):
                continue
            try:
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path, path.relative_to(folder).as_posix()
            except OSError:
                continue


def _unfinished(here: Path, name: str) -> bool:
    """``tmp`` of a Maildir holds mail that is still being written."""
    return name == "tmp" and (here / "new").is_dir() and (here / "cur").is_dir()


def is_mbox(path: Path) -> bool:
    """Whether a file holds several mails one after the other."""
    if path.suffix.lower() not in MBOX_SUFFIXES or path.parent.name in ("cur", "new"):
        return False
    try:
        with path.open("rb") as file:
            return _FROM_LINE.match(file.readline(1_000)) is not None
    except OSError:
        return False


def _digest(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while piece := file.read(READ_PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _of_mbox(path: Path, relative: str) -> Iterator[MailEntry]:
    number = start = at = 0
    digest = hashlib.sha256()
    blank = True
    with path.open("rb") as file:
        while line := file.readline(READ_PIECE):
            if blank and _FROM_LINE.match(line):
                if number:
                    yield _mbox_entry(path, relative, number, start, at, digest.hexdigest())
                number, start, digest = number + 1, at + len(line), hashlib.sha256()
            else:
                digest.update(line)
            blank = not line.strip(b"\r\n")
            at += len(line)
    if number:
        yield _mbox_entry(path, relative, number, start, at, digest.hexdigest())


def _mbox_entry(path: Path, relative: str, number: int, start: int, end: int, key: str) -> MailEntry:
    return MailEntry(f"{relative}#{number}-{key[:12]}", path, relative, key, end - start, number, start)


def entries_of(path: Path, relative: str) -> Iterator[MailEntry]:
    """The mail or mails of one file. Raises OSError where it can't be read."""
    if is_mbox(path):
        yield from _of_mbox(path, relative)
        return
    key, size = _digest(path)
    yield MailEntry(f"{relative}#{key[:12]}", path, relative, key, size)


def list_mail(folder: Path) -> Iterator[MailEntry]:
    """Every mail below a folder, in the order of names; a file that vanishes or can't be read is passed over."""
    for path, relative in _files(folder):
        try:
            yield from entries_of(path, _text(relative))
        except OSError:
            continue


def _text(relative: str) -> str:
    """A path as text that can be stored; names that are not UTF-8 show their bytes as U+FFFD."""
    return relative.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def find_mail(folder: Path, mail_id: str) -> MailEntry:
    """The mail of an id; a plain path relative to the folder is taken too. Raises MailNotFound with a sentence."""
    match = _ID.match(mail_id)
    relative = match["path"] if match else mail_id
    path = _inside(folder, relative)
    if path is None:
        for candidate in list_mail(folder):
            if mail_id in (candidate.mail_id, candidate.relative):
                return candidate
        raise MailNotFound(f"There is no mail {mail_id[:120]!r} in this folder.")
    wanted = int(match["number"]) if match and match["number"] else 0
    try:
        for entry in entries_of(path, relative):
            if wanted not in (0, entry.number):
                continue
            if match and not entry.key.startswith(match["digest"]):
                raise MailNotFound(f"The mail {relative[:120]!r} changed since it was listed; list the folder again.")
            return entry
    except OSError as error:
        raise MailNotFound(f"The mail {relative[:120]!r} can't be read: {error.strerror or error}.") from error
    raise MailNotFound(f"There is no mail {mail_id[:120]!r} in this folder.")


def _inside(folder: Path, relative: str) -> Path | None:
    """The regular file of a relative path, or None where there is none inside the folder (no ``..``, no links out)."""
    if not relative or "\x00" in relative:
        return None
    try:
        root = folder.resolve()
        path = root / relative
        if path.resolve() != path or not path.is_relative_to(root) or not stat.S_ISREG(path.lstat().st_mode):
            return None
    except (OSError, ValueError, RuntimeError):
        return None
    return path
