"""Changed table rows as lines for the exact view: before and after in pairs, every cell whole. No Qt."""

from collections.abc import Sequence

from console.presenters.wording import later, number, say
from console.widgets.text_rows import DiffLine

Lines = list[DiffLine]
Cells = Sequence[str]
_WIDEST = 60
_NEW, _GOES = later("row {row}, new"), later("row {row}, goes away")
_CHANGED, _STAYS = later("row {row}, changed"), later("row {row}, stays as it is")
_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "|": "\\|"})
_KEY = r"\n is a line end, \s a blank at the edge of a cell, \| and \\ the sign itself"


def row_lines(columns: Cells, before: Sequence[Cells], after: Sequence[Cells]) -> Lines:
    """Rows paired by position; a row of nothing but empty cells is no row: the other one is new or goes away.

    Narrow tables stand in columns, wide ones field by field.
    """
    names = [_cell(name) for name in columns]
    old, new = ([_row(row, len(names)) for row in rows] for rows in (before, after))
    pairs = [(old[at] if at < len(old) else None, new[at] if at < len(new) else None) for at in range(_most(old, new))]
    rows = [row for pair in pairs for row in pair if row is not None]
    widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)] if names else []
    wide = sum(widths) + 3 * len(widths) > _WIDEST
    lines = _fields(names, pairs) if wide else _table(names, pairs, widths)
    escaped = any("\\" in cell for row in (names, *rows) for cell in row)
    return [*lines, DiffLine("note", _KEY)] if escaped else lines


def _most(old: Sequence[object], new: Sequence[object]) -> int:
    return max(len(old), len(new))


def _row(row: Cells, columns: int) -> list[str] | None:
    if not any(row):
        return None
    return [_cell(row[at]) if at < len(row) else "" for at in range(columns)]


def _cell(text: str) -> str:
    """One line; what could be taken for a border, a line end or padding is written out."""
    said = text.translate(_ESCAPED)
    inner = said.strip(" ")
    before = len(said) - len(said.lstrip(" ")) if inner else len(said)
    after = len(said) - len(inner) - before if inner else 0
    return "\\s" * before + inner + "\\s" * after


Pair = tuple[list[str] | None, list[str] | None]


def _table(names: list[str], pairs: Sequence[Pair], widths: list[int]) -> Lines:
    def line(row: Cells) -> str:
        return " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(" ")

    lines = [DiffLine("note", line(names))]
    for at, (old, new) in enumerate(pairs, 1):
        if old is not None and old == new:
            lines.append(DiffLine("context", line(old), at, at))
            continue
        if old is not None:
            lines.append(DiffLine("removed", line(old), at, None))
        if new is not None:
            lines.append(DiffLine("added", line(new), None, at))
    return lines


def _fields(names: list[str], pairs: Sequence[Pair]) -> Lines:
    lines: Lines = []
    for at, (old, new) in enumerate(pairs, 1):
        what = _NEW if old is None else _GOES if new is None else _CHANGED if old != new else _STAYS
        lines.append(DiffLine("note", say(what, row=number(at))))
        for place, name in enumerate(names):
            was, will = (None if row is None else f"{name} | {row[place]}" for row in (old, new))
            if was is not None and was == will:
                lines.append(DiffLine("context", was, at, at))
                continue
            if was is not None:
                lines.append(DiffLine("removed", was, at, None))
            if will is not None:
                lines.append(DiffLine("added", will, None, at))
    return lines
