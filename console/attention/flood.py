"""When asks come in a flood: from 10 in 10 minutes on, until there were fewer than 5 for 5 minutes (UX section 7)."""

from __future__ import annotations

from dataclasses import dataclass

BEGINS_AT, ENDS_BELOW, CALM = 10, 5, 5 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Flood:
    """``calm_since`` (µs): since when there were fewer than 5, while it lasts; 0 = there are more."""

    on: bool = False
    calm_since: int = 0

    def after(self, asks_per_10_min: int, now: int) -> Flood:
        """The same one later."""
        if not self.on:
            return Flood(asks_per_10_min >= BEGINS_AT)
        if asks_per_10_min >= ENDS_BELOW:
            return Flood(True)
        since = self.calm_since or now
        return Flood() if now - since >= CALM else Flood(True, since)
