"""Secrets that are known, in every form they may be written in: found and masked in whole texts and in pieces."""

import base64
from collections.abc import Iterable
from html import escape
from typing import Final

MASK: Final = "[redacted]"
SHORTEST: Final = 4
"""Shorter values are no secrets and would blot out ordinary text."""

SHORTEST_BEGINNING: Final = 8
"""So many characters of a secret at the end of a text are taken for one that was cut off."""


class KnownSecrets:
    """Never changes, so that any thread may use it; ``with_value`` answers one that knows more."""

    __slots__ = ("_by_first", "_forms", "_longest", "_shortest", "_values")

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = frozenset(value for value in values if len(value) >= SHORTEST)
        forms = {form for value in self._values for form in forms_of(value)}
        # Longest first, so that a form that contains another is masked whole.
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._longest = len(self._forms[0]) if forms else 0
        self._shortest = len(self._forms[-1]) if forms else 0
        self._by_first: dict[str, list[str]] = {}
        for form in self._forms:
            self._by_first.setdefault(form[0], []).append(form)

    def with_value(self, value: str) -> "KnownSecrets":
        """These and one more."""
        return self if value in self._values else KnownSecrets((*self._values, value))

    def __bool__(self) -> bool:
        return bool(self._forms)

    def within(self, text: str) -> bool:
        """Whether one of them is in it."""
        return len(text) >= self._shortest and any(form in text for form in self._forms)

    def masked(self, text: str, *, whole: bool = True) -> str:
        """The text without them; ``whole``: nothing follows, so what begins one at its end is one that was cut off."""
        if len(text) >= self._shortest:
            for form in self._forms:
                if form in text:
                    text = text.replace(form, MASK)
        if whole and self._forms:
            at = self._open_end(text)
            if len(text) - at >= SHORTEST_BEGINNING:
                return text[:at] + MASK
        return text

    def settled_until(self, text: str) -> int:
        """Up to where no later piece can make a secret of it."""
        at = self._open_end(text)
        for form in self._forms if len(text) >= self._shortest else ():
            found = text.find(form, max(0, at - len(form) + 1))
            if 0 <= found < at < found + len(form):
                at = found  # one that lies across is masked as a whole
        return at

    def _open_end(self, text: str) -> int:
        """Where the longest end of the text begins that may be the beginning of one."""
        by_first = self._by_first
        for at in range(max(0, len(text) - self._longest + 1), len(text)):
            forms = by_first.get(text[at])
            if forms is not None:
                tail = text[at:]
                if any(len(form) > len(tail) and form.startswith(tail) for form in forms):
                    return at
        return len(text)


def forms_of(value: str) -> set[str]:
    """The value as it is, escaped, in hexadecimal, in base 64 at each offset, as UTF-16, and as URLs write it."""
    raw = value.encode("utf-8", "surrogatepass")
    wide = value.encode("utf-16-le", "surrogatepass")
    forms = {value, value[::-1], escape(value), escape(value, quote=False), value.replace("=", "=3D")}
    forms |= {"\x00".join(value), "\\u0000".join(value), "\\x00".join(value), "\\0".join(value)}
    forms |= _hexadecimal(raw) | {wide.hex(), wide.hex().upper()}
    forms |= _escaped(value) | _in_urls(raw) | _base64(raw) | _base64(wide)
    forms.add(base64.b32encode(raw).decode().rstrip("="))
    return {form for form in forms if len(form) >= SHORTEST}


def _hexadecimal(raw: bytes) -> set[str]:
    forms = set()
    for joint in ("", " ", ":", "-"):
        written = joint.join(f"{byte:02x}" for byte in raw)
        forms |= {written, written.upper()}
    forms.add("".join(f"\\x{byte:02x}" for byte in raw))
    forms.add(", ".join(f"0x{byte:02x}" for byte in raw))
    return forms


def _escaped(value: str) -> set[str]:
    once = value.replace("\\", "\\\\").replace('"', '\\"')
    twice = once.replace("\\", "\\\\").replace('"', '\\"')
    points = [ord(one) for one in value]
    lower, upper = ("".join(f"\\u{point:{form}}" for point in points if point < 0x10000) for form in ("04x", "04X"))
    return {once, twice, once.replace("/", "\\/"), lower, upper, lower.replace("\\", "\\\\")}


def _base64(raw: bytes) -> set[str]:
    forms = set()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        forms.add(encode(raw).decode().rstrip("="))
        # Inside a longer text the value may begin at any of three places; these are the parts that stay the same.
        for shift in (1, 2):
            inner = encode(b"\x00" * shift + raw).decode().rstrip("=")[2 if shift == 1 else 3 :]
            forms.add(inner[: max(0, len(inner) - 1)])
        forms.add(encode(raw + b"\x00\x00").decode()[: len(raw) * 8 // 6])
    return forms


_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~")


def _in_urls(raw: bytes) -> set[str]:
    every = "".join(f"%{byte:02X}" for byte in raw)
    forms = {every, every.lower()}
    for plain in ("", "/", "+"):
        forms |= {_percent(raw, plain, "02X"), _percent(raw, plain, "02x")}
    return forms


def _percent(raw: bytes, plain: str, digits: str) -> str:
    """As in a URL. ``plain``: "/" leaves slashes as they are, "+" writes blanks as a form does."""

    def written(byte: int) -> str:
        if byte in _UNRESERVED or (plain == "/" and byte == 0x2F):
            return chr(byte)
        return "+" if plain == "+" and byte == 0x20 else f"%{byte:{digits}}"

    return "".join(map(written, raw))
