"""What a text reads as once escapes, entities and line breaks are undone: a secret may be written in any mixture."""

import re
from typing import Final

LEVELS: Final = 3
"""So often is the undoing done again: an entity inside a URL inside a text of JSON."""

_SIGNS: Final = ("\\", "&", "%", "\n", "\r", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
"""Without any of them a text reads as it stands."""

# Each alternative begins with one certain character: only then are the places between them skipped fast. Quotes and
# backslashes by name (\" and \\) stay: those forms of a secret are looked for as they are written.
_WRITTEN: Final = re.compile(
    r"""(?x)
      \\\\*u[dD](?P<high>[89abAB][0-9a-fA-F]{2})\\+u[dD](?P<low>[c-fC-F][0-9a-fA-F]{2})
    | \\\\*u(?P<json>[0-9a-fA-F]{4})
    | \\\\*u\{(?P<braced>[0-9a-fA-F]{1,6})\}
    | \\\\*x(?P<byte>[2-7][0-9a-fA-F])
    | \\\\*(?P<octal>0[4-7][0-7]|1[0-7][0-7])
    | \\\\*r | \\\\*n
    | &\#0*(?P<decimal>[0-9]{2,7});?
    | &\#[xX]0*(?P<hexadecimal>[0-9a-fA-F]{2,6});?
    | &(?P<entity>amp|lt|gt|quot|apos);
    | %u(?P<wide>[0-9a-fA-F]{4})
    | %(?P<percent>(?:25)*(?:[2-7][0-9a-fA-F]|[c-fC-F][0-9a-fA-F](?:%(?:25)*[89abAB][0-9a-fA-F]){1,3}))
    | =\r?\n | \r | \n | \u200b | \u200c | \u200d | \u2060 | \ufeff | \u00ad
    """
)
_LINE_BREAKS: Final = ("=\r\n", "=\n", "\r", "\n", "\\\\n", "\\n")
_BYTE: Final = re.compile(r"(?:25)*([0-9a-fA-F]{2})(?:%|$)")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def reads_otherwise(text: str) -> bool:
    """Whether it may read otherwise than it stands; quick, since every text that is recorded is asked."""
    return any(sign in text for sign in (_SIGNS[:5] if text.isascii() else _SIGNS))


def plainly(text: str) -> str:
    """The text as it reads. It may be no valid JSON, HTML or URL any more: it is for looking, never for keeping."""
    for broken in _LINE_BREAKS:  # by far the most of what is found in a long text
        text = text.replace(broken, "")
    for _ in range(LEVELS):
        if not reads_otherwise(text) or (read := _WRITTEN.sub(_character, text)) == text:
            break
        text = read
    return text


def origins(text: str) -> tuple[str, list[int]]:
    """``plainly``, and for each of its characters where in the text it begins; one number more, for the end."""
    begins = list(range(len(text) + 1))
    for _ in range(LEVELS):
        read: list[str] = []
        moved: list[int] = []
        at = 0
        for found in _WRITTEN.finditer(text):
            character = _character(found)
            read += (text[at : found.start()], character)
            moved += begins[at : found.start()]
            moved += (
                begins[found.start() : found.start() + len(character)]
                if character == found[0]
                else ([begins[found.start()]] * len(character))
            )
            at = found.end()
        if not at:
            break
        read.append(text[at:])
        moved += begins[at:]
        text, begins = "".join(read), moved
    return text, begins


def _character(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind is None:
        return ""  # a line break, or a character nobody sees
    value = found[kind]
    if kind == "low":
        return chr(0x10000 + ((int(found["high"], 16) - 0x800) << 10) + int(value, 16) - 0xC00)
    if kind == "entity":
        return _ENTITIES[value]
    if kind == "percent":
        return bytes.fromhex("".join(_BYTE.findall(value))).decode("utf-8", "replace")
    number = int(value, {"octal": 8, "decimal": 10}.get(kind, 16))
    return chr(number) if 0x20 <= number <= 0x10FFFF else found[0]
