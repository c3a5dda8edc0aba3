"""What is known of one mail after reading it: plain values, every text free of NUL bytes and lone surrogates."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Party:
    """A person or mailbox named in a header. ``address`` is empty where the header held only a name."""

    name: str
    address: str

    @property
    def shown(self) -> str:
        """``Anna Lee <anna@example.org>``, or whichever half there is."""
        if self.name and self.address:
            return f"{self.name} <{self.address}>"
        return self.address or self.name


@dataclass(frozen=True, slots=True)
class TextBody:
    """One readable text of the mail. ``media_type`` is what it was before it became plain text."""

    media_type: str
    text: str
    alternative: bool = False
    """The same words were already taken from a better form (HTML beside plain text)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not read as text of the mail. ``size`` is in bytes after decoding, ``index`` counts from 1."""

    index: int
    name: str
    media_type: str
    size: int
    content: bytes | None = None
    """The decoded bytes where they were asked for and whole."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, read. ``defects`` are sentences about what was wrong with it and how it was read all the same."""

    subject: str
    sender: Party
    reply_to: Party
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]
    date: datetime | None
    """UTC."""
    message_id: str
    in_reply_to: str
    text: str
    """All readable text, alternatives once."""
    reply: str
    """What this sender wrote: ``text`` without quoted history and signature; all of it where nothing else is left."""
    bodies: tuple[TextBody, ...]
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]
    size: int
    """Bytes of the whole mail as far as it was read."""

    @property
    def recipients(self) -> tuple[Party, ...]:
        """Everybody it was addressed to."""
        return self.to + self.cc + self.bcc
