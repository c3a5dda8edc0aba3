"""A message across a pane: what happened, what still holds, and what can be done; one below the other where narrow."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from console.theme.theme import Theme
from console.theme.tokens import BUTTON_SMALL, RADIUS_CONTROL
from console.widgets.button import ActionButton
from console.widgets.button_face import Kind
from console.widgets.painting import GROUND, INK, Tone, box, painting
from console.widgets.panel import IconLabel
from console.widgets.plain_label import PlainLabel

Weight = Literal["warn", "crit", "info"]
_LEAST_TEXT, _LEAST_SHARE = 260, 0.4
"""A text that has fewer pixels, at 100 %, or less of the width than this and is longer goes under the headline."""
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
        kind: Kind = "normal" if stacked else "quiet"  # below the text its edge stands under that of the text
        self.button = ActionButton(theme, action, action_icon, kind=kind, height=BUTTON_SMALL, parent=self)
        self.button.activated.connect(self.activated)
        head = QHBoxLayout()
        head.addWidget(self._icon)
        head.addWidget(self._headline, 1 if stacked else 0)
        self._all: QBoxLayout = QVBoxLayout(self) if stacked else QHBoxLayout(self)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.button)
        self._all.addLayout(head)
        self._all.addWidget(self._text, 1)
        self._all.addLayout(self._buttons)
        self._all.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft if stacked else Qt.AlignmentFlag(0))
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
        self._share_room()
        self.update()

    def add_button(self, button: ActionButton) -> None:
        """Another thing that can be done, beside its own."""
        self._buttons.addWidget(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Headline, text and buttons side by side, or below each other where the text would be squeezed."""
        if self._stacked:
            return
        px, directions = self._theme.px, QBoxLayout.Direction
        buttons = self._buttons.sizeHint().width() + px(12)
        headline = self._theme.metrics("body_strong").horizontalAdvance(self._headline.text()) + px(2 * 12 + 16 + 8)
        whole = self._theme.metrics("meta").horizontalAdvance(self._text.text()) + px(12)
        text = min(whole, max(px(_LEAST_TEXT), round(_LEAST_SHARE * self.width()))) if self._text.text() else 0
        below = headline + text + buttons > self.width()
        if below is self._headline.wordWrap():
            return
        self._headline.setWordWrap(below)
        self._head.setStretchFactor(self._headline, 1 if below else 0)
        self._all.setDirection(directions.TopToBottom if below else directions.LeftToRight)
        self._all.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft if below else Qt.AlignmentFlag(0))
        self._all.setSpacing(px(4 if below else 12))

    def _restyle(self) -> None:
        px = self._theme.px
        self._all.setContentsMargins(px(12), px(8), px(12), px(8))
        self._all.setSpacing(px(4 if self._stacked or self._headline.wordWrap() else 12))
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
