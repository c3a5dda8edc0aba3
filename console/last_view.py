"""On which screen a workspace was left; kept for each workspace, so that a new one opens on its first steps."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QSettings


class LastView:
    """In the settings of the window, which all workspaces of a person share."""

    def __init__(self, settings: QSettings, folder: Path) -> None:
        self._settings = settings
        self._key = f"window/v2/view/{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"

    @property
    def number(self) -> int:
        """The screen of last time; 0 where this workspace was never left."""
        kept = str(self._settings.value(self._key, ""))
        return int(kept) if kept.isdigit() else 0

    def keep(self, number: int) -> None:
        """It is left on this screen."""
        self._settings.setValue(self._key, number)
