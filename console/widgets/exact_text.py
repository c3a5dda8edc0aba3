"""The exact text of what will run: nothing cut, nothing hidden, with its length and a short hash on top."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from console.presenters.visible_text import BOXED, Span, spans_as_words, visible_lines
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP
from console.widgets.painting import box, focus_ring, painting
from console.widgets.row_painter import MARKS, RowPainter
from console.widgets.text_rows import DiffLine, Row, lay_out
from console.widgets.told_as_text import told_as_text


def exact_bytes(text: str) -> bytes:
    """The bytes that are counted and hashed; a lone surrogate is kept distinguishable."""
    return text.encode("utf-8", "surrogatepass")


@told_as_text
class ExactText(QAbstractScrollArea):
    """Read-only. `end_seen` once per text, when its last row was really on screen.

    `max_rows` limits the height it asks for, never what it shows: further rows are scrolled to. Of a text with more
    than `least_rows` at least these stay on screen, however little room there is.
    """

    end_seen = Signal()
    _end_painted = Signal(int)

    def __init__(
        self,
        theme: Theme,
        *,
        name: str = "",
        line_numbers: bool = True,
        header: bool = True,
        max_rows: int = 24,
        least_rows: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # code is not mirrored, whoever reads it
        self._theme, self._name, self._with_header = theme, name, header
        self._drawn = RowPainter(theme, numbered=line_numbers, headed=header)
        self._max_rows, self._least_rows = max_rows, least_rows
        self.at_blanks = False
        """Rows end after a word, for what is read as prose; it holds from the next text on."""
        self._text = ""
        self._shown = ""
        self._lines: list[DiffLine] = []
        self._spans: list[list[Span]] = []
        self._rows: list[Row] = []
        self._header = ""
        self._generation = 0
        self._seen = False
        self._anchor = self._caret = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().setAutoFillBackground(False)
        # queued: whoever enables a button on `end_seen` must not do so while this is being painted
        self._end_painted.connect(self._told_end, Qt.ConnectionType.QueuedConnection)
        theme.changed.connect(self._restyle)
        self.set_text("")

    def set_text(self, text: str, name: str | None = None) -> None:
        """Shows one text; scrolls to its beginning and forgets that an end was seen."""
        self._show([DiffLine("plain", line, new=at) for at, line in enumerate(text.split("\n"), 1)], text, name)

    def set_diff(self, lines: Sequence[DiffLine], exact: str, name: str | None = None) -> None:
        """Shows a diff; `exact` is the whole text that will be written, whose length and hash stand on top."""
        if any("\n" in line.text for line in lines):
            raise ValueError("A line of a diff holds a line end; nothing was shown. Split the text at line ends first.")
        self._show(list(lines), exact, name)

    def text(self) -> str:
        """The exact text that was given, byte for byte."""
        return self._text

    @property
    def has_seen_end(self) -> bool:
        return self._seen

    @property
    def header_text(self) -> str:
        """Length in bytes, number of lines and the beginning of the SHA-256, worked out once per text; no number of
        lines where one line is shown as several."""
        return self._header

    def _header_of(self, text: str, shown: int) -> str:
        exact, lines = exact_bytes(text), text.count("\n") + 1
        # arguments are one line of JSON, shown one to a line: "1 line" above four would look wrong
        said = self.tr("{size} {bytes}, {lines} {line}, SHA-256 {hash}")
        if lines == 1 < shown:
            said = self.tr("{size} {bytes}, SHA-256 {hash}")
        return said.format(
            size=f"{len(exact):,}",
            bytes=self.tr("byte") if len(exact) == 1 else self.tr("bytes"),
            lines=f"{lines:,}",
            line=self.tr("line") if lines == 1 else self.tr("lines"),
            hash=hashlib.sha256(exact).hexdigest()[:12],
        )

    @property
    def row_count(self) -> int:
        return len(self._rows)

    def selected_text(self) -> str:
        """The selected characters as they are, not as they are drawn."""
        first, last = sorted((self._anchor, self._caret))
        return self._shown[first:last]

    def select_all(self) -> None:
        self._anchor, self._caret = 0, len(self._shown)
        self.viewport().update()

    def copy(self) -> None:
        """Copies the selection, or everything when nothing is selected."""
        QGuiApplication.clipboard().setText(self.selected_text() or self._text)

    def _show(self, lines: list[DiffLine], exact: str, name: str | None) -> None:
        self._text, self._lines = exact, lines
        self._header = self._header_of(exact, len(lines))
        self._shown = "\n".join(line.text for line in lines)
        self._name = self._name if name is None else name
        self._generation += 1
        self._seen = False
        self._anchor = self._caret = 0
        title = self._name or self.tr("Exact text")
        self.setAccessibleName(f"{title}, {self._header}")
        self._spans = [visible_lines(line.text)[0] for line in lines]
        marks = (f"{MARKS[line.kind][0]} " if MARKS[line.kind][0] else "" for line in lines)
        said = (mark + spans_as_words(spans) for mark, spans in zip(marks, self._spans, strict=True))
        self.setAccessibleDescription("\n".join(said))
        self._lay_out()
        self.verticalScrollBar().setValue(0)

    # measures and painting

    def _lay_out(self) -> None:
        drawn = self._drawn
        drawn.settle(self._lines, self.viewport().width())
        self._rows = lay_out(self._spans, drawn.columns, drawn.box_cells, self.at_blanks)
        whole = self._height_of(len(self._rows))
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, whole - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._drawn.row_height)
        self.updateGeometry()
        self.viewport().update()

    def sizeHint(self) -> QSize:
        rows = min(self._max_rows, max(1, len(self._rows)))
        return QSize(self._theme.px(420), self._height_of(rows))

    def minimumSizeHint(self) -> QSize:
        rows = min(self._least_rows, self._max_rows, max(1, len(self._rows)))
        return QSize(self._theme.px(220), self._height_of(rows))

    def _restyle(self) -> None:
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _height_of(self, rows: int) -> int:
        return self._drawn.top + rows * self._drawn.row_height + self._theme.px(6)

    def _row_top(self, at: int) -> int:
        return self._drawn.top + at * self._drawn.row_height - self.verticalScrollBar().value()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with painting(self.viewport()) as painter:
            area = self.viewport().rect()
            box(painter, area, theme.px(RADIUS_CHIP), fill=theme.color("sunken"))
            self.paint_rows(painter, area)
            if self._with_header:
                self._drawn.paint_header(painter, area.width(), self._header)
            if theme.is_high_contrast:
                box(painter, area, theme.px(RADIUS_CHIP), border=theme.color("ctl"), width=theme.border)
            if self.hasFocus():
                focus_ring(painter, theme, area, theme.px(RADIUS_CHIP))
        self._note_end()

    @property
    def content_height(self) -> int:
        """Pixels that all rows take."""
        return self._height_of(len(self._rows))

    def paint_rows(self, painter: QPainter, area: QRect) -> None:
        """The rows that lie in an area as wide as the text was laid out for."""
        selected = (min(self._anchor, self._caret), max(self._anchor, self._caret))
        first = max(0, (self.verticalScrollBar().value() - self._drawn.top) // self._drawn.row_height)
        for at in range(first, len(self._rows)):
            top = self._row_top(at)
            if top > area.bottom():
                break
            row, rect = self._rows[at], QRect(0, top, area.width(), self._drawn.row_height)
            self._drawn.paint_row(painter, row, self._lines[row.line], rect, selected)

    def _note_end(self) -> None:
        """The last row counts as seen when all of it lay in the part of the window that is really exposed."""
        if self._seen or not self._rows or not self.isVisible():
            return
        last = QRect(self._drawn.left, self._row_top(len(self._rows) - 1), 1, self._drawn.row_height)
        hidden = QRegion(last).subtracted(self.viewport().visibleRegion())
        if last.top() >= self._drawn.top - 1 and hidden.isEmpty():
            self._end_painted.emit(self._generation)

    def _told_end(self, generation: int) -> None:
        if generation == self._generation and not self._seen:
            self._seen = True
            self.end_seen.emit()

    # mouse and keys

    def _row_at(self, y: int) -> Row:
        number = (y + self.verticalScrollBar().value() - self._drawn.top) // self._drawn.row_height
        return self._rows[min(max(0, number), len(self._rows) - 1)]

    def _place(self, at: QPoint) -> int:
        """The character under a point, counted from the beginning of what is shown."""
        row = self._row_at(at.y())
        column = (at.x() - self._drawn.left) / self._drawn.cell
        place = self._line_start(row.line)
        for piece in row.pieces:
            if column <= piece.cell:
                return piece.start
            if column < piece.cell + piece.cells:
                if piece.kind in BOXED:
                    return piece.start + (len(piece.text) if column > piece.cell + piece.cells / 2 else 0)
                return min(piece.start + round(column - piece.cell), piece.start + len(piece.text))
            place = piece.start + len(piece.text)
        return place

    def _line_start(self, line: int) -> int:
        return sum(len(before.text) + 1 for before in self._lines[:line])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._caret = self._place(event.position().toPoint())
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._anchor = self._caret
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._caret = self._place(event.position().toPoint())
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        line = self._row_at(event.position().toPoint().y()).line
        self._anchor = self._line_start(line)
        self._caret = self._anchor + len(self._lines[line].text)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_Home: -bar.maximum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            event.ignore()  # single letters belong to the view
            return
        event.accept()
