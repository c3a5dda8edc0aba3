"""A label that can only ever show plain text: no markup, no links, nothing hidden."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from console.presenters.visible_text import marked
from console.theme.fonts import Role
from console.theme.theme import Theme
from console.theme.tokens import Token


def plain_tooltip(text: str) -> str:
    """A tooltip that shows `text` letter by letter, also when it looks like markup."""
    return f'<span style="white-space:pre-wrap">{escape(marked(text))}</span>' if text else ""


class PlainLabel(QLabel):
    """Wrapping text in a role and a token; hidden characters are shown as their numbers."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: Role = "body",
        token: Token = "text",
        *,
        wrap: bool = True,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._role, self._token = theme, role, token
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
        super().setText(marked(text))

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
        palette = self.palette()
        colour = self._theme.color(self._token)
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
            palette.setColor(group, QPalette.ColorRole.WindowText, colour)
        self.setPalette(palette)
