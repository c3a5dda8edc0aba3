"""The box of facts at the top of a decision card: equal columns of questions and answers, two where it is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CARD, Token
from console.widgets.meter import Meter
from console.widgets.painting import INK, Tone, box, painting
from console.widgets.panel import IconLabel
from console.widgets.plain_label import PlainLabel

NARROW = 440


@dataclass(frozen=True, slots=True)
class Fact:
    """ "Can it be undone?", "No, drops a column", "Only by restoring the 14:05 backup"; spend adds a bar."""

    caption: str
    headline: str
    detail: str = ""
    tone: Tone = "neutral"
    icon: str | None = None
    share: float | None = None
    forecast: float | None = None


class FactsRow(QFrame):
    """Give it the facts at once; columns share the width evenly and wrap their words; below ``NARROW`` two a line."""

    def __init__(self, theme: Theme, facts: Sequence[Fact] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._is_narrow = theme, False
        self._columns: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        theme.changed.connect(self._restyle)
        self.set_facts(facts)

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self._facts

    def set_facts(self, facts: Sequence[Fact]) -> None:
        self._facts = tuple(facts)
        for column in self._columns:
            self._grid.removeWidget(column)
            column.hide()
            column.deleteLater()
        self._columns = [self._column(fact) for fact in facts]
        self._place()
        self._restyle()

    def _place(self) -> None:
        self._is_narrow = self.width() < self._theme.px(NARROW)
        each = 2 if self._is_narrow else max(1, len(self._columns))
        for at, column in enumerate(self._columns):
            self._grid.removeWidget(column)
            self._grid.addWidget(column, at // each, at % each)
        for at in range(max(each, self._grid.columnCount())):
            self._grid.setColumnStretch(at, 1 if at < each else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_narrow is not (self.width() < self._theme.px(NARROW)):
            self._place()

    def _column(self, fact: Fact) -> QWidget:
        column = QWidget(self)
        column.setAccessibleName(". ".join(filter(None, (fact.caption, fact.headline, fact.detail))))
        rows = QVBoxLayout(column)
        rows.addWidget(PlainLabel(self._theme, fact.caption, "meta_medium", "text2", parent=column))
        head = QHBoxLayout()
        if fact.icon:
            head.addWidget(IconLabel(self._theme, fact.icon, INK[fact.tone], 14, parent=column))
        ink: Token = "text" if fact.tone == "neutral" else INK[fact.tone]
        head.addWidget(PlainLabel(self._theme, fact.headline, "body_strong", ink, parent=column), 1)
        rows.addLayout(head)
        if fact.detail:
            rows.addWidget(PlainLabel(self._theme, fact.detail, "meta", "text2", parent=column))
        if fact.share is not None:
            rows.addWidget(Meter(self._theme, fact.share, fact.forecast, name=fact.headline, parent=column))
        rows.addStretch(1)
        return column

    def _restyle(self) -> None:
        px = self._theme.px
        for column in self._columns:
            layout = column.layout()
            if layout is not None:
                layout.setContentsMargins(px(16), px(12), px(12), px(12))
                layout.setSpacing(px(3))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with painting(self) as painter:
            box(
                painter,
                self.rect(),
                theme.px(RADIUS_CARD),
                fill=theme.color("surface"),
                border=theme.color("line"),
                width=theme.border,
            )
            for column in self._columns:
                place = column.geometry()
                if place.x():
                    painter.fillRect(place.x(), place.y(), theme.border, place.height(), theme.color("line"))
                if place.y():
                    painter.fillRect(place.x(), place.y(), place.width(), theme.border, theme.color("line"))
