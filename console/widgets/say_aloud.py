"""Has a screen reader say something that came by itself: a request, a notice."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def say_aloud(where: QWidget, text: str, *, urgent: bool) -> None:
    """``urgent`` interrupts what is being said; the rest waits its turn. Without a screen reader nothing happens."""
    event = QAccessibleAnnouncementEvent(where, text)
    kind = QAccessible.AnnouncementPoliteness
    event.setPoliteness(kind.Assertive if urgent else kind.Polite)
    QAccessible.updateAccessibility(event)
