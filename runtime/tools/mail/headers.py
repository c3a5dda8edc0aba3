"""Headers of a mail to plain values: encoded words, 8-bit headers, odd addresses, dates. Never raises."""

import base64
import re
from datetime import UTC, datetime
from email.message import Message as RawMessage
from email.utils import parsedate_to_datetime

from runtime.tools.mail.decoding import as_bytes, clean, codec_for, decode_text
from runtime.tools.mail.message import Party

LONGEST_HEADER = 8_000
MOST_PARTIES = 2_000
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?[^?\s]{1,60}\?[bBqQ]\?)")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@\\]+@[^\s<>()\[\],;:\"@\\]+")
NOBODY = Party("", "")


def values(raw: RawMessage, name: str) -> list[str]:
    """Every value of a header as it stands in the mail, 8-bit bytes read as text, folded lines joined."""
    found = []
    wanted = name.lower()
    for key, value in raw.raw_items():
        if key.lower() == wanted:
            content = as_bytes(str(value)[:LONGEST_HEADER])
            text = decode_text(content, "", []) if not content.isascii() else clean(content.decode("ascii"))
            found.append(re.sub(r"[ \t]*\n[ \t]*", " ", text).strip())
    return found


def _decode_word(match: re.Match[str]) -> str:
    charset, kind, body = match.group(1).partition("*")[0], match.group(2).lower(), match.group(3)
    try:
        if kind == "b":
            letters = re.sub(r"[^A-Za-z0-9+/]", "", body)
            letters = letters[:-1] if len(letters) % 4 == 1 else letters
            content = base64.b64decode(letters + "=" * (-len(letters) % 4))
        else:
            content = re.sub(
                rb"=([0-9A-Fa-f]{2})",
                lambda found: bytes([int(found.group(1), 16)]),
                body.replace("_", " ").encode("utf-8", "replace"),
            )
    except ValueError:
        return match.group(0)
    return decode_text(content, charset if codec_for(charset) else "", [])


def decode_words(value: str) -> str:
    """``=?utf-8?B?...?=`` to text; what is not a well-formed encoded word stays as it is."""
    if "=?" not in value:
        return value
    joined = _join_same(_BETWEEN.sub(r"\1\2", value))
    return clean(_WORD.sub(_decode_word, joined)).replace("\n", " ")


def _join_same(value: str) -> str:
    """Join neighbouring words of the same kind: some senders split one character over two of them."""
    pattern = re.compile(r"=\?([^?\s]{1,60})\?([qQ])\?([^?]{0,4000})\?==\?\1\?\2\?")
    for _ in range(200):
        value, count = pattern.subn(r"=?\1?\2?\3", value)
        if not count:
            break
    return value


def text_of(raw: RawMessage, name: str) -> str:
    """The first value of a header, decoded, in one line; empty where there is none."""
    for value in values(raw, name):
        return decode_words(value).strip()
    return ""


def _split(value: str) -> list[str]:
    """Split an address list at commas and semicolons outside quotes, comments and angle brackets."""
    pieces: list[str] = []
    current: list[str] = []
    quoted, comment, angle, escaped = False, 0, False, False
    for letter in value:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not comment:
            quoted = not quoted
        elif not quoted:
            comment = max(0, comment + (letter == "(") - (letter == ")"))
            angle = (angle or letter == "<") and letter != ">"
            if letter in ",;" and not comment and not angle:
                pieces.append("".join(current))
                current = []
                continue
        current.append(letter)
    return [piece.strip() for piece in [*pieces, "".join(current)] if piece.strip()]


def _party(piece: str) -> Party:
    name, bracket, rest = piece.rpartition("<")
    if bracket and "@" not in name.rpartition(":")[0]:
        name = name.rpartition(":")[2] if re.match(r"^[^\"<@]*:", name) else name
    if bracket:
        inner = rest.partition(">")[0].strip()
        # What the sender calls himself is decoded; the address never is, so that a name can't pose as one.
        return Party(_name(name), inner if "@" in inner and " " not in inner else decode_words(inner))
    found = _ADDRESS.search(piece)
    if found is None:
        return Party(_name(piece.rstrip(":")), "")
    comment = re.search(r"\(([^()]*)\)", piece)
    return Party(_name(comment.group(1)) if comment else "", found.group(0))


def _name(text: str) -> str:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    decoded = decode_words(text).strip()
    if decoded != text and len(decoded) >= 2 and decoded[0] == decoded[-1] == '"':
        decoded = decoded[1:-1]
    return " ".join(decoded.split())


def parties(raw: RawMessage, name: str) -> tuple[Party, ...]:
    """Everybody named in all headers of this name, in order."""
    found: list[Party] = []
    for value in values(raw, name):
        if not _ADDRESS.search(value) and "=?" in value:
            value = decode_words(value)  # a whole address inside an encoded word
        found.extend(party for party in map(_party, _split(value)) if party != NOBODY)
    return tuple(found[:MOST_PARTIES])


def first_party(raw: RawMessage, *names: str) -> Party:
    """The first party of the first of these headers that names one."""
    for name in names:
        for party in parties(raw, name):
            return party
    return NOBODY


def date_of(raw: RawMessage) -> datetime | None:
    """The Date header in UTC, or None where it is missing or no date. Without a zone it is taken as UTC."""
    for value in values(raw, "Date"):
        try:
            found = parsedate_to_datetime(value)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
