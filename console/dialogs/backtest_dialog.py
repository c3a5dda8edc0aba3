"""The recorded actions that would have gone otherwise under edited rules, each opening its run."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.backtest_text import backtest_sentences, change_cells, not_replayed
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.plain_label import PlainLabel
from runtime.projections.backtest_rows import BacktestReport


class BacktestDialog(QDialog):
    """Arrows move through the lines, Enter opens the run of one."""

    def __init__(self, context: ConsoleContext, report: BacktestReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme, px = context.theme, context.theme.px
        self._context, self._report = context, report
        self.setWindowTitle(self.tr("What these rules would have done"))
        self.setModal(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(8))
        column.addWidget(PlainLabel(theme, self.tr("What these rules would have done"), "title"))
        column.addWidget(PlainLabel(theme, " ".join(backtest_sentences(report)), "body"))
        column.addWidget(PlainLabel(theme, not_replayed(), "meta", "text2"))
        titles = (
            self.tr("When"),
            self.tr("Agent"),
            self.tr("Tool"),
            self.tr("What"),
            self.tr("Change"),
            self.tr("What came of it"),
        )
        self.model = PlainRows(titles, self)
        now = context.now()
        self.model.show_rows(
            [
                PlainRow(f"{one.run_id} {one.call_id}", tuple(Cell(text) for text in change_cells(one, now)))
                for one in report.changed
            ]
        )
        widths = (84, 110, 110, 220, 104, 180)
        self.table = DataTable(theme, self.tr("Actions that would have gone otherwise"), widths, 3)
        self.table.setModel(self.model)
        self.table.activated.connect(lambda index: self._open_run(index.row()))
        column.addWidget(self.table, 1)
        self.open_run = ActionButton(theme, self.tr("Open run"), "open-run", "Enter", height=28)
        close = ActionButton(theme, self.tr("Close"), None, "Esc", kind="quiet")
        foot = QHBoxLayout()
        foot.addWidget(self.open_run)
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)
        self.open_run.activated.connect(lambda: self._open_run(self.table.chosen_row()))
        close.activated.connect(self.reject)
        if report.changed:
            self.table.choose_row(0)
        open_at(self, theme, 900, 520)

    def _open_run(self, at: int) -> None:
        if 0 <= at < len(self._report.changed):
            self.accept()
            self._context.open_run(self._report.changed[at].run_id)
