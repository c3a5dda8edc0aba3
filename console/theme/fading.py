"""A theme whose values can turn grey: for what may no longer be true, or is not yet what was chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor

from console.theme.theme import Theme
from console.theme.tokens import Token

_GREY: dict[Token, Token] = {
    "text": "text3",
    "text2": "text3",
    "crit": "text3",
    "warn": "text3",
    "ok": "text3",
    "series": "text3",
    "strong": "text3",
    "critFill": "text3",
    "warnFill": "text3",
    "onCrit": "raised",
    "onWarn": "raised",
    "critBg": "sunken",
    "warnBg": "sunken",
    "okBg": "sunken",
}
"""What stands in for each colour while it is faded; focus and grounds keep theirs."""


class FadingTheme(Theme):
    """The look of ``base`` at every moment. Whoever sets ``faded`` has its widgets painted anew; ``fade`` does both."""

    def __init__(self, base: Theme, parent: QObject | None = None) -> None:
        super().__init__(base.scheme, base.contrast, base.scale, parent)
        self._base = base
        self.faded = False
        base.changed.connect(self._follow)

    @property
    def is_motion_reduced(self) -> bool:
        return self._base.is_motion_reduced

    def color(self, token: Token) -> QColor:
        return self._base.color(_GREY.get(token, token) if self.faded else token)

    def fade(self, faded: bool) -> None:
        """Turn grey, or back to what it was."""
        if faded is not self.faded:
            self.faded = faded
            self.changed.emit()

    def _follow(self) -> None:
        base = self._base
        self._scheme, self._contrast, self._scale = base.scheme, base.contrast, base.scale
        self._settle()
        self.changed.emit()
