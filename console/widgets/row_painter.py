"""Paints the rows of an exact text: numbers, marks of a diff, text on a grid of cells, labelled boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap

from console.presenters.visible_text import BOXED, Kind
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP, Token
from console.widgets.painting import CENTRE, LEFT, RIGHT, box, painting, words
from console.widgets.text_rows import DiffLine, LineKind, Piece, Row

_ROW = 20
_BOXES_MAX = 500
MARKS: dict[LineKind, tuple[str, Token | None, Token]] = {
    "plain": ("", None, "text"),
    "context": ("", None, "text"),
    "note": ("", None, "text2"),
    "added": ("+", "okBg", "ok"),
    "removed": ("-", "critBg", "crit"),
}
_BOX_INK: dict[Kind, Token] = {
    Kind.TAB: "text3",
    Kind.TRAILING: "warn",
    Kind.BLANK: "warn",
    Kind.FOREIGN: "text2",
    Kind.SCRIPT: "text2",
}


class RowPainter:
    """Knows the measures of one text; `settle` after every change of text, theme or width."""

    def __init__(self, theme: Theme, *, numbered: bool, headed: bool) -> None:
        self._theme, self._numbered, self._headed = theme, numbered, headed
        self.columns = 0
        self._boxes: dict[tuple[Kind, str, int, float], QPixmap] = {}
        self._look: object = None
        self.cell, self._even = 1.0, True
        self.settle((), 0)

    def settle(self, lines: Sequence[DiffLine], width: int) -> None:
        """Works the measures out again; they are then only read while painting."""
        px, metrics = self._theme.px, self._theme.metrics
        if self._look != (self._theme.palette, self._theme.scale):
            self._look = (self._theme.palette, self._theme.scale)
            self._boxes.clear()
            self._measure_cell()
        self.row_height = px(_ROW)
        self.top = self.row_height + px(8) if self._headed else px(6)
        self.is_diff = any(line.old is not None or line.kind in ("added", "removed") for line in lines)
        most = max((max(line.old or 0, line.new or 0) for line in lines), default=0)
        self._number_width = metrics("line_number").horizontalAdvance("0" * max(2, len(str(most)))) + px(8)
        self.left = px(12) + px(20 if self.is_diff else 4 if most else 0)
        if self._numbered and most:
            self.left += self._number_width * (2 if self.is_diff else 1)
        self.columns = max(8, int((width - self.left - px(24)) / self.cell))

    def _measure_cell(self) -> None:
        """The bundled font is of one width; where another one stands in for it, the widest sign makes the cell."""
        measure = QFontMetricsF(self._theme.font("mono"))
        widths = [measure.horizontalAdvance(chr(number)) for number in range(0x21, 0x7F)]
        self._even = max(widths) - min(widths) < 0.01
        self.cell = max(1.0, *widths)

    def box_cells(self, label: str) -> int:
        """How many cells a boxed label takes."""
        return math.ceil((self._theme.metrics("key").horizontalAdvance(label) + self._theme.px(10)) / self.cell)

    def paint_header(self, painter: QPainter, width: int, text: str) -> None:
        """Stays on top while the text moves under it."""
        px = self._theme.px
        room = QRectF(0, 0, width, self.row_height + px(4))
        box(painter, room, px(RADIUS_CHIP), fill=self._theme.color("raised"))
        words(painter, self._theme, room.adjusted(px(12), 0, -px(12), 0), text, "mono", "text2", LEFT)

    def paint_row(self, painter: QPainter, row: Row, line: DiffLine, rect: QRect, selected: tuple[int, int]) -> None:
        """One row, its ground, its selection and its text."""
        theme, px = self._theme, self._theme.px
        mark, ground, ink = MARKS[line.kind]
        if ground:
            painter.fillRect(rect, theme.color(ground))
        self._paint_selection(painter, row, rect, selected)
        left = self.left
        if row.first and self._numbered:
            self._paint_numbers(painter, line, rect)
        if row.first and mark:
            room = QRect(left - px(18), rect.top(), px(12), rect.height())
            words(painter, theme, room, mark, "mono_medium", ink, CENTRE)
        for piece in row.pieces:
            self._paint_piece(painter, piece, left, rect, "text2" if line.kind == "note" else "text")
        if row.wraps:
            edge = left + self.columns * self.cell
            words(painter, theme, QRectF(edge, rect.top(), px(18), rect.height()), "↩", "mono", "text3", CENTRE)

    def _paint_numbers(self, painter: QPainter, line: DiffLine, rect: QRect) -> None:
        wide = self._number_width
        numbers = (line.old, line.new) if self.is_diff else (line.new,)
        for at, number in enumerate(numbers):
            room = QRect(self._theme.px(4) + at * wide, rect.top(), wide, rect.height())
            words(painter, self._theme, room, "" if number is None else str(number), "line_number", "text3", RIGHT)

    def _paint_piece(self, painter: QPainter, piece: Piece, left: int, rect: QRect, ink: Token) -> None:
        theme, cell = self._theme, self.cell
        room = QRectF(left + piece.cell * cell, rect.top(), piece.cells * cell, rect.height())
        if piece.label:
            drawn = self._boxed(piece, round(room.width()), painter.device().devicePixelRatio())
            painter.drawPixmap(round(room.left()), rect.top(), drawn)
            return
        if self._even and piece.text.isascii():
            words(painter, theme, room.adjusted(0, 0, cell, 0), piece.text, "mono", ink)
        else:  # each sign in its own cell, so that none is pushed out of its place by a wider one
            painter.setFont(theme.font("mono"))
            painter.setPen(theme.color(ink))
            measure = theme.metrics("mono")
            base = rect.top() + (rect.height() - measure.height()) / 2 + measure.ascent()
            for at, char in enumerate(piece.text):
                if char != " ":
                    painter.drawText(QPointF(room.left() + at * cell, base), char)
        if piece.kind in (Kind.ODD, Kind.SCRIPT):
            under = QRectF(room.left(), rect.bottom() - theme.px(2), room.width() - 1, theme.border)
            painter.fillRect(under, theme.color("warn"))

    def _boxed(self, piece: Piece, width: int, ratio: float) -> QPixmap:
        """The box of a label, drawn once: a text can hold thousands."""
        key = (piece.kind, piece.label, width, ratio)
        drawn = self._boxes.get(key)
        if drawn is None:
            theme, colour = self._theme, _BOX_INK.get(piece.kind, "crit")
            drawn = QPixmap(round(width * ratio), round(self.row_height * ratio))
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(Qt.GlobalColor.transparent)
            inside = QRectF(1, theme.px(2), width - 2, self.row_height - 2 * theme.px(2))
            with painting(drawn) as painter:
                box(
                    painter,
                    inside,
                    theme.px(3),
                    fill=theme.color("raised"),
                    border=theme.color(colour),
                    width=theme.border,
                )
                words(painter, theme, inside, piece.label, "key", colour, CENTRE)
            if len(self._boxes) >= _BOXES_MAX:
                self._boxes.clear()
            self._boxes[key] = drawn
        return drawn

    def _paint_selection(self, painter: QPainter, row: Row, rect: QRect, selected: tuple[int, int]) -> None:
        first, last = selected
        if first == last:
            return
        cell, left = self.cell, self.left
        for piece in row.pieces:
            begin, end = max(first, piece.start), min(last, piece.start + len(piece.text))
            if begin >= end:
                continue
            boxed = piece.kind in BOXED
            from_cell = 0 if boxed else begin - piece.start
            cells = piece.cells if boxed else end - begin
            place = QRectF(left + (piece.cell + from_cell) * cell, rect.top(), cells * cell, rect.height())
            painter.fillRect(place, self._theme.color("accentBg"))
            painter.fillRect(QRectF(place.left(), place.bottom() - 1, place.width(), 1), self._theme.color("accent"))
