"""The right column of a run: its pictures, spend of the run's cap, and what else is counted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.presenters.pictures.run_pictures import course_picture, floor_note, time_picture
from console.presenters.run_text import fact_rows, spend_words
from console.theme.fading import FadingTheme
from console.views.ground import Ground
from console.views.picture_panel import PicturePanel
from console.widgets.key_value import KeyValue
from console.widgets.meter import Meter
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import RunCourse, RunDetail


class RunFacts(QScrollArea):
    """Panels that scroll when the window is low; the area itself takes no focus."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        theme, px = context.theme, context.theme.px
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.course = PicturePanel(context, self.tr("Confidence and spend"), narrow=True)
        self.time = PicturePanel(context, self.tr("Where time goes"), narrow=True)
        self._spend = Panel(theme, self.tr("Spend"))
        values = self._values = FadingTheme(theme, self)
        self._value = PlainLabel(values, "", "value", wrap=False)
        self._cap = PlainLabel(values, "", "meta", "text2", wrap=False)
        self._meter = Meter(values)
        amounts = QHBoxLayout()
        amounts.addWidget(self._value)
        amounts.addWidget(self._cap)
        amounts.addStretch(1)
        self._spend.body.addLayout(amounts)
        self._spend.add(self._meter)
        self._facts = Panel(theme, self.tr("This run"))
        self._rows = KeyValue(values)
        self._facts.add(self._rows)
        page: QWidget = Ground(theme, "bg")
        column = QVBoxLayout(page)
        column.setContentsMargins(px(12), px(16), px(12), px(16))
        column.setSpacing(px(12))
        for panel in (self.course, self._spend, self.time, self._facts):
            column.addWidget(panel)
        column.addStretch(1)
        self.setWidget(page)
        self.setMinimumWidth(px(232))
        self.setAccessibleName(self.tr("Facts of this run"))

    def show_unknown(self, said: str) -> None:
        """Nothing is known of the run, and why."""
        for panel in (self._spend, self._facts):
            panel.hide()
        for picture in (self.course, self.time):
            picture.set_note("")
            picture.show_unknown(said)

    def show_run(self, detail: RunDetail) -> None:
        """What is true now."""
        for panel in (self._spend, self._facts):
            panel.show()
        value, cap, share = spend_words(detail)
        self._value.setText(value)
        self._cap.setText(cap)
        self._meter.setVisible(share is not None)
        self._meter.set_use(share or 0.0, None, f"{value} {cap}")
        self._rows.set_rows(fact_rows(detail))

    def show_course(self, course: RunCourse) -> None:
        """Its pictures."""
        self.course.set_note(floor_note(course))
        self.course.show_picture(course_picture(course))
        self.time.show_picture(time_picture(course))

    def panes(self) -> tuple[QWidget, ...]:
        """What the keyboard can be given."""
        return (*self.course.panes(), *self.time.panes())

    def set_stale(self, stale: bool) -> None:
        """Grey values."""
        self._values.fade(stale)
        for panel in (self.course, self.time):
            panel.view.set_stale(stale)
