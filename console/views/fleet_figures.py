"""Below the cards: actions per minute with marks where people were asked, and "Your decisions today"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from console.presenters.fleet_text import Figure, activity_text, decision_figures
from console.theme.theme import Theme
from console.widgets.bars import Bars
from console.widgets.elided_label import ElidedLabel
from console.widgets.painting import RIGHT
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import ActivityMinute, DecisionFigures


class FleetFigures(QWidget):
    """Two panels side by side."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        px = theme.px
        self._theme = theme
        self.bars = Bars(theme)
        activity = Panel(theme, self.tr("Actions per minute, last hour"), self.tr("marks: you were asked"))
        activity.add(self.bars, 1)
        decisions = Panel(theme, self.tr("Your decisions today"))
        table = QWidget()
        self._grid = QGridLayout(table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(10))
        self._grid.setColumnStretch(2, 1)
        self._lines: list[tuple[PlainLabel, ElidedLabel, ElidedLabel]] = []
        decisions.add(table)
        decisions.body.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(12))
        self._row.addWidget(activity, 1)
        self._row.addWidget(decisions, 1)
        self.setMinimumHeight(px(190))
        self.setMaximumHeight(px(216))

    def show_activity(self, minutes: Sequence[ActivityMinute]) -> None:
        """The last hour."""
        text = activity_text(minutes)
        self.bars.set_values(text.values, text.marks, text.labels, text.sentence)

    def show_decisions(self, figures: DecisionFigures) -> None:
        """What this person decided today."""
        lines = decision_figures(figures)
        while len(self._lines) < len(lines):
            self._add_line(len(self._lines))
        for (name, value, meaning), figure in zip(self._lines, lines, strict=True):
            self._show_line(name, value, meaning, figure)

    def _add_line(self, at: int) -> None:
        theme = self._theme
        name = PlainLabel(theme, "", "body", "text2", wrap=False)
        value = ElidedLabel(theme, "", "body_strong", "text", RIGHT)
        meaning = ElidedLabel(theme, "", "meta", "text2")
        for column, label in enumerate((name, value, meaning)):
            self._grid.addWidget(label, at, column)
        self._lines.append((name, value, meaning))

    def _show_line(self, name: PlainLabel, value: ElidedLabel, meaning: ElidedLabel, figure: Figure) -> None:
        name.setText(figure.name)
        value.setText(figure.value)
        value.set_token("warn" if figure.warn else "text")
        value.setAccessibleName(f"{figure.name}: {figure.value}, {figure.meaning}")
        meaning.setText(figure.meaning)
