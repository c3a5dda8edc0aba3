"""A message across a pane: what happened, what still holds, and what can be done."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from console.theme.theme import Theme
from console.theme.tokens import BUTTON_SMALL, RADIUS_CONTROL
from console.widgets.button import ActionButton
from console.widgets.painting import GROUND, INK, Tone, box, painting
from console.widgets.panel import IconLabel
from console.widgets.plain_label import PlainLabel

Weight = Literal["warn", "crit", "info"]
_TONE: dict[Weight, Tone] = {"warn": "warn", "crit": "crit", "info": "accent"}
_ICON: dict[Weight, str] = {"warn": "triangle-alert", "crit": "circle-x", "info": "info"}


class Banner(QFrame):
    """`stacked` puts the text under the headline, as in the list of asks; `activated` comes from its button."""

    activated = Signal()

    def __init__(
        self,
        theme: Theme,
        weight: Weight,
        headline: str,
        text: str = "",
        action: str = "",
        *,
        stacked: bool = False,
        action_icon: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._weight, self._stacked = theme, weight, stacked
        self._icon = IconLabel(theme, _ICON[weight], INK[_TONE[weight]], parent=self)
        self._headline = PlainLabel(theme, headline, "body_strong", INK[_TONE[weight]], wrap=stacked, parent=self)
        self._text = PlainLabel(theme, text, "meta", "text", parent=self)
        self.button = ActionButton(theme, action, action_icon, kind="quiet", height=BUTTON_SMALL, parent=self)
        self.button.activated.connect(self.activated)
        head = QHBoxLayout()
        head.addWidget(self._icon)
        head.addWidget(self._headline, 1 if stacked else 0)
        self._all: QBoxLayout = QVBoxLayout(self) if stacked else QHBoxLayout(self)
        self._all.addLayout(head)
        self._all.addWidget(self._text, 1)
        self._all.addWidget(self.button)
        self._head = head
        theme.changed.connect(self._restyle)
        self.set_message(headline, text, action)
        self._restyle()

    def set_message(self, headline: str, text: str = "", action: str = "", weight: Weight | None = None) -> None:
        self._weight = weight or self._weight
        self._headline.setText(headline)
        self._text.setText(text)
        self.button.setText(action)
        self._text.setVisible(bool(text))
        self.button.setVisible(bool(action))
        self.setAccessibleName(". ".join(filter(None, (headline, text))))
        token = INK[_TONE[self._weight]]
        self._icon.set_icon(_ICON[self._weight], token)
        self._headline.set_token(token)
        self.update()

    def _restyle(self) -> None:
        px = self._theme.px
        self._all.setContentsMargins(px(12), px(8), px(12), px(8))
        self._all.setSpacing(px(4 if self._stacked else 12))
        self._head.setSpacing(px(8))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tone = self._theme, _TONE[self._weight]
        with painting(self) as painter:
            if self._stacked:
                box(
                    painter,
                    self.rect(),
                    theme.px(RADIUS_CONTROL),
                    fill=theme.color(GROUND[tone]),
                    border=theme.color(INK[tone]),
                    width=theme.border,
                )
            else:
                painter.fillRect(self.rect(), theme.color(GROUND[tone]))
                painter.fillRect(0, self.height() - theme.border, self.width(), theme.border, theme.color(INK[tone]))
