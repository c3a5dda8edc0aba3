"""From the bytes of a mail to the parser's tree of parts: repairs a damaged head, refuses to nest without end, and
takes apart by its boundary lines what the parser gives up on. Never raises."""

import re
from email import message_from_bytes
from email.message import Message as RawMessage

from runtime.tools.mail.decoding import codec_for

MOST_NESTED = 100
MOST_SEGMENTS = 1_000
KNOWN_HEADERS = frozenset(
    [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "date",
        "sender",
        "reply-to",
        "message-id",
        "in-reply-to",
        "references",
        "received",
        "return-path",
        "delivered-to",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "authentication-results",
        "dkim-signature",
        "list-id",
        "list-unsubscribe",
        "precedence",
        "user-agent",
        "importance",
        "priority",
        "status",
        "envelope-to",
        "thread-topic",
        "thread-index",
        "resent-from",
        "resent-to",
        "resent-date",
        "errors-to",
        "auto-submitted",
        "organization",
        "newsgroups",
        "arc-seal",
        "received-spf",
    ]
)
_FIELD = re.compile(rb"^([\x21-\x39\x3b-\x7e]{1,80})[ \t]*:")
_NESTING = re.compile(rb"^content-type[ \t]*:[ \t]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_SEGMENT = re.compile(
    rb"^--[^\r\n]{1,200}\r?\n(?=(?:content-[a-z-]+|from|to|subject|date|mime-version|x-[a-z-]+)[ \t]*:)",
    re.IGNORECASE | re.MULTILINE,
)
_BOUNDARY_LINE = re.compile(rb"^--[^\r\n]{1,200}\r?$", re.MULTILINE)


def is_known(line: bytes) -> bool:
    """Whether a line is a header every mail program writes (or one of its own, X-...)."""
    found = _FIELD.match(line)
    if found is None:
        return False
    name = found.group(1).decode("ascii").lower()
    return name in KNOWN_HEADERS or name.startswith(("x-", "content-", "list-", "resent-", "arc-"))


def normalised(content: bytes) -> bytes:
    """Without marks before the first header, in an encoding of single bytes, with line ends the parser knows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode("utf-8", "replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in content and b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    stripped = content.lstrip(b"\r\n \t\x00")
    return stripped if is_known(stripped) or stripped.startswith(b"From ") else content


def has_head(content: bytes) -> bool:
    """Whether the bytes begin with headers, and not at once with a text such as ``One: here is what I have``."""
    head = _BLANK.split(content[:65_536], maxsplit=1)[0]
    for number, line in enumerate(head.splitlines()[:400]):
        if is_known(line):
            return True
        envelope = number == 0 and line.startswith((b"From ", b">From "))
        if not (envelope or line[:1] in b" \t" or _FIELD.match(line)):
            return False
    return False


def repaired_head(content: bytes, defects: list[str]) -> bytes:
    """Lines that are no headers, standing between headers, would end the head for the parser: they are taken out."""
    found = _BLANK.search(content)
    end = found.start() if found else min(len(content), 65_536)
    lines = content[:end].splitlines(keepends=True)
    last = max((number for number, line in enumerate(lines) if is_known(line)), default=-1)
    good: list[bytes] = []
    removed = 0
    for number, line in enumerate(lines[: last + 1]):
        if number == 0 and line.startswith((b"From ", b">From ")):
            continue
        if _FIELD.match(line) or (line[:1] in (b" ", b"\t") and good):
            good.append(_FIELD.sub(rb"\1:", line, count=1))
        else:
            removed += 1
    if good == lines[: last + 1]:
        return content
    if removed:
        defects.append(
            f"{removed} line{'s' * (removed > 1)} between the headers {'are' if removed > 1 else 'is'} damaged."
        )
    return b"".join(good) + content[sum(map(len, lines[: last + 1])) :]


def parse(content: bytes, defects: list[str]) -> RawMessage | None:
    """The tree of parts, or None where the parser can't (too deeply nested): then it is taken apart by lines."""
    if len(_NESTING.findall(content)) > MOST_NESTED:
        defects.append(f"More than {MOST_NESTED} parts hold further parts; it was read piece by piece.")
        return None
    try:
        return message_from_bytes(content)
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError, AssertionError) as error:
        defects.append(f"The structure can't be followed ({type(error).__name__}); it was read piece by piece.")
        return None


def head_only(content: bytes) -> RawMessage:
    """The headers alone, without looking at the body."""
    found = _BLANK.search(content)
    head = content[: found.start()] if found else content[:65_536]
    try:
        return message_from_bytes(b"\n".join(head.splitlines()) + b"\n\n")
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError):
        return RawMessage()


def segments(content: bytes) -> list[bytes]:
    """What stands between boundary lines; the first piece is what stands before them. Empty where there are none.

    A boundary is a line that is followed by headers somewhere in the mail.
    """
    boundaries = {found.group(0).strip() for found in list(_SEGMENT.finditer(content))[:MOST_SEGMENTS]}
    if not boundaries:
        return []
    pieces: list[bytes] = []
    start = 0
    for line in _BOUNDARY_LINE.finditer(content):
        text = line.group(0).strip()
        if len(pieces) < MOST_SEGMENTS and (text in boundaries or text.removesuffix(b"--") in boundaries):
            pieces.append(content[start : line.start()])
            start = min(line.end() + 1, len(content))
    pieces.append(content[start:])
    return pieces


def payload_of(part: RawMessage) -> str | list[RawMessage] | None:
    """What a part holds, untouched. ``get_payload`` would decode 8-bit text with the declared set and lose bytes."""
    payload = getattr(part, "_payload", None)
    return payload if isinstance(payload, str | list) else None


def parameter(part: RawMessage, name: str, header: str = "content-type") -> str:
    """A parameter of a header as text; damaged ones are empty."""
    try:
        value = part.get_param(name, "", header)
        if isinstance(value, tuple):
            charset, _, text = value
            return text.encode("latin-1", "replace").decode(codec_for(charset or "") or "latin-1", "replace")
        return str(value or "")
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):
        return ""


def media_type(part: RawMessage) -> str:
    """``text/plain`` and so on; what can't be read counts as plain text."""
    try:
        return part.get_content_type()
    except (ValueError, TypeError, AttributeError):
        return "text/plain"


def disposition(part: RawMessage) -> str:
    """``attachment``, ``inline`` or empty."""
    try:
        return part.get_content_disposition() or ""
    except (ValueError, TypeError, AttributeError):
        return ""
