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


_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", None)


def since_boot_ns() -> int | None:
    """A monotonic clock that counts sleep, where the system has one."""
    return time.clock_gettime_ns(_BOOT) if _BOOT is not None else None


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
        self._anchor = wall_ns() // 1000 - self._passed()
        self._seen_difference = 0
        self._told_sleep = self._slept()

    def _passed(self) -> int:
        """µs that passed, those asleep included where the system counts them."""
        counted = self._with_sleep_ns()
        return (self._monotonic_ns() if counted is None else counted) // 1000

    def _slept(self) -> int:
        return self._passed() - self.running()

    def running(self) -> int:
        """µs by the monotonic clock alone: sleep of the machine is not counted, setting the clock is not either."""
        return self._monotonic_ns() // 1000

    def now(self) -> int:
        """µs since the epoch, UTC. Right from the first moment after a sleep: nothing has to notice it before."""
        return self._anchor + self._passed()

    def now_awake(self) -> int:
        """As ``now``, without the sleep that ``look`` has not told yet: what was given just before it is just given."""
        return self.now() - (self._slept() - self._told_sleep)

    def look(self) -> Jump | None:
        """Compare with wall time; call it about once a second. What is found is only told: ``now`` has it already,
        or, of a clock that was set, never will."""
        slept = self._slept() - self._told_sleep
        if slept >= NOTICED_US:
            self._told_sleep += slept
            return Jump(slept / SECOND, slept=True)
        difference = self._wall_ns() // 1000 - self.now()
        moved = difference - self._seen_difference
        if abs(moved) < NOTICED_US:
            return None
        self._seen_difference = difference
        return Jump(moved / SECOND, slept=False)

    def watch_sleep(self) -> None:
        """What the machine has slept until now is told to nobody; once, before the first ``look``."""
        self._told_sleep = self._slept()
