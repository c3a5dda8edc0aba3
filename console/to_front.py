"""Brings a window to the front, whatever it was hidden by."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget


def to_front(window: QWidget) -> None:
    """Show it, raise it and give it the keyboard; where the desktop does not allow that, its entry is marked."""
    if window.isMinimized():
        window.showNormal()
    window.show()
    window.raise_()
    window.activateWindow()
    QApplication.alert(window)
