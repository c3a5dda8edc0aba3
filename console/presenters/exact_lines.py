"""Arguments, diffs and table changes as lines for the exact view; nothing is left out. No Qt."""

import difflib
import json
from collections.abc import Sequence
from typing import Any

from console.widgets.text_rows import DiffLine

Lines = list[DiffLine]
_SHORT = 60


def argument_lines(tool: str, arguments: str) -> Lines:
    """Every argument by name with its value; texts line by line as they are, other values as JSON.

    A value of one line stands behind its name. Longer ones stand on numbered lines under it: they can't pass for
    another argument, whose line has no number.
    """
    values: dict[str, Any] = json.loads(arguments)
    lines = [DiffLine("note", tool)]
    if not values:
        lines.append(DiffLine("note", "no arguments"))
    for name, value in values.items():
        text = value if isinstance(value, str) else _as_json(value)
        parts = text.split("\n")
        if len(parts) == 1:
            lines.append(DiffLine("plain", f"{name}: {text}"))
            continue
        size = f"text, {len(parts)} lines" if isinstance(value, str) else f"{len(parts)} lines"
        lines.append(DiffLine("note", f"{name} ({size})"))
        lines.extend(DiffLine("plain", part, new=at) for at, part in enumerate(parts, 1))
    return lines


def _as_json(value: Any) -> str:
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= _SHORT else json.dumps(value, ensure_ascii=False, indent=2)


def unified_lines(body: str) -> Lines:
    """A unified diff as numbered lines; headers become notes."""
    lines: Lines = []
    old = new = 0
    in_hunk = False
    for text in body.split("\n")[: -1 if body.endswith("\n") else None]:
        if text.startswith("@@"):
            old, new = _hunk_start(text)
            in_hunk = True
            lines.append(DiffLine("note", text))
        elif not in_hunk or text.startswith("\\"):
            lines.append(DiffLine("note", text))
        elif text.startswith("+"):
            lines.append(DiffLine("added", text[1:], None, new))
            new += 1
        elif text.startswith("-"):
            lines.append(DiffLine("removed", text[1:], old, None))
            old += 1
        else:
            lines.append(DiffLine("context", text[1:], old, new))
            old, new = old + 1, new + 1
    return lines


def _hunk_start(text: str) -> tuple[int, int]:
    parts = text.split(" ")
    starts = [part.lstrip("+-").split(",")[0] for part in parts[1:3]]
    numbers = [int(start) if start.isdigit() else 1 for start in starts]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (1, 1)


def counted(lines: Sequence[DiffLine]) -> str:
    """``5 added, 1 removed``."""
    added = sum(line.kind == "added" for line in lines)
    removed = sum(line.kind == "removed" for line in lines)
    return f"{added} added, {removed} removed"


def compared(before: str, after: str) -> Lines:
    """The difference of two canonical argument texts, laid out as JSON."""
    one, two = (json.dumps(json.loads(text), ensure_ascii=False, indent=2).split("\n") for text in (before, after))
    lines: Lines = []
    matcher = difflib.SequenceMatcher(a=one, b=two, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            lines.extend(DiffLine("context", one[at], at + 1, j1 + at - i1 + 1) for at in range(i1, i2))
            continue
        lines.extend(DiffLine("removed", one[at], at + 1, None) for at in range(i1, i2))
        lines.extend(DiffLine("added", two[at], None, at + 1) for at in range(j1, j2))
    return lines


def row_lines(columns: Sequence[str], before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> Lines:
    """Changed table rows in pairs, columns aligned; a row without a pair is new or goes away."""
    table = [columns, *before, *after]
    widths = [max((len(_flat(row[at])) for row in table if at < len(row)), default=0) for at in range(len(columns))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(_flat(cell).ljust(widths[at]) for at, cell in enumerate(row)).rstrip()

    lines = [DiffLine("note", line(columns))]
    for at in range(max(len(before), len(after))):
        old = before[at] if at < len(before) else None
        new = after[at] if at < len(after) else None
        if old is not None and new is not None and tuple(old) == tuple(new):
            lines.append(DiffLine("context", line(old), at + 1, at + 1))
            continue
        if old is not None:
            lines.append(DiffLine("removed", line(old), at + 1, None))
        if new is not None:
            lines.append(DiffLine("added", line(new), None, at + 1))
    return lines


def _flat(cell: str) -> str:
    return cell.replace("\n", "⏎")


def source_lines(source: str) -> Lines:
    """The source of a mail. Where CR LF ends each line, as the standard has it, it is not shown; a CR elsewhere is."""
    ends = "\r\n" if source.count("\n") == source.count("\r\n") else "\n"
    return [DiffLine("plain", line, new=at) for at, line in enumerate(source.split(ends), 1)]
