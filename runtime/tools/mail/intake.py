"""New mail of a folder as tasks: each mail once, known by its content, also after it was renamed or moved."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from runtime.tools.mail.mailbox_folder import MailEntry, list_mail
from runtime.tools.mail.message import Message
from runtime.tools.mail.reading import read_stream

LARGE = 25_000_000
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One mail that became a task. ``message_key`` is the SHA-256 of its bytes."""

    message_key: str
    mail_id: str
    """What ``mail.read`` takes."""
    source: str
    """Folder name and path, for people: ``inbox/0042.eml``."""
    title: str
    text: str
    """What the sender wrote, without quoted history and signature."""
    facts: dict[str, str]
    defects: tuple[str, ...]
    too_large: bool


def tasks_in(folder: Path, known: Collection[str], limit: int = 1_000) -> list[IncomingMail]:
    """The mails of the folder whose keys are not known yet, at most ``limit``.

    Raises FileNotFoundError where there is no folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"The mail folder {folder.name!r} is not there.")
    taken = set(known)
    found: list[IncomingMail] = []
    for entry in list_mail(folder):
        if entry.key in taken or not entry.size:
            continue
        try:
            with entry.open() as stream:
                message = read_stream(stream)
        except OSError:
            continue  # it vanished or is locked just now; the next look takes it
        taken.add(entry.key)
        found.append(incoming(folder, entry, message))
        if len(found) >= limit:
            break
    return found


def incoming(folder: Path, entry: MailEntry, message: Message) -> IncomingMail:
    """One mail as a task."""
    place = f"{folder.name}/{entry.relative}" + (f" ({entry.number})" if entry.number else "")
    return IncomingMail(
        entry.key, entry.mail_id, place, title_of(message), message.reply, facts_of(entry, message),
        message.defects, entry.size > LARGE,
    )  # fmt: skip


def title_of(message: Message) -> str:
    """The subject, or the first words where there is none."""
    words = message.subject or next((line for line in message.reply.splitlines() if line.strip()), "")
    title = " ".join(words.split()) or f"Mail from {message.sender.shown or 'nobody named'}"
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def facts_of(entry: MailEntry, message: Message) -> dict[str, str]:
    """What the console itself read in the headers; missing values are empty."""
    return {
        "mail_id": entry.mail_id,
        "sender": message.sender.address,
        "sender_name": message.sender.name,
        "subject": message.subject,
        "message_id": message.message_id,
        "date": message.date.isoformat() if message.date else "",
        "reply_to": message.reply_to.address,
        "attachments": ", ".join(attachment.name for attachment in message.attachments),
    }
