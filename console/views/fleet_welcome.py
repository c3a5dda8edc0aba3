"""Before the first agent works alone: four steps in order, which of them are done, and the open one a key away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_MEDIUM
from console.widgets.button import ActionButton
from console.widgets.hairline import Hairline
from console.widgets.painting import CENTRE, painting, words
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.money import dollars
from runtime.domain.policy import Policy
from runtime.domain.settings import WorkspaceSettings
from runtime.projections.rows import FleetCard

PRACTICE = "practice"


class _Mark(QWidget):
    """The number of a step in a ring, or a check."""

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._theme, self._number, self.done = theme, number, False
        self.setFixedSize(theme.px(28), theme.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, rect = self._theme, QRectF(self.rect()).adjusted(1, 1, -1, -1)
        with painting(self) as painter:
            painter.setPen(theme.color("line2" if self.done else "ctl"))
            painter.drawEllipse(rect)
            if self.done:
                side = theme.px(14)
                middle = rect.center()
                place = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
                paint_icon(painter, theme, "check", "text2", place)
            else:
                words(painter, theme, rect, str(self._number), "body_strong", "text", CENTRE)


class _Step(QWidget):
    """Mark, headline, one quiet line, a button."""

    def __init__(self, theme: Theme, number: int, headline: str, action: str) -> None:
        super().__init__()
        px = theme.px
        self._mark = _Mark(theme, number)
        self._headline = headline
        self.said = PlainLabel(theme, "", "meta", "text2")
        self.ready = PlainLabel(theme, self.tr("Done"), "meta", "text2", wrap=False)
        self.button = ActionButton(theme, action, None, None, "quiet", BUTTON_MEDIUM)
        text = QVBoxLayout()
        text.setSpacing(px(2))
        text.addWidget(PlainLabel(theme, headline, "body_strong"))
        text.addWidget(self.said)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), px(8), px(8), px(8))
        row.setSpacing(px(16))
        row.addWidget(self._mark)
        row.addLayout(text, 1)
        row.addWidget(self.ready)
        row.addWidget(self.button)

    def show_state(self, done: bool, said: str) -> None:
        self._mark.done = done
        self._mark.update()
        self.ready.setVisible(done)
        self.button.setVisible(not done)
        self.said.setText(said)
        state = self.tr("done") if done else self.tr("open")
        self.setAccessibleName(f"{self._headline}, {state}. {said}")

    @property
    def done(self) -> bool:
        return self._mark.done


class FleetWelcome(QWidget):
    """``wanted`` carries the settings page of the step, or PRACTICE; ``left`` when a person wants the fleet instead."""

    wanted = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        px, tr = theme.px, self.tr
        self.steps = {
            "agents": _Step(theme, 1, tr("Connect an agent"), tr("New agent")),
            "general": _Step(theme, 2, tr("Cap the spend"), tr("Set cap")),
            "rules": _Step(theme, 3, tr("Choose what must ask you"), tr("Pick rules")),
            PRACTICE: _Step(theme, 4, tr("Practise on three made-up requests"), tr("Start")),
        }
        panel = Panel(theme)
        for at, (page, step) in enumerate(self.steps.items()):
            if at:
                panel.add(Hairline(theme))
            panel.add(step)
            step.button.activated.connect(lambda page=page: self.wanted.emit(page))
        panel.setMinimumWidth(px(420))
        panel.setMaximumWidth(px(640))
        head = PlainLabel(theme, tr("Before the first agent works alone"), "page", wrap=False)
        note = PlainLabel(theme, tr("Four steps. You can leave and come back."), "meta", "text2", wrap=False)
        self.leave = ActionButton(theme, tr("Skip, I have done this before"), None, None, "quiet", BUTTON_MEDIUM)
        self.leave.activated.connect(self.left)
        middle = QVBoxLayout()
        middle.setSpacing(px(8))
        for label in (head, note):
            middle.addLayout(_centred(label))
        middle.addSpacing(px(12))
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(panel, 100)  # grows to its greatest width; the rest goes to both sides
        across.addStretch(1)
        middle.addLayout(across)
        middle.addSpacing(px(12))
        middle.addLayout(_centred(self.leave))
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(middle)
        column.addStretch(3)

    def show_state(
        self, settings: WorkspaceSettings, policy: Policy, cards: Sequence[FleetCard] = (), practised: str = ""
    ) -> None:
        """What is done already."""
        tr, cap = self.tr, settings.day_cap_micros
        none = tr("There is none yet. A new one may read, and asks for all else")
        agents = tr("{name} is here").format(name=cards[0].name) if len(cards) == 1 else tr("{n} agents are here")
        self.steps["agents"].show_state(bool(cards), agents.format(n=len(cards)) if cards else none)
        capped = tr("{cap} a day. A run stops at its cap and asks you").format(cap=dollars(cap))
        self.steps["general"].show_state(bool(cap), capped if cap else tr("A run stops at its cap and asks you"))
        rules = tr("{count} rules. What no rule allows is denied").format(count=len(policy.rules))
        self.steps["rules"].show_state(
            bool(policy.rules), rules if policy.rules else tr("What no rule allows is denied")
        )
        once = tr("{right} of 3 decided as the evidence says").format(right=practised)
        todo = tr("One of them should be rejected. Nothing is sent")
        self.steps[PRACTICE].show_state(bool(practised), once if practised else todo)
        page = self.open_step
        for name, step in self.steps.items():
            step.button.set_kind("normal" if name == page else "quiet")
            step.button.set_key_hint("Enter" if name == page else None)
        self.leave.setText(tr("Skip, I have done this before") if page else tr("Go to the fleet"))

    @property
    def open_step(self) -> str:
        """The first that is not done; empty when all are."""
        return next((page for page, step in self.steps.items() if not step.done), "")

    def do_open_step(self) -> None:
        """Enter."""
        page = self.open_step
        self.wanted.emit(page) if page else self.left.emit()

    def panes(self) -> tuple[QWidget, ...]:
        """For F6 and the first focus."""
        page = self.open_step
        return (self.steps[page].button if page else self.leave,)


def _centred(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget)
    row.addStretch(1)
    return row
