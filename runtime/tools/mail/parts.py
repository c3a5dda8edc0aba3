"""Walks the parts of a mail: which are text to be read, which are alternatives, which are attachments."""

import re
from dataclasses import dataclass, field
from email.message import Message as RawMessage

from runtime.tools.mail import headers, structure
from runtime.tools.mail.decoding import as_bytes, clean, decode_text, decode_transfer, decode_uu
from runtime.tools.mail.flowed import unflow
from runtime.tools.mail.html_text import declared_charset, html_to_text, looks_like_html
from runtime.tools.mail.message import Attachment, TextBody
from runtime.tools.mail.thinning import Thinned

DEEPEST = 110
"""Deeper than structure.MOST_NESTED, so that whatever the parser followed is read."""
MOST_PARTS = 1_000
LONGEST_TEXT = 1_000_000
LONGEST_NAME = 200
NOT_PROSE = frozenset(
    {"text/calendar", "text/vcard", "text/x-vcard", "text/css", "text/csv", "text/javascript", "text/rtf"}
)
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_INLINE_UU = re.compile(r"^begin [0-7]{3,4} ([^\n]{1,200})\n(?:[!-`][^\n]{0,90}\n)*?`?\n?end[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Findings:
    """What the walk has collected so far. ``want`` is the index of an attachment whose bytes are to be kept."""

    thinned: Thinned
    want: int = 0
    bodies: list[TextBody] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    letters: int = 0
    parts: int = 0
    aside: list[str] = field(default_factory=list)
    """Words outside of every part (before the first boundary); used only where nothing else can be read."""


def walk(part: RawMessage, found: Findings, depth: int = 0, *, alternative: bool = False) -> None:
    """Collect from one part and all below it."""
    found.parts += 1
    if found.parts > MOST_PARTS or depth > DEEPEST:
        _tell(found, f"It has more than {MOST_PARTS} parts or is nested deeper than {DEEPEST}; the rest was not read.")
        return
    kind = structure.media_type(part)
    payload = structure.payload_of(part)
    if isinstance(payload, list):
        _walk_inside(part, kind, payload, found, depth)
    elif isinstance(payload, str):
        raw, dropped, letters = found.thinned.left_out(as_bytes(payload))
        if kind.startswith("multipart/") or (kind.startswith("text/") and _holds_boundary(part, raw)):
            _take_apart(part, raw, found, depth)
        else:
            _leaf(part, kind, raw, (dropped, letters), found, alternative=alternative)


def _walk_inside(part: RawMessage, kind: str, inside: list[RawMessage], found: Findings, depth: int) -> None:
    for words in (part.preamble, part.epilogue):
        if isinstance(words, str) and words.strip():
            found.aside.append(decode_text(found.thinned.left_out(as_bytes(words))[0], "", []))
    if kind == "message/delivery-status":
        _add_text(found, kind, "\n\n".join(filter(None, map(_header_lines, inside))))
        return
    if kind.startswith("message/"):
        for message in inside:
            _forwarded(part, message, found, depth)
        return
    before = len(found.bodies)
    for child in inside:
        has_plain = any(body.media_type == "text/plain" and body.text.strip() for body in found.bodies[before:])
        repeats = kind == "multipart/alternative" and has_plain and structure.media_type(child) in HTML_TYPES
        walk(child, found, depth + 1, alternative=repeats)
    if kind == "multipart/alternative":
        _prefer_plain(found, before)


def _prefer_plain(found: Findings, before: int) -> None:
    """Where HTML came before the plain text of an alternative, the HTML is the repetition."""
    mine = found.bodies[before:]
    if any(body.media_type == "text/plain" and not body.alternative for body in mine):
        found.bodies[before:] = [
            TextBody(body.media_type, body.text, True) if body.media_type in HTML_TYPES else body for body in mine
        ]


def _forwarded(part: RawMessage, message: RawMessage, found: Findings, depth: int) -> None:
    encoding = headers.text_of(part, "Content-Transfer-Encoding").lower()
    if encoding in ("base64", "quoted-printable") and not message.keys():
        inner = structure.payload_of(message)
        content = decode_transfer(as_bytes(inner if isinstance(inner, str) else ""), encoding, found.defects)
        parsed = structure.parse(content, found.defects)
        message = message if parsed is None else parsed
    lines = []
    for name in ("From", "Date", "To", "Subject"):
        value = headers.text_of(message, name)
        if value:
            lines.append(f"{name}: {value}")
    if lines:
        _add_text(found, "message/rfc822", "---------- Forwarded message ----------\n" + "\n".join(lines))
    walk(message, found, depth + 1)


def _header_lines(block: RawMessage) -> str:
    lines = [f"{name}: {headers.decode_words(clean(str(value)))}" for name, value in list(block.raw_items())[:100]]
    rest = structure.payload_of(block)
    if isinstance(rest, str) and rest.strip():
        lines.append(decode_text(as_bytes(rest), "", []))
    return "\n".join(lines)


def _holds_boundary(part: RawMessage, raw: bytes) -> bool:
    boundary = structure.parameter(part, "boundary")
    return bool(boundary) and b"--" + boundary.encode("utf-8", "replace") in raw


def _take_apart(part: RawMessage, raw: bytes, found: Findings, depth: int) -> None:
    """A multipart the parser could not divide: its boundary is missing or wrong."""
    encoding = headers.text_of(part, "Content-Transfer-Encoding").lower()
    if encoding in ("base64", "quoted-printable") and b"\n--" not in raw:
        raw = decode_transfer(raw, encoding, found.defects)
    _tell(found, "The boundary between its parts is missing or wrong; the parts were found by their headers.")
    salvage(raw, found, depth)


def salvage(raw: bytes, found: Findings, depth: int = 0) -> None:
    """Read what stands between boundary lines; where there are none, all of it is one text."""
    pieces = structure.segments(raw)
    if not pieces:
        if raw.strip():
            _plain(raw, found)
        return
    before = len(found.bodies)
    for number, piece in enumerate(pieces):
        if number == 0:
            words = decode_text(piece, "", []).strip()
            if words:
                found.aside.append(words)
            continue
        if depth >= DEEPEST:
            _plain(piece, found)
            continue
        part = structure.parse(piece, found.defects)
        if part is None:
            salvage(piece, found, depth + 1)
            continue
        if structure.media_type(part).startswith("multipart/") and not _has_content(part):
            continue
        walk(part, found, depth + 1)
    plain = any(body.media_type == "text/plain" and body.text.strip() for body in found.bodies[before:])
    if plain and b"multipart/alternative" in raw.lower():
        _prefer_plain(found, before)


def _has_content(part: RawMessage) -> bool:
    payload = structure.payload_of(part)
    return bool(payload.strip()) if isinstance(payload, str) else bool(payload)


def _plain(raw: bytes, found: Findings) -> None:
    text = decode_text(raw, "", found.defects)
    if looks_like_html(text):
        charset = declared_charset(raw)
        _add_text(found, "text/html", html_to_text(decode_text(raw, charset, []) if charset else text))
    else:
        _add_text(found, "text/plain", text)


def _leaf(
    part: RawMessage, kind: str, raw: bytes, left_out: tuple[int, int], found: Findings, *, alternative: bool
) -> None:
    name = clean(headers.decode_words(_file_name(part))).replace("\n", " ").strip()[:LONGEST_NAME]
    encoding = headers.text_of(part, "Content-Transfer-Encoding")
    attached = structure.disposition(part) == "attachment"
    is_text = kind.startswith("text/") and not (kind in NOT_PROSE and name)
    if attached or not (is_text or kind in HTML_TYPES or kind.startswith("message/")):
        _attach(name, kind, raw, encoding, left_out, found)
        return
    if kind == "text/plain" and found.parts == 1 and not part.keys() and not raw.strip():
        return
    content = decode_transfer(raw, encoding, found.defects)
    if left_out[0]:
        _tell(found, f"Its text is longer than {len(raw):,} bytes; {left_out[0]:,} bytes at its end were not read.")
    charset = structure.parameter(part, "charset")
    if kind in HTML_TYPES:
        charset = charset or declared_charset(content)
    text = decode_text(content, charset, found.defects)
    if kind in HTML_TYPES or (not part.get("Content-Type") and looks_like_html(text)):
        _add_text(found, "text/html", html_to_text(text), alternative=alternative)
        return
    if kind in ("text/enriched", "text/richtext"):
        text = re.sub(r"<[^<>]{0,200}>", "", text)
    if structure.parameter(part, "format").lower() == "flowed":
        text = unflow(text, delete_space=structure.parameter(part, "delsp").lower() == "yes")
    _add_text(found, kind, _without_uu(text, found), alternative=alternative)


def _without_uu(text: str, found: Findings) -> str:
    """Files that old programs wrote into the text (begin 644 name ... end) become attachments."""
    if "\nend" not in text or "begin " not in text:
        return text

    def taken(match: re.Match[str]) -> str:
        content = decode_uu(match.group(0).encode("utf-8", "replace"))
        index = len(found.attachments) + 1
        kept = content if found.want == index else None
        found.attachments.append(
            Attachment(index, match.group(1).strip(), "application/octet-stream", len(content), kept)
        )
        return ""

    return _INLINE_UU.sub(taken, text)


def _file_name(part: RawMessage) -> str:
    return structure.parameter(part, "filename", "content-disposition") or structure.parameter(part, "name")


def _attach(name: str, kind: str, raw: bytes, encoding: str, left_out: tuple[int, int], found: Findings) -> None:
    index = len(found.attachments) + 1
    base64 = encoding.strip().lower() == "base64"
    if left_out[0]:
        letters = len(b"".join(raw.split()).rstrip(b"=")) + left_out[1]
        size = letters * 3 // 4 if base64 else len(raw) + left_out[0]
        content = None
    else:
        content = decode_transfer(raw, encoding, found.defects)
        size = len(content)
    kept = content if found.want == index else None
    found.attachments.append(Attachment(index, name or "unnamed", kind, size, kept))
    if kind == "application/ms-tnef":
        _tell(found, "It carries a file in a format of Outlook's own (winmail.dat), which is not opened.")


def _add_text(found: Findings, kind: str, text: str, *, alternative: bool = False) -> None:
    text = text.strip("\n")
    if not text.strip():
        return
    room = LONGEST_TEXT - found.letters
    if len(text) > room:
        _tell(found, f"Its text is longer than {LONGEST_TEXT:,} letters; the rest was left out.")
        text = text[: max(room, 0)]
        if not text:
            return
    found.letters += len(text)
    found.bodies.append(TextBody(kind, text, alternative))


def _tell(found: Findings, sentence: str) -> None:
    if sentence not in found.defects:
        found.defects.append(sentence)
