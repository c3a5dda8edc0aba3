"""The spend table as an item model: lines change in place, and come and go one by one."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from console.presenters.spend_text import SpendLine, cost_cell
from console.widgets.data_table import CELL, Cell, Index
from console.widgets.plain_label import plain_tooltip

ROOT = QModelIndex()
WIDTHS = (116, 160, 170, 72, 104, 104, 116)
DAY, AGENT, MODEL, RUNS, TOKENS_IN, TOKENS_OUT, COST = range(7)


class SpendLinesModel(QAbstractTableModel):
    """``show_lines`` takes the whole list and tells the view only what differs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[SpendLine] = []

    def show_lines(self, lines: Sequence[SpendLine]) -> None:
        """Become these lines."""
        common = min(len(lines), len(self.lines))
        for row in range(common):
            if self.lines[row] != lines[row]:
                self.lines[row] = lines[row]
                self.dataChanged.emit(self.index(row, 0), self.index(row, COST))
        if len(lines) < len(self.lines):
            self.beginRemoveRows(ROOT, len(lines), len(self.lines) - 1)
            del self.lines[len(lines) :]
            self.endRemoveRows()
        elif len(lines) > len(self.lines):
            self.beginInsertRows(ROOT, len(self.lines), len(lines) - 1)
            self.lines.extend(lines[common:])
            self.endInsertRows()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(WIDTHS)

    def _titles(self) -> tuple[str, ...]:
        return (
            self.tr("Day"),
            self.tr("Agent"),
            self.tr("Model"),
            self.tr("Runs"),
            self.tr("Tokens in"),
            self.tr("Tokens out"),
            self.tr("Cost"),
        )

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles()[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(self._titles()[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and section >= RUNS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        texts = self._texts(line)
        if role == CELL:
            column = index.column()
            if column >= RUNS:
                unknown = column == COST and line.unknown
                return Cell(
                    texts[column],
                    "warn" if unknown else "text",
                    "body_medium" if column == COST else "body",
                    right=True,
                )
            return Cell(texts[column], "text2" if column == MODEL else "text")
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            pairs = zip(self._titles(), texts, strict=True)
            whole = ", ".join(f"{title} {text}" for title, text in pairs)
            return whole if index.column() == 0 else texts[index.column()]
        return None

    def _texts(self, line: SpendLine) -> tuple[str, ...]:
        every = self.tr("all")
        return (
            line.day or self.tr("all days"),
            line.agent or every,
            line.model or every,
            f"{line.runs:,}",
            f"{line.tokens_in:,}",
            f"{line.tokens_out:,}",
            cost_cell(line),
        )
