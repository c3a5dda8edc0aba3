"""Reads a file that a person handed over as a task: a mail in any state, or a text. Runs in a worker thread."""

from pathlib import Path

from console.presenters.wording import say
from runtime.domain.task import Task
from runtime.tools.mail.decoding import decode_text
from runtime.tools.mail.intake import incoming
from runtime.tools.mail.mailbox_folder import MAIL_SUFFIXES, entries_of, is_mbox
from runtime.tools.mail.reading import read_stream

LARGEST = 50_000_000
LARGEST_TEXT = 2_000_000
MAIL_ENDS = MAIL_SUFFIXES - {"", ".txt", ".html", ".htm", ".mbox", ".mbx"}


class CannotRead(Exception):
    """The file is no task; the message says what was wrong, what holds and what to do."""

    def __init__(self, what: str, to_do: str) -> None:
        super().__init__(say("{what} Nothing was started. {to_do}", what=what, to_do=to_do))


def size_words(size: int) -> str:
    """``61.2 MB``."""
    if size < 1_000:
        return say("{size} bytes", size=size)
    if size < 1_000_000:
        return say("{size:.0f} KB", size=size / 1_000)
    return say("{size:.1f} MB", size=size / 1_000_000)


def task_from_file(path: Path) -> Task:
    """The task of a mail or a text file. Raises CannotRead."""
    try:
        if not path.exists():
            raise CannotRead(f"There is no file {path.name!r}.", "Choose it again.")
        if not path.is_file():
            raise CannotRead(f"{path.name!r} is not a file.", "Choose a mail or a text file.")
        size = path.stat().st_size
        if size > LARGEST:
            raise CannotRead(
                f"{path.name!r} is {size_words(size)}; at most {size_words(LARGEST)} are read.",
                "Choose a smaller file.",
            )
        if not size:
            raise CannotRead(f"{path.name!r} is empty.", "Choose a file with something in it.")
        if path.suffix.lower() in MAIL_ENDS or is_mbox(path):
            return _mail(path)
        return _text(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CannotRead(
            f"{path.name!r} can't be read: {reason}.", "Check who may read it, or choose another."
        ) from error


def _mail(path: Path) -> Task:
    entries = list(entries_of(path, path.name))
    if len(entries) != 1:
        raise CannotRead(
            f"{path.name!r} holds {len(entries)} mails.", "Choose a file with one mail, or its folder as an inbox."
        )
    with entries[0].open() as stream:
        message = read_stream(stream)
    mail = incoming(path.parent, entries[0], message)
    if not mail.text.strip() and not mail.title.strip():
        raise CannotRead(f"{path.name!r} has no readable text.", "Choose another file, or type the task.")
    return Task(mail.title, mail.text, mail.source, {**mail.facts, "mail_id": mail.mail_id}, False, mail.message_key)


def _text(path: Path) -> Task:
    content = path.read_bytes()
    if b"\x00" in content[:8_192] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CannotRead(f"{path.name!r} is not a text.", "Choose a mail or a text file.")
    if len(content) > LARGEST_TEXT:
        raise CannotRead(
            f"{path.name!r} is {size_words(len(content))}; a text may have {size_words(LARGEST_TEXT)}.",
            "Choose a part of it, or give the agent the folder.",
        )
    text = decode_text(content, "", []).strip()
    if not text:
        raise CannotRead(f"{path.name!r} has no readable text.", "Choose another file, or type the task.")
    return Task(path.name, text, path.name)


def typed_task(title: str, text: str, by: str) -> Task:
    """What a person typed; it is their own word."""
    words = text.strip()
    first = next((line.strip() for line in words.splitlines() if line.strip()), "")
    short = title.strip() or (first if len(first) <= 80 else f"{first[:79]}…")
    return Task(short, words, f"typed by {by}", trusted=True)
