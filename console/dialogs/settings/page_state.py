"""What a page of the settings says of itself: it is being read, it is old, or it could not be read."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.presenters.times import clock_time
from console.theme.theme import Theme
from console.widgets.banner import Banner
from console.widgets.plain_label import PlainLabel


class PageState(QWidget):
    """Takes no room while all is well. ``pressed``: try again, or ask the silent journal now."""

    pressed = Signal()

    def __init__(self, theme: Theme, *, waits: bool) -> None:
        """``waits``: nothing can be shown before it was read."""
        super().__init__()
        self._waits = waits
        self.loaded = False
        self.failed = ""
        """Why it could not be read, in a sentence."""
        self.stale_since = 0
        """Time of the last truth, µs UTC; 0 while the journal answers."""
        self._loading = PlainLabel(theme, self.tr("Loading"), "body", "text2")
        self.banner = Banner(theme, "warn", "", "", action_icon="refresh-cw", stacked=True)
        self.banner.activated.connect(self.pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._loading)
        column.addWidget(self.banner)

    @property
    def is_well(self) -> bool:
        """It was read where it has to be, and is true now as far as is known."""
        return (self.loaded or not self._waits) and not self.failed and not self.stale_since

    def show_state(self) -> bool:
        """Say what holds. False while there is nothing yet that the page could show."""
        if self.stale_since:
            said = self.tr(
                "You see the state of that time. Your edits are kept; nothing can be saved until it answers."
            )
            headline = self.tr("The journal has not answered since {time}").format(time=clock_time(self.stale_since))
            self.banner.set_message(headline, said, self.tr("Retry now"))
        elif self.failed:
            self.banner.set_message(self.tr("This page could not be read"), self.failed, self.tr("Try again"))
        self.banner.setVisible(bool(self.stale_since or self.failed))
        self._loading.setVisible(self._waits and not self.loaded and self.banner.isHidden())
        self.setVisible(not (self.banner.isHidden() and self._loading.isHidden()))
        return self.loaded or not self._waits
