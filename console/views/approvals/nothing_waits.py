"""The right of Approvals while no request is on a card: what is going on, a sample to review, the way to the fleet."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from console.presenters.review_text import offer, offered_late, why_offered
from console.theme.theme import Theme
from console.widgets.button import ActionButton
from console.widgets.empty_state import EmptyState


class NothingWaits(EmptyState):
    """``activated``: the sample is wanted; ``fleet_wanted`` from the other button, which is the only one without it."""

    fleet_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Nothing waits for you"), key_hint="V", action_icon="eye")
        self.fleet = ActionButton(theme, self.tr("Open fleet"), "fleet")
        self.add_action(self.fleet)
        self.fleet.activated.connect(self.fleet_wanted)
        self.offered = 0
        self.keep_room_for_note()

    def show_state(self, something_waits: bool, working: str, offered: int, *, late: bool = False) -> None:
        """``working``: what is going on; ``offered``: so many actions of the sample are unreviewed; ``late``: they came
        while a person looked, so that no button comes for them."""
        self.offered = 0 if something_waits else offered
        self.set_icon("approvals" if something_waits else "check")
        self.fleet.set_kind("quiet" if self.offered and not late else "normal")
        if something_waits:
            self.set_texts(self.tr("Choose a request"), self.tr("J opens the next one."))
        else:
            action, note = (offer(self.offered), why_offered()) if self.offered else ("", "")
            if self.offered and late:
                action, note = "", offered_late(self.offered)
            self.set_texts(self.tr("Nothing waits for you"), working, action, note)
        self._share_room()

    def _share_room(self) -> None:
        """Where both buttons have no room side by side, they stand below each other; only the width decides."""
        hints = [button.sizeHint().width() for button in (self.button, self.fleet) if not button.isHidden()]
        directions, wide = QBoxLayout.Direction, sum(hints) + 2 * self._actions.spacing()
        narrow = wide > self.width()
        self._actions.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        for button in (self.button, self.fleet):
            self._actions.setAlignment(button, Qt.AlignmentFlag.AlignHCenter if narrow else Qt.AlignmentFlag(0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()
