"""What a person chose about being called; kept with the look of the window, for this workstation. No Qt widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QSettings

Closing = Literal["work", "always", "quit"]
"""What closing the window does: go on in the tray while agents work or requests wait, always, or never."""
CLOSINGS: tuple[Closing, ...] = ("work", "always", "quit")
_ROOM = "attention"


@dataclass(frozen=True, slots=True)
class Preferences:
    """``quiet_until``: do-not-disturb ends then (µs UTC; 0 = off)."""

    urgent: bool = True
    soon: bool = True
    trouble: bool = True
    """Flood, lost link, broken chain, caps, failed runs."""
    sound: bool = True
    quiet_until: int = 0
    closing: Closing = "work"
    told_of_tray: bool = False


def read(settings: QSettings) -> Preferences:
    """As kept; what cannot be read is as delivered."""
    plain = Preferences()
    closing = next((one for one in CLOSINGS if one == _text(settings, "closing")), plain.closing)
    quiet = _text(settings, "quiet_until")
    return Preferences(
        _flag(settings, "urgent", plain.urgent),
        _flag(settings, "soon", plain.soon),
        _flag(settings, "trouble", plain.trouble),
        _flag(settings, "sound", plain.sound),
        int(quiet) if quiet.isdigit() else 0,
        closing,
        _flag(settings, "told_of_tray", plain.told_of_tray),
    )


def write(settings: QSettings, preferences: Preferences) -> None:
    """Keep them."""
    for name in ("urgent", "soon", "trouble", "sound", "told_of_tray"):
        settings.setValue(f"{_ROOM}/{name}", "true" if getattr(preferences, name) else "false")
    settings.setValue(f"{_ROOM}/quiet_until", str(preferences.quiet_until))
    settings.setValue(f"{_ROOM}/closing", preferences.closing)


def change(settings: QSettings, **changes: object) -> Preferences:
    """Keep some of them differently; answers all."""
    changed = replace(read(settings), **changes)  # type: ignore[arg-type]  # names and kinds of the fields
    write(settings, changed)
    return changed


def _text(settings: QSettings, name: str) -> str:
    return str(settings.value(f"{_ROOM}/{name}", ""))


def _flag(settings: QSettings, name: str, plain: bool) -> bool:
    said = _text(settings, name).lower()
    return said == "true" if said in ("true", "false") else plain
