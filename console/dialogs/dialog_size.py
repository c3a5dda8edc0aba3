"""How large a dialog opens: as drawn, at the person's text size, and never beyond the window it stands over."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog

from console.theme.theme import Theme

_SHARE = 0.96


def open_at(dialog: QDialog, theme: Theme, width: int, height: int) -> None:
    """``width`` and ``height`` in pixels at 100 %."""
    wanted, above = QSize(theme.px(width), theme.px(height)), dialog.parentWidget()
    dialog.resize(wanted if above is None else wanted.boundedTo(above.window().size() * _SHARE))
