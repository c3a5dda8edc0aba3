"""Time for decisions and records: wall time read once, then carried on by the monotonic clock.

A clock that is set while the program runs moves no deadline and expires nothing; a restart reads wall time anew. Sleep
of the machine is real time passing: it is noticed and added. (SAFETY: deadlines by monotonic time while running.)
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

SECOND = 1_000_000
NOTICED_US = 3 * SECOND
"""Smaller differences are the ordinary slewing of a synchronised clock."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Wall time moved against the monotonic clock by ``seconds`` since the last look."""

    seconds: float
    slept: bool


def since_boot_ns() -> int | None:
    """A monotonic clock that counts sleep, where the system has one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime_ns(boot) if boot is not None else None


class Clock:
    """``now()`` is µs since the epoch (UTC) and never goes back while the program runs."""

    def __init__(
        self,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
        with_sleep_ns: Callable[[], int | None] = since_boot_ns,
    ) -> None:
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        self._with_sleep_ns = with_sleep_ns
        self._anchor = wall_ns() // 1000 - self._monotonic()
        self._seen_difference = 0

    def _monotonic(self) -> int:
        return self._monotonic_ns() // 1000

    def _with_sleep(self) -> int | None:
        counted = self._with_sleep_ns()
        return None if counted is None else counted // 1000

    def running(self) -> int:
        """µs by the monotonic clock alone: sleep of the machine is not counted, setting the clock is not either."""
        return self._monotonic()

    def now(self) -> int:
        """µs since the epoch, UTC."""
        return self._anchor + self._monotonic_ns() // 1000

    def look(self) -> Jump | None:
        """Compare with wall time; call it about once a second. Sleep is added to ``now``; a set clock is only told."""
        difference = self._wall_ns() // 1000 - self.now()
        moved = difference - self._seen_difference
        if abs(moved) < NOTICED_US:
            return None
        slept = self._slept()
        if slept >= NOTICED_US:
            self._anchor += slept
            self._seen_difference = self._wall_ns() // 1000 - self.now()
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
