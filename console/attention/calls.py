"""What the settings may ask of the part that calls people."""

from __future__ import annotations

from typing import Protocol

from console.attention.desktop import DesktopState
from console.attention.preferences import Preferences


class Calls(Protocol):
    """One per window of the program; views shown without the program have none."""

    @property
    def preferences(self) -> Preferences: ...
    @property
    def tray_available(self) -> bool: ...
    def choose(self, **changes: object) -> None:
        """Keep some preferences differently; they hold at once."""
        ...

    async def look(self) -> DesktopState:
        """Whether notifications reach the desktop now."""
        ...

    async def test(self) -> str:
        """Show one; empty when the desktop took it, else why not and what was done instead."""
        ...
