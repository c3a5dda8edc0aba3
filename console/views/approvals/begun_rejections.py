"""Rejections that were begun and not recorded: reason and note by request, kept in the settings over a restart."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from PySide6.QtCore import QSettings

MOST = 50
"""The oldest go: requests are decided by somebody in the end, and nobody comes back to these words."""
NOTHING = -1, ""


class BegunRejections:
    """Of one workspace. Reason -1 = none is chosen. What cannot be read there is as if it had not been begun."""

    def __init__(self, settings: QSettings, folder: Path) -> None:
        self._settings = settings
        self._key = f"approvals/v1/begun/{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"

    def of(self, about: str) -> tuple[int, str]:
        """Number of the reason from 0, and the note."""
        return self._kept().get(about, NOTHING)

    def keep(self, about: str, reason: int, note: str) -> None:
        """It was chosen or typed."""
        kept = self._kept()
        kept.pop(about, None)
        if (reason, note.strip()) != NOTHING:
            kept[about] = reason, note
        self._write(dict(list(kept.items())[-MOST:]))

    def forget(self, about: str) -> None:
        """It was recorded, or left by hand."""
        self.keep(about, *NOTHING)

    def clear(self) -> None:
        """The workspace is not there any more."""
        self._write({})

    def _kept(self) -> dict[str, tuple[int, str]]:
        try:
            kept = json.loads(str(self._settings.value(self._key, "{}")))
            return {str(about): (int(reason), str(note)) for about, (reason, note) in kept.items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    def _write(self, kept: dict[str, tuple[int, str]]) -> None:
        if kept:
            self._settings.setValue(self._key, json.dumps(kept))
        else:
            self._settings.remove(self._key)
