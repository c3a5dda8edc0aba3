"""Finds and reads the mail a run came from, below the workspace folder alone. Runs in a worker thread."""

import re
from dataclasses import dataclass
from pathlib import Path

from runtime.tools.mail.mailbox_folder import MailEntry, MailNotFound, find_mail, list_mail
from runtime.tools.mail.message import Attachment, Message
from runtime.tools.mail.reading import read_stream

_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_TEXTS = frozenset({"application/json", "application/xml", "message/rfc822"})
_MEMBER = re.compile(r"^(?P<path>.*?)(?: \((?P<number>\d+)\))?$", re.DOTALL)
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*\u202a-\u202e\u2066-\u2069\u200b-\u200f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


class SourceGone(Exception):
    """The mail can't be shown; the message says why, what holds and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """One mail of the workspace, read."""

    entry: MailEntry
    message: Message


def read_source(workspace: Path, inbox: str, source: str) -> Source:
    """The mail that ``source`` names (``inbox/0042.eml``, or ``(3)`` behind it in an mbox). Raises SourceGone."""
    found = _MEMBER.match(source)
    path, number = (found["path"], int(found["number"] or 0)) if found else (source, 0)
    root = workspace.resolve()
    for folder, relative in _places(root, inbox, path):
        inside = folder.resolve()
        if not inside.is_relative_to(root) or not inside.is_dir():
            continue
        try:
            entry = _numbered(inside, relative, number) if number else find_mail(inside, relative)
            with entry.open() as stream:
                return Source(entry, read_stream(stream))
        except (MailNotFound, OSError):
            continue
    raise SourceGone(
        f"The source {source!r} is no mail below the workspace folder, or it was moved. "
        "The run and what was read of it are in the journal. Look for the file where it came from."
    )


def _places(root: Path, inbox: str, path: str) -> list[tuple[Path, str]]:
    """Where it may lie: the agent's inbox (a source begins with that folder's name), else the path itself."""
    found = [(root, path)]
    if inbox:
        folder = root / inbox
        head = f"{folder.name}/"
        if path.startswith(head):
            found.insert(0, (folder, path.removeprefix(head)))
    return found


def _numbered(folder: Path, relative: str, number: int) -> MailEntry:
    for entry in list_mail(folder):
        if entry.relative == relative and entry.number == number:
            return entry
    raise MailNotFound(f"There is no mail {number} in {relative!r}.")


def attachment_of(source: Source, index: int) -> bytes:
    """The decoded bytes of one attachment. Raises SourceGone."""
    try:
        with source.entry.open() as stream:
            message = read_stream(stream, want=index)
    except OSError as error:
        raise SourceGone(f"The mail can't be read any more: {error.strerror or error}. Nothing was saved.") from error
    content = next((one.content for one in message.attachments if one.index == index), None)
    if content is None:
        raise SourceGone("This attachment is damaged or too large to be taken out of its mail. Nothing was saved.")
    return content


def is_picture(attachment: Attachment) -> bool:
    """Whether the console draws it itself."""
    return attachment.media_type.lower() in _PICTURES


def is_text(attachment: Attachment) -> bool:
    """Whether it can be shown as text."""
    kind = attachment.media_type.lower()
    return kind.startswith("text/") or kind in _TEXTS


def safe_name(name: str) -> str:
    """A file name without folders, hidden characters or names that Windows keeps for itself."""
    plain = _UNSAFE.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")[:120]
    return f"_{plain}" if _RESERVED.match(plain) else plain or "attachment"
