"""The numbers behind a picture as a table, and as a CSV file."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.export_dialog import CSV, TextExport, dated_name
from console.models.plain_rows import PlainRow, PlainRows
from console.operations.file_writing import csv_lines
from console.presenters.pictures.picture import Cells, Picture
from console.theme.theme import Theme
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.plain_label import PlainLabel

_NARROW, _WIDE, _LOOKED_AT, _EDGE = 56, 320, 200, 26


class NumberRows(PlainRows):
    """The title of a column of numbers stands where the numbers do."""

    def __init__(self, picture: Picture, parent: QObject | None = None) -> None:
        super().__init__(picture.columns, parent)
        first = picture.rows[0] if picture.rows else ()
        self._right = {at for at, value in enumerate(first) if not _is_text(value)}
        self.show_rows([_row(at, cells) for at, cells in enumerate(picture.rows)])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole and section in self._right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return super().headerData(section, orientation, role)


class NumbersDialog(QDialog):
    """Every number, also of points that are not drawn; arrows move through the lines."""

    def __init__(self, context: ConsoleContext, picture: Picture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self.picture = context, picture
        theme, px = context.theme, context.theme.px
        self.setWindowTitle(self.tr("Numbers behind the picture"))
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(8))
        column.addWidget(PlainLabel(theme, picture.title, "title"))
        column.addWidget(PlainLabel(theme, picture.sentence or picture.empty, "meta", "text2"))
        self.model = NumberRows(picture, self)
        widths = tuple(_wide(theme, picture, at) for at in range(len(picture.columns)))
        stretch = max(range(len(widths)), key=lambda at: widths[at], default=0)
        self.table = DataTable(theme, self.tr("Numbers behind the picture"), widths or (1,), stretch)
        self.table.setModel(self.model)
        self.table.setVisible(bool(picture.columns))
        column.addWidget(self.table, 1)
        lines = self.tr("1 line") if len(picture.rows) == 1 else self.tr("{count} lines")
        foot = QHBoxLayout()
        foot.addWidget(PlainLabel(theme, lines.format(count=f"{len(picture.rows):,}"), "meta", "text2"), 1)
        self.export_button = ActionButton(theme, self.tr("Export as CSV"), "export", None, "quiet")
        self.export_button.activated.connect(self.export)
        self.export_button.setEnabled(bool(picture.rows))
        close = ActionButton(theme, self.tr("Close"), None, "Esc", "normal", enter=True)
        close.activated.connect(self.accept)
        foot.addWidget(self.export_button)
        foot.addWidget(close)
        column.addLayout(foot)
        most = parent.window().size() - QSize(40, 40) if parent is not None else QSize(px(1000), px(480))
        self.resize(QSize(max(px(480), sum(map(px, widths)) + px(2 * 24 + 20)), px(480)).boundedTo(most))
        self.table.choose_row(0)
        self.table.setFocus()

    def csv(self) -> str:
        """What is exported: columns, then every line."""
        return csv_lines([self.picture.columns, *self.picture.rows])

    def export(self) -> None:
        """Into a file a person chooses."""
        name = dated_name(self.context, self.picture.key)
        TextExport(self.context, self.tr("Export the numbers"), name, (CSV,), self.csv()).start()


def _is_text(value: str | int) -> bool:
    return isinstance(value, str) and not value.replace(".", "", 1).isdigit()


def _row(at: int, cells: Cells) -> PlainRow:
    return PlainRow(str(at), tuple(Cell(_shown(value), right=not _is_text(value)) for value in cells))


def _shown(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else value


def _wide(theme: Theme, picture: Picture, column: int) -> int:
    """As wide as its title and its longest number, at 100 %."""
    texts = [_shown(cells[column]) for cells in picture.rows[:_LOOKED_AT]]
    needs = max((theme.metrics("body").horizontalAdvance(text) for text in texts), default=0)
    needs = max(needs, theme.metrics("meta_medium").horizontalAdvance(picture.columns[column]))
    return min(_WIDE, max(_NARROW, math.ceil(needs / theme.scale) + _EDGE))
