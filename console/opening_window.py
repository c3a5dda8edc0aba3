"""What stands there while a workspace is being opened: which one, in the place and the colours of the window to come.

The program shows it before it loads what it works with, so that whoever started it sees that it has started.
"""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout

from console import window_geometry
from console.theme.theme import Theme
from console.views.ground import Ground
from console.widgets.plain_label import PlainLabel

SEEN_WITHIN_S = 1.0
"""A window on another desktop, or behind a locked screen, is not painted; the program starts all the same."""


class OpeningWindow(Ground):
    """``was_closed``: a person closed it meanwhile, and wants the program to end."""

    def __init__(self, theme: Theme, settings: QSettings, name: str) -> None:
        super().__init__(theme, "bg")
        self.was_closed = False
        self._painted = asyncio.Event()
        self.setWindowTitle(self.tr("Operator console"))
        told = self.tr("Opening the workspace {name}") if name else self.tr("Opening the workspace")
        self.headline = PlainLabel(theme, told.format(name=name), "title")
        self.headline.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.addWidget(self.headline, 0, Qt.AlignmentFlag.AlignCenter)
        saved = settings.value(window_geometry.MAIN_KEY)
        window_geometry.restore(self, saved, QSize(*window_geometry.MAIN_LEAST))

    async def seen(self) -> None:
        """Show it; returns when it has been painted."""
        self.show()
        try:
            await asyncio.wait_for(self._painted.wait(), SEEN_WITHIN_S)
        except TimeoutError:
            return

    def end(self) -> None:
        """The window stands in its place, or a sentence why there is none."""
        self.hide()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, self, self._painted.set)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.was_closed = True
        super().closeEvent(event)
