"""Time for decisions and records: wall time read once, then carried on by the monotonic clock.

A clock that is set while the program runs moves no deadline and expires nothing; a restart reads wall time anew. Sleep
of the machine is real time passing: it is noticed and added. (SAFETY: deadlines by monotonic time while running.)
"""

import time
from dataclasses import dataclass

SECOND = 1_000_000
NOTICED_US = 3 * SECOND
"""Smaller differences are the ordinary slewing of a synchronised clock."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Wall time moved against the monotonic clock by ``seconds`` since the last look."""

    seconds: float
    slept: bool


class Clock:
    """``now()`` is µs since the epoch (UTC) and never goes back while the program runs."""

    def __init__(self) -> None:
        self._anchor = time.time_ns() // 1000 - self._monotonic()
        self._seen_difference = 0

    @staticmethod
    def _monotonic() -> int:
        return time.monotonic_ns() // 1000

    @staticmethod
    def _with_sleep() -> int | None:
        """A monotonic clock that counts sleep, where the system has one."""
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        return time.clock_gettime_ns(boot) // 1000 if boot is not None else None

    def now(self) -> int:
        """µs since the epoch, UTC."""
        return self._anchor + self._monotonic()

    def look(self) -> Jump | None:
        """Compare with wall time; call it about once a second. Sleep is added to ``now``; a set clock is only told."""
        difference = time.time_ns() // 1000 - self.now()
        moved = difference - self._seen_difference
        if abs(moved) < NOTICED_US:
            return None
        slept = self._slept()
        if slept >= NOTICED_US:
            self._anchor += slept
            self._seen_difference = time.time_ns() // 1000 - self.now()
            return Jump(slept / SECOND, slept=True)
        self._seen_difference = difference
        return Jump(moved / SECOND, slept=False)

    def _slept(self) -> int:
        with_sleep = self._with_sleep()
        if with_sleep is None:
            return 0
        offset = with_sleep - self._monotonic()
        before = getattr(self, "_offset", None)
        self._offset = offset
        return 0 if before is None else offset - before

    def watch_sleep(self) -> None:
        """Remember how much the machine has slept until now; once, before the first ``look``."""
        self._slept()
