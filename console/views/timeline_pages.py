"""Which part of a long run is on screen: at most 2,000 steps, the rest is paged by the journal's numbers."""

from collections.abc import Awaitable, Callable

from console.models.timeline_model import KEPT
from runtime.projections.rows import TimelineStep

Read = Callable[[int, int], Awaitable[list[TimelineStep]]]


class TimelinePages:
    """``read(after_seq, limit)`` is the history of one run. Pages overlap by half, so that nothing jumps."""

    def __init__(self, read: Read, kept: int = KEPT) -> None:
        self._read, self._kept = read, kept
        self._after = 0
        self._before: list[int] = []

    @property
    def has_earlier(self) -> bool:
        """Whether steps before this page exist."""
        return bool(self._before)

    async def load(self, *, to_end: bool) -> tuple[list[TimelineStep], bool]:
        """(steps of the page, whether later ones exist). ``to_end`` moves on to the newest page."""
        while True:
            steps = await self._read(self._after, self._kept + 1)
            later = len(steps) > self._kept
            if not (later and to_end):
                return steps[: self._kept], later
            self._onward(steps)

    async def later(self) -> tuple[list[TimelineStep], bool]:
        """The page after this one, half of this one kept."""
        steps = await self._read(self._after, self._kept + 1)
        if len(steps) > self._kept:
            self._onward(steps)
        return await self.load(to_end=False)

    async def earlier(self) -> tuple[list[TimelineStep], bool]:
        """The page before this one."""
        if self._before:
            self._after = self._before.pop()
        return await self.load(to_end=False)

    def _onward(self, steps: list[TimelineStep]) -> None:
        self._before.append(self._after)
        # steps that share a seq stay together: the page starts after a whole seq
        self._after = max(self._after + 1, steps[len(steps) // 2].seq - 1)
