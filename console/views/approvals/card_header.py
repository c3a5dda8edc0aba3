"""The top of a decision card: mark, title, agent, goal, run and step, waiting; when it expires; the facts box."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.presenters.ask_text import FactText, answer_text, expires_text, facts, goal_text, header_parts, time_left
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_MEDIUM, Token
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.facts_row import Fact, FactsRow
from console.widgets.painting import Tone
from console.widgets.panel import IconLabel
from console.widgets.plain_label import PlainLabel
from console.widgets.priority_mark import PriorityMark
from runtime.projections.rows import AskDetail

_HURRY = 15 * 60_000_000
_YIELDS, _MARK = 1000, 22
_SIDE_BY_SIDE = 720
"""Pixels of width, at 100 %, below which the header wraps. Only the width decides: a shorter time moves nothing."""
_TONES: dict[str, Tone] = {"neutral": "neutral", "warn": "warn", "crit": "crit"}


class CardHeader(QWidget):
    """``run_wanted`` from its button."""

    run_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, px = theme, theme.px
        self.mark = PriorityMark(theme, 3, _MARK)
        self.title = PlainLabel(theme, "", "page", breaks=True)
        self.open_run = ActionButton(theme, self.tr("Open run"), "open-run", "O", "quiet", BUTTON_MEDIUM)
        self.open_run.activated.connect(self.run_wanted)
        self.agent = PlainLabel(theme, "", "meta_strong", "accent", wrap=False)
        self.goal = ElidedLabel(theme, "", "meta", "text2")
        self.meta = ElidedLabel(theme, "", "meta", "text2")
        self._clock = IconLabel(theme, "clock", "text2", 14)
        self.expires = PlainLabel(theme, "", "body_strong", "text2", wrap=False)
        self.answer = ElidedLabel(theme, "", "meta", "text2")
        self.facts = FactsRow(theme)
        first = self._first = QHBoxLayout()
        first.addWidget(self.mark)
        first.addWidget(self.title, 1)
        first.addWidget(self.open_run)
        asked, until = QHBoxLayout(), QHBoxLayout()
        for line in (asked, until):
            line.setSpacing(px(12))
        asked.addWidget(self.agent)
        asked.addWidget(self.goal, _YIELDS)  # the agent's goal gives way first, then run and waiting
        asked.addWidget(self.meta)
        asked.addStretch(1)
        until.addWidget(self._clock)
        until.addWidget(self.expires)
        until.addWidget(self.answer)
        self._until, self._second = until, QBoxLayout(QBoxLayout.Direction.LeftToRight)
        second = self._second
        second.addLayout(asked, 1)
        second.addLayout(until)
        self._wrapped = False
        self._wrap(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addLayout(first)
        column.addLayout(second)
        column.addSpacing(px(14))
        column.addWidget(self.facts)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where both halves have no room side by side, the times stand in a line of their own."""
        super().resizeEvent(event)
        narrow = self.width() < self._theme.px(_SIDE_BY_SIDE)
        if narrow != self._wrapped:
            self._wrap(narrow)

    def _wrap(self, wrapped: bool) -> None:
        self._wrapped = wrapped
        directions = QBoxLayout.Direction
        self._second.setDirection(directions.TopToBottom if wrapped else directions.LeftToRight)
        px, beside_the_mark = self._theme.px, 8 if wrapped else 12
        self._first.setSpacing(px(beside_the_mark))
        self._second.setContentsMargins(px(_MARK + beside_the_mark), 0, 0, 0)
        self._second.setSpacing(px(2 if wrapped else 12))
        self._second.setAlignment(self._until, Qt.AlignmentFlag.AlignLeft if wrapped else Qt.AlignmentFlag(0))

    def show_detail(self, detail: AskDetail, now: int) -> None:
        """Another ask, or the same one after a change."""
        self.mark.set_priority(detail.row.priority)
        self.title.setText(detail.row.title)
        self.agent.setText(detail.row.agent)
        wanted = tuple(shown_fact(text) for text in facts(detail))
        if wanted != self.facts.facts:
            self.facts.set_facts(wanted)
        self.tick(detail, now)

    def tick(self, detail: AskDetail, now: int) -> None:
        """A second has passed."""
        goal = goal_text(detail)
        if goal != self.goal.text():
            self.goal.setText(goal)
        self.goal.setMaximumWidth(self.goal.sizeHint().width())  # also after another text size
        self.goal.setVisible(bool(goal))
        self.meta.setText("   ".join(header_parts(detail, now)))
        text = expires_text(detail.row, now)
        urgent = time_left(detail.row, now) < _HURRY
        token: Token = "crit" if urgent and not detail.row.paused_since else "text2"
        self.expires.setText(text)
        self.expires.set_token(token)
        self._clock.set_icon("clock", token)
        wanted = answer_text(detail.row, now)
        if wanted != self.answer.text():
            self.answer.setText(wanted)
        self.answer.setVisible(bool(wanted))
        self._clock.setVisible(bool(text))
        self.expires.setVisible(bool(text))


def shown_fact(text: FactText) -> Fact:
    """One column of the facts box."""
    icon = "ban" if text.tone == "crit" else None
    return Fact(text.caption, text.headline, text.detail, _TONES[text.tone], icon, text.share)
