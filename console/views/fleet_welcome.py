"""Before the first agent works: what there is to do, in order, and what is done already."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.theme.theme import Theme
from console.theme.tokens import BUTTON_SMALL
from console.widgets.button import ActionButton
from console.widgets.hairline import Hairline
from console.widgets.panel import IconLabel, Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.money import dollars
from runtime.domain.policy import Policy
from runtime.domain.settings import WorkspaceSettings


class _Step(QWidget):
    """Mark, headline, one quiet line, a button."""

    def __init__(self, theme: Theme, headline: str, action: str) -> None:
        super().__init__()
        px = theme.px
        self._mark = IconLabel(theme, "circle", "text2", 20)
        self.said = PlainLabel(theme, "", "meta", "text2")
        self.button = ActionButton(theme, action, None, None, "normal", BUTTON_SMALL)
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(PlainLabel(theme, headline, "body_strong"))
        words.addWidget(self.said)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(4), px(8), px(4), px(8))
        row.setSpacing(px(16))
        row.addWidget(self._mark)
        row.addLayout(words, 1)
        row.addWidget(self.button)

    def show_state(self, done: bool, said: str) -> None:
        self._mark.set_icon("circle-check" if done else "circle", "text2")
        self.said.setText(said)


class FleetWelcome(QWidget):
    """``wanted`` carries the settings page of the step."""

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        px = theme.px
        self._steps = {
            "agents": _Step(theme, self.tr("Make an agent"), self.tr("New agent")),
            "general": _Step(theme, self.tr("Cap the spend"), self.tr("Set cap")),
            "rules": _Step(theme, self.tr("Choose what must ask you"), self.tr("Pick rules")),
        }
        panel = Panel(theme)
        for at, (page, step) in enumerate(self._steps.items()):
            if at:
                panel.add(Hairline(theme))
            panel.add(step)
            step.button.activated.connect(lambda page=page: self.wanted.emit(page))
        panel.setMinimumWidth(px(420))
        panel.setMaximumWidth(px(640))
        head = PlainLabel(theme, self.tr("Before the first agent works alone"), "page", wrap=False)
        note = PlainLabel(theme, self.tr("Three steps. You can leave and come back."), "meta", "text2", wrap=False)
        middle = QVBoxLayout()
        middle.setSpacing(px(8))
        for label in (head, note):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label)
            row.addStretch(1)
            middle.addLayout(row)
        middle.addSpacing(px(12))
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(panel, 100)  # grows to its greatest width; the rest goes to both sides
        across.addStretch(1)
        middle.addLayout(across)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(middle)
        column.addStretch(3)

    def show_state(self, settings: WorkspaceSettings, policy: Policy) -> None:
        """What is done already."""
        cap = settings.day_cap_micros
        self._steps["agents"].show_state(False, self.tr("There is none yet. It reads and asks for everything else."))
        capped = self.tr("{cap} a day. A run stops at its cap and asks you").format(cap=dollars(cap))
        self._steps["general"].show_state(bool(cap), capped if cap else self.tr("A run stops at its cap and asks you"))
        rules = self.tr("{count} rules. What no rule allows is denied").format(count=len(policy.rules))
        none = self.tr("What no rule allows is denied")
        self._steps["rules"].show_state(bool(policy.rules), rules if policy.rules else none)
