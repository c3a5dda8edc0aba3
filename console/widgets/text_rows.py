"""Cuts the visible form of a text into rows of cells at a width; knows no painting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from console.presenters.visible_text import BOXED, Kind, Span

LineKind = Literal["plain", "context", "added", "removed", "note"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff without its line end; numbers count from 1, None where a side has no such line."""

    kind: LineKind
    text: str
    old: int | None = None
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A span, or a part of one, at its place in a row. `start` counts characters from the beginning of the text."""

    kind: Kind
    text: str
    label: str
    cell: int
    cells: int
    start: int


@dataclass(slots=True)
class Row:
    line: int
    first: bool
    wraps: bool = False
    pieces: list[Piece] = field(default_factory=list)


def _parts(span: Span, box_cells: Callable[[str], int]) -> list[tuple[Kind, str, str, int]]:
    """What is placed one after the other: (kind, text, label, cells); boxes are never cut."""
    if span.kind is Kind.SCRIPT:  # the word can be cut, the box that names its script can't
        return [(Kind.SCRIPT, span.text, "", len(span.text)), (Kind.SCRIPT, "", span.label, box_cells(span.label))]
    if span.kind in BOXED:
        return [(span.kind, span.text, span.label, box_cells(span.label))]
    return [(span.kind, span.text, "", len(span.text))]


def _words_that_fit(text: str, room: int, starts_word: bool) -> int:
    """How many characters go in this row where it breaks at blanks; 0 = the word goes to the next one, whole."""
    if text[room : room + 1] == " ":
        return room
    fitting = text.rfind(" ", 0, room) + 1
    return fitting or (0 if starts_word else room)


def lay_out(
    lines: Sequence[Sequence[Span]], columns: int, box_cells: Callable[[str], int], at_blanks: bool = False
) -> list[Row]:
    """All rows, from the visible form of the lines; a line wider than `columns` goes on in further rows, uncut. With
    `at_blanks` a row ends after a word where it can, so that no number is read in two halves."""
    columns = max(8, columns)
    rows: list[Row] = []
    start = 0
    for number, line in enumerate(lines):
        row = Row(number, first=True)
        rows.append(row)
        cell = 0
        at = start
        for span in line:
            for kind, text, label, cells in _parts(span, box_cells):
                while True:
                    if cell >= columns or (label and cell and cell + cells > columns):
                        row.wraps = True
                        row = Row(number, first=False)
                        rows.append(row)
                        cell = 0
                    if label or cells <= columns - cell:
                        row.pieces.append(Piece(kind, text, label, cell, cells, at))
                        cell, at = cell + cells, at + len(text)
                        break
                    room = columns - cell
                    if at_blanks:
                        before = row.pieces[-1].text[-1:] if row.pieces else ""
                        room = _words_that_fit(text, room, starts_word=before == " ")
                        if not room:
                            cell = columns
                            continue
                    row.pieces.append(Piece(kind, text[:room], "", cell, room, at))
                    text, cells, at, cell = text[room:], cells - room, at + room, columns
        start += sum(len(span.text) for span in line) + 1
    return rows
