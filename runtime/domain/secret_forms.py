"""The forms in which a secret may be written by whoever repeats it: escaped, encoded, or by number."""

import base64
import json
import quopri
from html import escape
from typing import Final

from runtime.domain.plain_reading import plainly

JSON_LEVELS: Final = 4
"""How deep in one another texts of JSON are looked through for a secret with quotes or signs in it."""

CASE_FROM: Final = 12
"""Shorter values are often ordinary words, which stand in any case in ordinary text."""


def forms_of(value: str) -> set[str]:
    """The value as it is, escaped, in hexadecimal, in base 64 at each offset, as UTF-16, and as URLs write it.

    Mixtures of escapes need no form here: whole texts are also looked at as they read (``plain_reading``).
    """
    raw = value.encode("utf-8", "surrogatepass")
    wide = (value.encode("utf-16-le", "surrogatepass"), value.encode("utf-16-be", "surrogatepass"))
    forms = {value, plainly(value), value.replace("\\", "\\\\"), value[::-1]}
    forms |= {escape(value), escape(value, quote=False), value.replace("=", "=3D"), _quoted_printable(raw)}
    forms |= {"\x00".join(value), "\\x00".join(value), "\\0".join(value), " ".join(value)}
    forms |= _hexadecimal(raw) | {one for each in wide for one in (each.hex(), each.hex().upper())}
    forms |= _in_urls(raw) | _base64(raw) | _base64(wide[0]) | _base64(wide[1]) | _base32(raw) | _by_number(value)
    forms |= _base64(base64.b64encode(raw))
    if len(value) >= CASE_FROM:
        forms |= {value.upper(), value.lower()}
    in_json = json.dumps(value)[1:-1]
    if in_json != value:
        forms |= _base64(in_json.encode()) | _hexadecimal(in_json.encode())
    for form in tuple(forms):
        forms |= _in_json(form)
    return forms | {_as_go_writes(form) for form in _in_json(value)}


def _quoted_printable(raw: bytes) -> str:
    return quopri.encodestring(raw).decode().replace("=\n", "")


def _base32(raw: bytes) -> set[str]:
    """At each of the five places at which it may begin inside a longer text: the parts that stay the same."""
    forms = set()
    for shift in range(5):
        first, end = -(-shift * 8 // 5), (shift + len(raw)) * 8 // 5
        written = base64.b32encode(b"\x00" * shift + raw).decode()[first:end]
        forms |= {written, written.lower()}
    return forms


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


def _as_go_writes(in_json: str) -> str:
    return in_json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _by_number(value: str) -> set[str]:
    """Each character as its number, as escapes of programming languages have it."""
    points = [ord(one) for one in value if ord(one) < 0x10000]
    raw = value.encode("utf-8", "surrogatepass")
    forms = {"".join(f"\\u{point:{digits}}" for point in points) for digits in ("04x", "04X")}
    forms |= {"".join(f"&#{point};" for point in points), "".join(f"&#x{point:x};" for point in points)}
    forms |= {joint.join(str(byte) for byte in raw) for joint in (", ", ",", " ")}
    return forms | {"".join(f"\\{byte:03o}" for byte in raw), "".join(f"\\x{byte:02X}" for byte in raw)}


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
    return forms | {form.replace("%", "%25") for form in forms}


def _percent(raw: bytes, plain: str, digits: str) -> str:
    """As in a URL. ``plain``: "/" leaves slashes as they are, "+" writes blanks as a form does."""

    def written(byte: int) -> str:
        if byte in _UNRESERVED or (plain == "/" and byte == 0x2F):
            return chr(byte)
        return "+" if plain == "+" and byte == 0x20 else f"%{byte:{digits}}"

    return "".join(map(written, raw))
