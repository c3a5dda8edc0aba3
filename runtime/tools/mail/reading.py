"""Reads one mail, whatever its state: never raises, gives every readable text, and says in sentences what was wrong."""

import io
from email.message import Message as RawMessage
from typing import BinaryIO

from runtime.tools.mail import headers, structure
from runtime.tools.mail.decoding import decode_text
from runtime.tools.mail.html_text import looks_like_html
from runtime.tools.mail.message import Message
from runtime.tools.mail.parts import Findings, salvage, walk
from runtime.tools.mail.quoting import reply_part
from runtime.tools.mail.thinning import Thinned, thin

BARE = "It has no mail headers; all of it was read as text."
MOST_DEFECTS = 30


def read_message(content: bytes, *, want: int = 0) -> Message:
    """Read a mail from its bytes. ``want`` names an attachment (from 1) whose content is kept."""
    return read_stream(io.BytesIO(content), want=want)


def read_stream(stream: BinaryIO, *, want: int = 0) -> Message:
    """Read a mail from an open file, within bounded memory whatever its size."""
    thinned = thin(stream)
    found = Findings(thinned, want)
    try:
        return _read(thinned, found)
    except RecursionError:
        found.defects.append("Its parts are nested too deeply to be followed.")
        return _message(RawMessage(), found, thinned)


def _read(thinned: Thinned, found: Findings) -> Message:
    content = structure.normalised(thinned.content)
    if thinned.unread:
        found.defects.append("The mail is longer than what is read of one mail; its end was not read.")
    if not content.strip(b"\r\n \t\x00"):
        found.defects.append("The mail is empty.")
        return _message(RawMessage(), found, thinned)
    if not structure.has_head(content):
        found.defects.append(BARE)
        _read_bare(content, found)
        return _message(RawMessage(), found, thinned)
    content = structure.repaired_head(content, found.defects)
    raw = structure.parse(content, found.defects)
    if raw is None:
        raw = structure.head_only(content)
        salvage(content, found)
    else:
        walk(raw, found)
    return _message(raw, found, thinned)


def _read_bare(content: bytes, found: Findings) -> None:
    bare = RawMessage()
    start = decode_text(content[:4_000], "", [])
    bare["Content-Type"] = "text/html" if looks_like_html(start) else "text/plain"
    bare["Content-Transfer-Encoding"] = "8bit"
    bare.set_payload(content.decode("ascii", "surrogateescape"))
    walk(bare, found)


def _message(raw: RawMessage, found: Findings, thinned: Thinned) -> Message:
    text = "\n\n".join(body.text for body in found.bodies if not body.alternative).strip("\n")
    if not text.strip() and found.aside:
        text = "\n\n".join(found.aside).strip()
        found.defects.append("Nothing readable was found in its parts; the words outside of them are shown.")
    own = "\n\n".join(
        body.text for body in found.bodies if not body.alternative and body.media_type in ("text/plain", "text/html")
    )
    if raw.keys() and not headers.parties(raw, "From"):
        found.defects.append("It does not say who sent it.")
    return Message(
        subject=headers.text_of(raw, "Subject"),
        sender=headers.first_party(raw, "From", "Sender"),
        reply_to=headers.first_party(raw, "Reply-To", "From", "Sender"),
        to=headers.parties(raw, "To"),
        cc=headers.parties(raw, "Cc"),
        bcc=headers.parties(raw, "Bcc"),
        date=headers.date_of(raw),
        message_id=headers.text_of(raw, "Message-ID"),
        in_reply_to=headers.text_of(raw, "In-Reply-To"),
        text=text,
        reply=reply_part(own if own.strip() else text),
        bodies=tuple(found.bodies),
        attachments=tuple(found.attachments),
        defects=tuple(dict.fromkeys(found.defects))[:MOST_DEFECTS],
        size=thinned.size,
    )
