"""Five secrets, the ways they may be written, and a search for them in everything a workspace leaves behind."""

import base64
import html
import json
import math
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

CANARIES = {
    "openai": "sk-proj-Cn1x7Qe2Lw9Zb4Ty6Rk8Vm3p",
    "anthropic": "sk-ant-api03-Hq5w_Xe7-Rt9Yu1Io3Pa8Sd",
    "compatible": 'tok/9+A=b8&C?d7%E:f6;G"h5\\J<k4>L',
    "smtp": 'pä"ss\\wörd & <b> 9% ☂ of the shop',
    "crm": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
}


def _base64_at(
    offset: int, encode: Callable[[bytes], bytes] = base64.b64encode, of: str = "utf-8"
) -> Callable[[str], tuple[str, str]]:
    """What is written, and the part of it that comes from the secret alone."""

    def written(secret: str) -> tuple[str, str]:
        raw = secret.encode(of)
        text = encode(b"Zq7"[:offset] + raw + b"9xK").decode()
        return text, text[math.ceil(offset * 8 / 6) : (offset + len(raw)) * 8 // 6]

    return written


def _same(encode: Callable[[str], str]) -> Callable[[str], tuple[str, str]]:
    return lambda secret: (encode(secret), encode(secret))


def _as_json(text: str, ascii_only: bool = False) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


ENCODINGS: dict[str, Callable[[str], tuple[str, str]]] = {
    "plain": _same(str),
    "JSON": _same(_as_json),
    "JSON in ASCII": _same(lambda text: _as_json(text, True)),
    "JSON in JSON": _same(lambda text: _as_json(_as_json(text))),
    "JSON, every character escaped": _same(lambda text: "".join(f"\\u{ord(one):04x}" for one in text)),
    "URL": _same(lambda text: quote(text, safe="")),
    "URL of a path": _same(quote),
    "form": _same(quote_plus),
    "URL, every byte": _same(lambda text: "".join(f"%{byte:02X}" for byte in text.encode())),
    "hex": _same(lambda text: text.encode().hex()),
    "HEX": _same(lambda text: text.encode().hex().upper()),
    "hex with colons": _same(lambda text: text.encode().hex(":")),
    "base64 at 0": _base64_at(0),
    "base64 at 1": _base64_at(1),
    "base64 at 2": _base64_at(2),
    "base64 for URLs": _base64_at(0, base64.urlsafe_b64encode),
    "base32": _same(lambda text: base64.b32encode(text.encode()).decode().rstrip("=")),
    "UTF-16": _same(lambda text: "\x00".join(text)),
    "UTF-16 in base64": _base64_at(0, of="utf-16-le"),
    "HTML": _same(html.escape),
    "backwards": _same(lambda text: text[::-1]),
    "JSON as Go writes it": _same(
        lambda text: _as_json(text).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    ),
    "HTML by number": _same(lambda text: "".join(f"&#{ord(one)};" for one in text)),
    "URL in a URL": _same(lambda text: quote(quote(text, safe=""), safe="")),
    "octal": _same(lambda text: "".join(f"\\{byte:03o}" for byte in text.encode())),
    "numbers": _same(lambda text: ", ".join(str(byte) for byte in text.encode())),
    "base32 in small letters": _same(lambda text: base64.b32encode(text.encode()).decode().rstrip("=").lower()),
    "base64 of base64": lambda text: (twice := base64.b64encode(base64.b64encode(text.encode())).decode(), twice[:-8]),
    "UTF-16, big end first": _same(lambda text: text.encode("utf-16-be").hex()),
}


def echo() -> str:
    """Every secret in every way, as a provider that gives them back would write them."""
    return " | ".join(encode(secret)[0] for secret in CANARIES.values() for encode in ENCODINGS.values())


def in_two_pieces(secret: str) -> list[str]:
    """The secret again and again, cut at every offset."""
    return [piece for at in range(1, len(secret)) for piece in (f" {secret[:at]}", secret[at:])]


NEEDLES = {
    (name, way): needle
    for name, secret in CANARIES.items()
    for way, encode in ENCODINGS.items()
    if len(needle := encode(secret)[1]) >= 16
}


def found_in(content: bytes) -> set[tuple[str, str]]:
    """Which secret in which way; also in what an event stream says when its pieces are put together."""
    text = content.decode("utf-8", "replace")
    wide = content.replace(b"\x00", b"").decode("utf-8", "replace")
    every = "\n".join((text, wide, *_put_together(text)))
    return {key for key, needle in NEEDLES.items() if needle in every}


def _put_together(text: str) -> Iterator[str]:
    pieces: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("data:"):
            try:
                _gather(json.loads(line[5:]), "", pieces)
            except ValueError:
                continue
    for whole in pieces.values():
        yield "".join(whole)


def _gather(value: Any, path: str, pieces: dict[str, list[str]]) -> None:
    if isinstance(value, str):
        pieces.setdefault(path, []).append(value)
    elif isinstance(value, dict):
        for key, one in value.items():
            _gather(one, f"{path}.{key}", pieces)
    elif isinstance(value, list):
        for one in value:
            _gather(one, f"{path}[]", pieces)


def found_under(folder: Path) -> dict[str, set[tuple[str, str]]]:
    """Every file as it lies there, and every cell of the database (a long one lies in pieces in its file)."""
    found = {path.name: hits for path in folder.rglob("*") if path.is_file() and (hits := found_in(path.read_bytes()))}
    with closing(sqlite3.connect(f"file:{folder / 'journal.sqlite'}?mode=ro", uri=True)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                cells = [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
                for cell in cells:
                    if hits := found_in(cell):
                        found.setdefault(f"table {table}", set()).update(hits)
    return found
