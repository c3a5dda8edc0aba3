"""The right column of a run: confidence per step, spend of the run's cap, and what else is counted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.presenters.run_text import confidence_text, fact_rows, spend_words
from console.theme.theme import Theme
from console.views.ground import Ground
from console.widgets.key_value import KeyValue
from console.widgets.meter import Meter
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from console.widgets.sparkline import Sparkline
from runtime.projections.rows import RunDetail


class RunFacts(QScrollArea):
    """Three panels that scroll when the window is low; the area itself takes no focus."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, px = theme, theme.px
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._confidence = Panel(theme, self.tr("Confidence, per step"))
        self._line = Sparkline(theme, (), None, low=0.0, high=1.0, width=120, height=64)
        self._now = PlainLabel(theme, "", "body_strong", wrap=False)
        self._said = PlainLabel(theme, "", "meta", "text2")
        row = QHBoxLayout()
        row.addWidget(self._line, 1)
        row.addWidget(self._now)
        self._confidence.body.addLayout(row)
        self._confidence.add(self._said)
        self._spend = Panel(theme, self.tr("Spend"))
        self._value = PlainLabel(theme, "", "value", wrap=False)
        self._cap = PlainLabel(theme, "", "meta", "text2", wrap=False)
        self._meter = Meter(theme)
        amounts = QHBoxLayout()
        amounts.addWidget(self._value)
        amounts.addWidget(self._cap)
        amounts.addStretch(1)
        self._spend.body.addLayout(amounts)
        self._spend.add(self._meter)
        self._facts = Panel(theme, self.tr("This run"))
        self._rows = KeyValue(theme)
        self._facts.add(self._rows)
        page: QWidget = Ground(theme, "bg")
        column = QVBoxLayout(page)
        column.setContentsMargins(px(12), px(16), px(12), px(16))
        column.setSpacing(px(12))
        for panel in (self._confidence, self._spend, self._facts):
            column.addWidget(panel)
        column.addStretch(1)
        self.setWidget(page)
        self.setMinimumWidth(px(220))
        self.setAccessibleName(self.tr("Facts of this run"))

    def show_run(self, detail: RunDetail) -> None:
        """What is true now."""
        sure = confidence_text(detail)
        self._confidence.set_note(sure.floor)
        self._line.setVisible(bool(detail.confidence))
        self._line.set_values(detail.confidence, detail.confidence_threshold or None, "warn" if sure.low else "neutral")
        self._line.setAccessibleName(self.tr("Confidence {now}").format(now=sure.now or self.tr("none")))
        self._now.setText(sure.now)
        self._now.set_token("warn" if sure.low else "text")
        self._said.setText(sure.sentence)
        value, cap, share = spend_words(detail)
        self._value.setText(value)
        self._cap.setText(cap)
        self._meter.setVisible(share is not None)
        self._meter.set_use(share or 0.0, None, f"{value} {cap}")
        self._rows.set_rows(fact_rows(detail))

    def set_stale(self, stale: bool) -> None:
        """Grey values."""
        for label in (self._value, self._now):
            label.set_token("text3" if stale else "text")
