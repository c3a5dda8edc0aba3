"""An action as lines for the exact view: every argument whole and with its type; two actions never give one layout.

A text stands in quotation marks, as it is: nothing in it is escaped, because its line ends with the second mark. A text
of several lines stands on numbered lines of its own. Numbers, true, false and null stand without marks, as they are
written in the canonical form. No Qt.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from console.presenters.wording import later, number, say
from console.widgets.text_rows import DiffLine, LineKind

Lines = list[DiffLine]
_SHORT = 60
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TEXT_EDGE = "| "
_FIELD, _FIELDS = later("{name} (1 field)"), later("{name} ({count} fields)")
_ENTRY, _ENTRIES = later("{name} (1 entry)"), later("{name} ({count} entries)")
_ELSEWHERE = later("{name} (text, {lines} lines, {size} bytes, SHA-256 {hash}): {where}")


class _Written(str):
    """A number as it is written."""


@dataclass(frozen=True, slots=True)
class _Line:
    """``number``: of a line of a text, else 0."""

    kind: LineKind
    text: str
    number: int = 0

    @property
    def in_diff(self) -> str:
        """Its text where there is no place for a number of its own: lines of a text begin with a bar."""
        return f"{_TEXT_EDGE}{self.text}" if self.number else self.text


def argument_lines(tool: str, arguments: str, known: Callable[[str], str] = lambda text: "") -> Lines:
    """Tool and arguments, nothing left out. ``arguments`` is canonical JSON.

    ``known``: says of a text of several lines where else it is shown whole; it is then named with size and hash only.
    """
    laid = list(_laid_out(tool, arguments, known))
    return [DiffLine(line.kind, line.text, new=line.number or None) for line in laid]


def compared(tool: str, before: str, after: str) -> Lines:
    """The difference of two versions of an action, line by line; what is alike is shown as well."""
    one, two = ([line.in_diff for line in _laid_out(tool, text, lambda _: "")] for text in (before, after))
    matcher = difflib.SequenceMatcher(a=one, b=two, autojunk=False)
    lines: Lines = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            lines.extend(DiffLine("context", one[at], at + 1, j1 + at - i1 + 1) for at in range(i1, i2))
            continue
        lines.extend(DiffLine("removed", one[at], at + 1, None) for at in range(i1, i2))
        lines.extend(DiffLine("added", two[at], None, at + 1) for at in range(j1, j2))
    return lines


def short_hash(text: str) -> str:
    """The beginning of the SHA-256 over UTF-8; a lone surrogate is kept distinguishable."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _laid_out(tool: str, arguments: str, known: Callable[[str], str]) -> Iterator[_Line]:
    values: dict[str, Any] = json.loads(arguments, parse_int=_Written, parse_float=_Written)
    yield _Line("note", _name(tool))
    if not values:
        yield _Line("note", say("no arguments"))
    for name, value in values.items():
        yield from _value(_name(name), value, 0, known)


def _name(name: str) -> str:
    """An ordinary name bare, any other in quotation marks with escapes: its end can't be mistaken."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(name: str, value: Any, depth: int, known: Callable[[str], str]) -> Iterator[_Line]:
    lead = f"{'  ' * depth}{name}"
    if isinstance(value, str) and not isinstance(value, _Written):
        yield from _text(lead, value, known)
        return
    short = _as_json(value)
    if not isinstance(value, dict | list) or not value or (len(short) <= _SHORT and "\\n" not in short):
        yield _Line("plain", f"{lead}: {short}")
        return
    named = value.items() if isinstance(value, dict) else ((str(at), one) for at, one in enumerate(value, 1))
    one, many = (_FIELD, _FIELDS) if isinstance(value, dict) else (_ENTRY, _ENTRIES)
    yield _Line("note", say(one if len(value) == 1 else many, name=lead, count=number(len(value))))
    for inner, below in named:
        yield from _value(_name(inner) if isinstance(value, dict) else inner, below, depth + 1, known)


def _text(lead: str, value: str, known: Callable[[str], str]) -> Iterator[_Line]:
    parts = value.split("\n")
    if len(parts) == 1:
        yield _Line("plain", f'{lead}: "{value}"')
        return
    elsewhere = known(value)
    if elsewhere:
        size, lines = number(len(value.encode("utf-8", "surrogatepass"))), number(len(parts))
        told = say(_ELSEWHERE, name=lead, lines=lines, size=size, hash=short_hash(value), where=elsewhere)
        yield _Line("note", told)
        return
    yield _Line("note", say("{name} (text, {lines} lines)", name=lead, lines=number(len(parts))))
    for at, part in enumerate(parts, 1):
        yield _Line("plain", part, at)


def _as_json(value: Any) -> str:
    """JSON on one line, numbers as they are written."""
    if isinstance(value, _Written):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {_as_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_as_json(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
