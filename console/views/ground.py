"""An area filled with one token of the theme."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.theme.theme import Theme
from console.theme.tokens import Token


class Ground(QWidget):
    """Paints its background itself, so that no style sheet is needed for it."""

    def __init__(self, theme: Theme, token: Token = "surface", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._token = theme, token
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.color(self._token))
        painter.end()
