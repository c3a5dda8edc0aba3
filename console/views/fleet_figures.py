"""Below the cards: actions per minute with marks where people were asked, and "Your decisions today"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from console.context import ConsoleContext
from console.presenters.fleet_text import Figure, decision_figures
from console.presenters.pictures.activity_picture import activity_picture
from console.theme.fading import FadingTheme
from console.theme.tokens import BUTTON_SMALL
from console.views.picture_panel import PicturePanel
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.painting import RIGHT
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import ActivityMinute, DecisionFigures

_SIDE_BY_SIDE = 720
_LEAST, _MOST, _GAP = 190, 232, 12
"""Pixels at 100 %: the width from which both have room, and the height of one."""


class FleetFigures(QWidget):
    """Two panels side by side, or one below the other where it is narrow."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        theme, px = context.theme, context.theme.px
        self._theme, self._values = theme, FadingTheme(theme, self)
        self.activity = PicturePanel(
            context, self.tr("Actions per minute, last hour"), self.tr("marks: you were asked"), short=True
        )
        decisions = Panel(theme, self.tr("Your decisions today"))
        decisions.set_note(self.tr("Being read"))
        self._decisions = decisions
        self.record_button = ActionButton(theme, self.tr("Record"), None, "H", "quiet", BUTTON_SMALL)
        self.record_button.setAccessibleName(self.tr("How sure the chosen agent is, and how often it was right"))
        self.week_button = ActionButton(theme, self.tr("This week"), None, None, "quiet", BUTTON_SMALL)
        self.week_button.setAccessibleName(self.tr("This week: how well you are asked"))
        self.week_button.activated.connect(lambda: context.actions.press("week"))
        decisions.add_to_head(self.week_button)
        decisions.add_to_head(self.record_button)
        table = QWidget()
        self._grid = QGridLayout(table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(10))
        self._grid.setColumnStretch(2, 1)
        self._lines: list[tuple[PlainLabel, ElidedLabel, ElidedLabel]] = []
        decisions.add(table)
        decisions.body.addStretch(1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(_GAP))
        self._row.addWidget(self.activity, 1)
        self._row.addWidget(decisions, 1)
        self._share_room()

    def _share_room(self) -> None:
        px, directions = self._theme.px, QBoxLayout.Direction
        beside = self.width() >= px(_SIDE_BY_SIDE)
        self._row.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self.setMinimumHeight(px(_LEAST if beside else 2 * _LEAST + _GAP))
        self.setMaximumHeight(px(_MOST if beside else 2 * _MOST + _GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def show_activity(self, minutes: Sequence[ActivityMinute]) -> None:
        """The last hour."""
        self.activity.show_picture(activity_picture(minutes, self.tr("Actions per minute, last hour")))

    def show_decisions(self, figures: DecisionFigures) -> None:
        """What this person decided today."""
        lines = decision_figures(figures)
        self._decisions.set_note("")
        while len(self._lines) < len(lines):
            self._add_line(len(self._lines))
        for (name, value, meaning), figure in zip(self._lines, lines, strict=True):
            self._show_line(name, value, meaning, figure)

    def set_stale(self, stale: bool) -> None:
        """Grey values."""
        self._values.fade(stale)
        self.activity.view.set_stale(stale)

    def _add_line(self, at: int) -> None:
        theme = self._values
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
