"""How far a person is with the first steps of a workspace; kept with the look of the window, so that it survives."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QSettings


class FirstRun:
    """Begun when a workspace is seen without agents, open until a person leaves it; begun again whenever asked for."""

    def __init__(self, settings: QSettings, folder: Path) -> None:
        self._settings = settings
        self._root = f"first_run/{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"

    def _text(self, name: str) -> str:
        return str(self._settings.value(f"{self._root}/{name}", ""))

    @property
    def is_open(self) -> bool:
        """Whether Fleet shows the steps."""
        return self._text("state") == "open"

    @property
    def is_new(self) -> bool:
        """Whether it was neither begun nor left."""
        return not self._text("state")

    @property
    def practised(self) -> str:
        """How many of the three requests were decided as the evidence says, the last time; empty = never practised."""
        return self._text("practised")

    def begin(self) -> None:
        """Show the steps from now on."""
        self._settings.setValue(f"{self._root}/state", "open")

    def leave(self) -> None:
        """Show the fleet from now on."""
        self._settings.setValue(f"{self._root}/state", "left")

    def note_practice(self, right: int) -> None:
        """All three were decided."""
        self._settings.setValue(f"{self._root}/practised", str(right))
