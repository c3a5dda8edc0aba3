"""Secrets that are known, in every form they may be written in: found and masked in whole texts and in pieces."""

import base64
import json
from html import escape
from typing import Final

MASK: Final = "[redacted]"
SHORTEST: Final = 4
"""Shorter values are no secrets and would blot out ordinary text."""

MOST_STRIDE: Final = 32
"""How far apart the places are at which a text is looked at, where all forms are long."""

JSON_LEVELS: Final = 4
"""How deep in one another texts of JSON are looked through for a secret with quotes or signs in it."""

HEAD: Final = 8
"""So many characters of a secret at the end of a text are taken for one that was cut off."""


class KnownSecrets:
    """Never changes, so that any thread may use it; ``with_value`` answers one that knows more."""

    __slots__ = ("_by_head", "_forms", "_grams", "_longest", "_openings", "_shortest", "_stride", "_values")

    def __init__(self, values: frozenset[str] = frozenset(), forms: frozenset[str] = frozenset()) -> None:
        self._values = values
        # Longest first, so that a form that contains another is masked whole.
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self._longest = len(self._forms[0]) if forms else 0
        self._shortest = len(self._forms[-1]) if forms else 0
        self._by_head: dict[str, list[str]] = {}
        for form in self._forms:
            self._by_head.setdefault(form[:HEAD], []).append(form)
        self._openings = {form[:size] for form in self._forms for size in range(1, min(HEAD, len(form)))}
        # Wherever the shortest form lies in a text, one of these lies at a place that is looked at.
        self._stride = min(MOST_STRIDE, self._shortest - HEAD + 1)
        self._grams = {form[at : at + HEAD] for form in self._forms for at in range(max(0, self._stride))}

    def with_value(self, value: str) -> "KnownSecrets":
        """These and one more."""
        if len(value) < SHORTEST or value in self._values:
            return self
        return KnownSecrets(self._values | {value}, frozenset(self._forms) | forms_of(value))

    def __bool__(self) -> bool:
        return bool(self._forms)

    def within(self, text: str) -> bool:
        """Whether one of them is in it."""
        if len(text) < self._shortest or not self._forms:
            return False
        if self._stride > 0:
            grams = self._grams
            for at in range(0, len(text) - HEAD + 1, self._stride):
                if text[at : at + HEAD] in grams:
                    break
            else:
                return False
        return any(form in text for form in self._forms)

    def masked(self, text: str, *, whole: bool = True) -> str:
        """The text without them; ``whole``: nothing follows, so what begins one at its end is one that was cut off."""
        if self.within(text):
            for form in self._forms:
                if form in text:
                    text = text.replace(form, MASK)
        if whole and self._forms:
            return text[:at] + MASK if (at := self._long_end(text)) < len(text) else text
        return text

    def settled_until(self, text: str) -> int:
        """Up to where no later piece can make a secret of it."""
        at = self._open_end(text)
        for form in self._forms if self.within(text) else ():
            found = text.find(form, max(0, at - len(form) + 1))
            if 0 <= found < at < found + len(form):
                at = found  # one that lies across is masked as a whole
        return at

    def _open_end(self, text: str) -> int:
        """Where the longest end of the text begins that may be the beginning of one."""
        at = self._long_end(text)
        if at < len(text):
            return at
        for at in range(max(0, len(text) - HEAD + 1), len(text)):
            if text[at:] in self._openings:
                return at
        return len(text)

    def _long_end(self, text: str) -> int:
        """The same for beginnings that are long enough to be no chance."""
        by_head = self._by_head
        for at in range(max(0, len(text) - self._longest + 1), len(text) - HEAD + 1):
            forms = by_head.get(text[at : at + HEAD])
            if forms is not None:
                rest = len(text) - at
                if any(len(form) > rest and form.startswith(text[at:]) for form in forms):
                    return at
        return len(text)


def forms_of(value: str) -> set[str]:
    """The value as it is, escaped, in hexadecimal, in base 64 at each offset, as UTF-16, and as URLs write it."""
    raw = value.encode("utf-8", "surrogatepass")
    wide = value.encode("utf-16-le", "surrogatepass")
    forms = {value, value[::-1], escape(value), escape(value, quote=False), value.replace("=", "=3D")}
    forms |= {"\x00".join(value), "\\x00".join(value), "\\0".join(value)}
    forms |= _hexadecimal(raw) | {wide.hex(), wide.hex().upper()}
    forms |= _in_urls(raw) | _base64(raw) | _base64(wide) | _by_number(value)
    forms.add(base64.b32encode(raw).decode().rstrip("="))
    for form in tuple(forms):
        forms |= _in_json(form)
    return {form for form in forms if len(form) >= SHORTEST}


def _in_json(form: str) -> set[str]:
    """As JSON writes it, and as it is when that is a text in JSON again, as arguments in the body of an answer are."""
    forms: set[str] = set()
    levels = {form}
    for _ in range(JSON_LEVELS):
        levels = {json.dumps(one, ensure_ascii=ascii_only)[1:-1] for one in levels for ascii_only in (False, True)}
        levels |= {one.replace("/", "\\/") for one in levels if "/" in form and len(forms) < 2}
        if levels <= {form}:
            break
        forms |= levels
    return forms


def _by_number(value: str) -> set[str]:
    """Each character as its number, as escapes of programming languages have it."""
    points = [ord(one) for one in value if ord(one) < 0x10000]
    return {"".join(f"\\u{point:{digits}}" for point in points) for digits in ("04x", "04X")}


def _hexadecimal(raw: bytes) -> set[str]:
    forms = set()
    for joint in ("", " ", ":", "-"):
        written = joint.join(f"{byte:02x}" for byte in raw)
        forms |= {written, written.upper()}
    forms.add("".join(f"\\x{byte:02x}" for byte in raw))
    forms.add(", ".join(f"0x{byte:02x}" for byte in raw))
    return forms


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
