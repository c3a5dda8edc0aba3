"""Spend: today against its cap, bars per day, and the table of every agent and day behind them."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.actions import Action
from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.dialogs.export_dialog import CSV, TextExport, dated_name
from console.models.spend_lines import MODEL, WIDTHS, SpendLinesModel
from console.operations.file_writing import csv_lines
from console.presenters import spend_text as say
from console.presenters import wording
from console.theme.fading import FadingTheme
from console.views.cap_panel import CapPanel
from console.views.spend_pictures import SpendPictures
from console.views.table import SPEND
from console.views.view import View
from console.widgets.bars import Bars
from console.widgets.button import ActionButton
from console.widgets.data_table import DataTable
from console.widgets.facts_row import Fact, FactsRow
from console.widgets.hairline import Hairline
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from runtime.domain.money import dollars
from runtime.projections.rows import SpendRow, StripFigures, TaskSpend


class SpendView(View):
    """Reads 31 days at once: a row per agent and day, summed here."""

    title: ClassVar[str] = wording.later("Spend")
    number: ClassVar[int] = SPEND

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._rows: list[SpendRow] = []
        self._tasks: list[TaskSpend] = []
        self._measure_chosen = False
        self._build()
        add, tr = context.actions.add, self.tr
        add(
            Action("spend.export", tr("Export the spend"), ("Ctrl+E",), self.number, tr("export"), "export"),
            self.export,
            enabled=lambda: bool(self._rows),
        )
        add(
            Action("spend.cap", tr("Change the caps"), ("S",), self.number, tr("change caps"), "settings"),
            self._open_cap,
        )

    def _build(self) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self._values = FadingTheme(theme, self)
        self.facts = FactsRow(self._values)
        self.caps = CapPanel(self._values)
        self.bars = Bars(self._values)
        measures = [("cost", self.tr("Cost")), ("tokens", self.tr("Tokens")), ("runs", self.tr("Runs"))]
        self.measure = Segmented(theme, measures, self.tr("What the bars show"))
        groups = [
            ("day-agent", self.tr("Day and agent")),
            ("day", self.tr("Day")),
            ("agent", self.tr("Agent")),
            ("model", self.tr("Model")),
            ("task", self.tr("Task")),
        ]
        self.group = Segmented(theme, groups, self.tr("Lines of the table"))
        self.model = SpendLinesModel(self)
        self.table = DataTable(theme, self.tr("Spend by day and agent"), WIDTHS, MODEL)
        self.table.setModel(self.model)
        self.note = PlainLabel(self._values, "", "meta", "text2")
        self.export_button = ActionButton(theme, self.tr("Export"), "export", "Ctrl E")
        self.cap_button = ActionButton(theme, self.tr("Change the caps"), "sliders-horizontal", "S", kind="quiet")
        panel = Panel(theme, self.tr("Last 31 days"))
        panel.add_to_head(self.measure)
        panel.add(self.bars, 1)
        panel.setFixedHeight(px(220))
        self.by_agent = SpendPictures(self.context)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(theme, self.tr("Spend"), "page", wrap=False))
        head.addStretch(1)
        head.addWidget(self.cap_button)
        head.addWidget(self.export_button)
        lines = QHBoxLayout()
        lines.addWidget(self.group)
        lines.addWidget(self.note, 1)
        lines.setSpacing(px(16))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(24), px(16), px(24), px(12))
        column.setSpacing(px(12))
        column.addLayout(head)
        column.addWidget(self.facts)
        column.addWidget(self.caps)
        column.addWidget(panel)
        column.addWidget(self.by_agent)
        column.addLayout(lines)
        column.addWidget(Hairline(theme))
        column.addWidget(self.table, 1)
        self.table.setMinimumHeight(px(200))
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName(wording.say(self.title))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self.measure.chosen.connect(self._choose_measure)
        self.group.chosen.connect(self._show_lines)
        self.export_button.activated.connect(self.export)
        self.cap_button.activated.connect(self._open_cap)

    def keys(self) -> Sequence[str]:
        return ("spend.export", "spend.cap", "picture.numbers")

    def capped(self) -> Sequence[tuple[ActionButton, str]]:
        return ((self.export_button, "spend.export"), (self.cap_button, "spend.cap"))

    def panes(self) -> Sequence[QWidget]:
        chosen = (self.group.segment(self.group.current), self.measure.segment(self.measure.current))
        return (self.table, *chosen, *self.by_agent.panes())

    def set_stale(self, since: int) -> None:
        self._values.fade(bool(since))
        for part in (self.table, self.by_agent.view):
            part.set_stale(bool(since))
        super().set_stale(since)

    async def refresh(self, change: ChangeSet) -> None:
        if not (change.everything or change.runs or change.settings or change.agents):
            return
        history = self.context.runtime.history
        self._rows = await history.spend(say.DAYS)
        self._tasks = await history.task_spend()
        self._show_facts(await history.strip())
        self.caps.show_budget(await history.budget())
        if not self._measure_chosen and self._rows and not any(row.cost_micros for row in self._rows):
            self.measure.set_current("runs")  # a picture of nothing but zeroes says less than the runs
        self._show_bars()
        self._show_lines()
        self.keys_changed.emit()

    def _show_facts(self, figures: StripFigures) -> None:
        rows, cap = self._rows, figures.day_cap_micros
        head, forecast = say.cap_words(figures)
        share = figures.spend_today_micros / cap if cap else None
        expected = figures.forecast_micros / cap if cap and figures.forecast_micros else None
        over = share is not None and share > 1
        cost, runs = sum(row.cost_micros for row in rows), sum(row.runs for row in rows)
        given, made = sum(row.input_tokens for row in rows), sum(row.output_tokens for row in rows)
        unknown = sum(row.price_unknown for row in rows)
        self.facts.set_facts(
            (
                Fact(
                    self.tr("Today, of the cap"),
                    head,
                    forecast,
                    "crit" if over else "neutral",
                    share=share,
                    forecast=expected,
                ),
                Fact(self.tr("Last 31 days"), dollars(cost), self.tr("{count} runs").format(count=f"{runs:,}")),
                Fact(
                    self.tr("Tokens"),
                    f"{given + made:,}",
                    self.tr("{given} in, {made} out").format(given=f"{given:,}", made=f"{made:,}"),
                ),
                Fact(
                    self.tr("Price unknown"),
                    f"{unknown:,}",
                    self.tr("answers, in no sum"),
                    "warn" if unknown else "neutral",
                ),
            )
        )
        self.note.setText(say.total_note(rows))

    def _choose_measure(self, _chosen: str) -> None:
        self._measure_chosen = True
        self._show_bars()

    def _show_bars(self) -> None:
        what = self.measure.current
        today = datetime.fromtimestamp(self.context.now() / 1_000_000).date()
        days = say.days_of(self._rows, today, what)
        middle = days[len(days) // 2][0]
        labels = (say.day_words(days[0][0], today), say.day_words(middle, today), say.day_words(today, today))
        self.bars.set_values([value for _, value in days], {}, labels, say.bars_sentence(days, what))
        self.by_agent.show_rows(self._rows, today, what)

    def _show_lines(self, _chosen: str = "") -> None:
        if self.group.current == "task":
            self.model.show_lines(say.task_lines(self._tasks))
        else:
            self.model.show_lines(say.lines_of(self._rows, self.group.current))

    def _open_cap(self) -> None:
        self.context.navigation.open_settings("caps")

    def export(self) -> None:
        """Every agent and day, as CSV."""
        text = csv_lines([say.COLUMNS, *map(say.csv_cells, self._rows)])
        TextExport(self.context, self.tr("Export the spend"), dated_name(self.context, "spend"), (CSV,), text).start()
