"""A label that can only ever show plain text: no markup, no links, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from re import Match

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from console.presenters.visible_text import marked
from console.theme.fonts import Role
from console.theme.theme import Theme
from console.theme.tokens import Token


def plain_tooltip(text: str) -> str:
    """A tooltip that shows `text` letter by letter, also when it looks like markup."""
    return f'<span style="white-space:pre-wrap">{escape(marked(text))}</span>' if text else ""


_LEAST = 160
"""Pixels at 100 %: a word that is wider does not make its label so wide; it goes on in the next line."""
_MEASURED = 1_000
"""Signs; a longer word is broken by number, so that a window with it stands still no longer than others."""
_UNBROKEN = re.compile(r"[^\s/-]+[/-]?")
"""What Qt keeps in one line: up to a blank, a slash or a hyphen."""


def broken(text: str, wide: Callable[[str], int], room: int) -> str:
    """The text with a line end inside each word that is wider than ``room`` pixels, as often as it takes."""
    short = max(1, room // max(1, 2 * wide("W")))  # what has so few signs fits, and need not be measured

    def fitting(found: Match[str]) -> str:
        word = found[0]
        if len(word) > _MEASURED:
            return "\n".join(word[at : at + short] for at in range(0, len(word), short))
        return "\n".join(_pieces(word, wide, room)) if len(word) > short and wide(word) > room else word

    return _UNBROKEN.sub(fitting, text)


def _pieces(word: str, wide: Callable[[str], int], room: int) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and wide(pieces[-1] + sign) > room:
            pieces.append("")
        pieces[-1] += sign
    return pieces


class PlainLabel(QLabel):
    """Wrapping text in a role and a token; hidden characters are shown as their numbers.

    One that ``breaks`` is never wider than its place, however long the words of an agent are: nothing beside it is
    pushed out of sight. It is for places that give it the room there is.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: Role = "body",
        token: Token = "text",
        *,
        wrap: bool = True,
        selectable: bool = False,
        breaks: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._role, self._token, self._said = theme, role, token, ""
        self._breaks, self._placed = breaks, False
        super().setTextFormat(Qt.TextFormat.PlainText)
        self.setOpenExternalLinks(False)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        theme.changed.connect(self._restyle)
        self._restyle()
        self.setText(text)

    def setText(self, text: str) -> None:
        self._said = marked(text)
        self._fit()

    def text(self) -> str:
        """All of it, however it is broken."""
        return self._said

    def _fit(self) -> None:
        shown, room = self._said, max(self.contentsRect().width(), self._theme.px(_LEAST))
        if self._breaks and self._placed:  # before that its width says nothing
            shown = broken(shown, self._theme.metrics(self._role).horizontalAdvance, room)
        if shown != super().text():
            super().setText(shown)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._theme.px(_LEAST)), hint.height()) if self._breaks else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._placed = True
            self._fit()

    def setTextFormat(self, wanted: Qt.TextFormat) -> None:
        """Stays plain: what agents write must never become markup."""
        if wanted != Qt.TextFormat.PlainText:
            raise ValueError("This label shows plain text only.")

    def set_token(self, token: Token) -> None:
        if token != self._token:
            self._token = token
            self._restyle()

    def set_role(self, role: Role) -> None:
        if role != self._role:
            self._role = role
            self._restyle()

    def take_colour(self) -> None:
        """The colours of the theme are others than before, its fonts and measures are not."""
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role))
        self._fit()
        palette = self.palette()
        colour = self._theme.color(self._token)
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            palette.setColor(group, QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)
