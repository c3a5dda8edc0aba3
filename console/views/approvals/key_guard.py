"""Deaf for a moment after each decision and change of selection: no press meant for one ask hits another."""

from collections.abc import Callable

DEAF_S = 0.6


class KeyGuard:
    """Asked before every decision; ``deafen`` starts the moment anew."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = 0.0

    def deafen(self) -> None:
        """From now on nothing counts for 600 ms."""
        self._until = self._clock() + DEAF_S

    @property
    def is_deaf(self) -> bool:
        """Whether a press now must be ignored."""
        return self._clock() < self._until


class LookTime:
    """How long a card was really on screen: it runs while shown and stops while hidden or the window is away."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sum = 0.0
        self._since: float | None = None

    def restart(self) -> None:
        """Another card."""
        running = self._since is not None
        self._sum, self._since = 0.0, self._clock() if running else None

    def run(self, running: bool) -> None:
        """Whether somebody can see it now."""
        if running and self._since is None:
            self._since = self._clock()
        elif not running and self._since is not None:
            self._sum += self._clock() - self._since
            self._since = None

    @property
    def is_running(self) -> bool:
        """Whether somebody can see it."""
        return self._since is not None

    @property
    def seconds(self) -> float:
        """So far."""
        return self._sum + (0.0 if self._since is None else self._clock() - self._since)

    @property
    def milliseconds(self) -> int:
        """For the journal."""
        return round(self.seconds * 1000)
