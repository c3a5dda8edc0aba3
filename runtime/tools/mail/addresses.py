"""Which addresses and header texts may be written at all: plain, in one spelling, nothing that starts a header."""

import re
import unicodedata
from email.headerregistry import Address
from email.utils import formataddr

_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
LONGEST = 254


def plain_address(text: str) -> str:
    """A bare address, its domain in small letters. Raises ValueError with a sentence."""
    if len(text) > LONGEST or _PLAIN.fullmatch(text) is None:
        shown = "".join(letter if letter.isprintable() else "�" for letter in text[:80])
        raise ValueError(f"{shown!r} is not a plain address such as anna@example.org.")
    name, _, domain = text.rpartition("@")
    return f"{name}@{domain.lower()}"


def one_line(text: str) -> str:
    """Text for a header: one line, no control or direction characters. Raises ValueError with a sentence."""
    for letter in text:
        if (
            unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
            or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ):
            raise ValueError(f"This is one line of plain text; it holds the character U+{ord(letter):04X}.")
    return text


def sender_address(text: str) -> str:
    """``anna@example.org`` or ``Anna <anna@example.org>``. Raises ValueError with a sentence."""
    name, bracket, rest = one_line(text.strip()).rpartition("<")
    if not bracket:
        return plain_address(rest)
    if not rest.endswith(">"):
        raise ValueError("Write the sender as an address, or as Name <address>.")
    return (
        formataddr((name.strip().strip('"'), plain_address(rest[:-1])), "utf-8")
        if name.strip()
        else plain_address(rest[:-1])
    )


def body_text(text: str) -> str:
    """Text of a mail: can be written as UTF-8, no NUL. Raises ValueError with a sentence."""
    for letter in text:
        if letter == "\x00" or "\ud800" <= letter <= "\udfff":
            raise ValueError(f"The text holds the character U+{ord(letter):04X}, which no mail can carry.")
    return text


def message_reference(text: str) -> str:
    """A Message-ID as it stands in a header, or empty. Raises ValueError with a sentence."""
    text = text.strip()
    if text and re.fullmatch(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>", text) is None:
        raise ValueError("A message id is written <...@...>, as in the mail that is answered.")
    return text


def distinct(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """All addresses once, in order; capitals do not make a difference."""
    found: dict[str, str] = {}
    for address in (address for group in groups for address in group):
        found.setdefault(address.lower(), address)
    return tuple(found.values())


def display(address: str) -> Address:
    """For the email package: it writes the header itself."""
    name, _, domain = address.rpartition("@")
    return Address(username=name, domain=domain)
