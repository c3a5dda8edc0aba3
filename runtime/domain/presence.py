"""Whether anybody attends: on duty, and before the window in the last minutes. Times are µs since the epoch, UTC."""

from collections.abc import Mapping

import msgspec

from runtime.domain.settings import Operator


class Presence(msgspec.Struct, frozen=True):
    """One person. Somebody whose window never said anything counts as there: nothing is known against it."""

    on_duty: bool = True
    duty_since: int = 0
    """When they went on duty, or off; 0 = on duty since they were added."""
    away_since: int = 0
    """0 = there."""
    measured: bool = False
    """Whether a window ever told of them; only then closing the program means that they left."""

    @property
    def left_at(self) -> int:
        """When they stopped attending; 0 = they attend."""
        off = 0 if self.on_duty else self.duty_since
        return min(at for at in (off, self.away_since) if at) if off or self.away_since else 0


def unattended_since(operators: Mapping[str, Operator], presence: Mapping[str, Presence]) -> int:
    """Since when nobody attends; 0 = somebody does, or nobody decides here at all."""
    active = [presence.get(key, Presence()) for key, one in operators.items() if one.active]
    left = [one.left_at for one in active]
    return max(left) if left and all(left) else 0
