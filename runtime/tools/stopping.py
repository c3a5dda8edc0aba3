"""How work ends on Stop: a tool in a thread looks between pieces of work; what is awaited in the loop is cut."""

import asyncio
import threading
from collections.abc import Awaitable, Generator
from typing import Any, Generic, TypeVar

from runtime.tools.contract import Failure, ToolContext, ToolFailed

T = TypeVar("T")

STOPPED = "stopped"
STOPPED_FAILURE = Failure(STOPPED, "It was stopped by a person before it was done; nothing was changed.")
STOP_GRACE_S = 0.8
"""How long a tool may take to end after Stop."""


def stop_if_asked(context: ToolContext) -> None:
    """Raises ToolFailed when Stop was pressed. Called only where nothing has been changed yet."""
    if context.cancelled.is_set():
        raise ToolFailed(STOPPED, "Stopped before it was done; nothing was changed.")


class Cut(Exception):
    """What was awaited did not end within its time, or within the grace after Stop; it was cancelled."""


class Stop(threading.Event):
    """Stop of one run. Threads look at it; ``set`` and ``cut`` are called in the loop and end what is awaited there."""

    def __init__(self) -> None:
        super().__init__()
        self._limits: dict[asyncio.Timeout, float] = {}
        """What is awaited now, with its grace."""

    def set(self) -> None:
        """Stop."""
        super().set()
        self.cut()

    def cut(self) -> None:
        """End what is awaited, after its grace; without a Stop, this is the program closing."""
        for limit, grace_s in self._limits.items():
            end = asyncio.get_running_loop().time() + grace_s
            if not limit.expired() and ((when := limit.when()) is None or end < when):
                limit.reschedule(end)

    async def awaited(self, work: Awaitable[T], limit_s: float | None = None, grace_s: float = 0.0) -> T:
        """The answer of ``work``, several side by side; raises Cut where it was ended first.

        What answers without waiting for anything is not timed: no timer could end it before it does.
        """
        steps = work.__await__()
        try:
            waits_for = next(steps)
        except StopIteration as answered:
            answer: T = answered.value
            return answer
        try:
            async with asyncio.timeout(limit_s) as limit:
                self._limits[limit] = grace_s
                if self.is_set():
                    self.cut()
                return await _Rest(steps, waits_for)
        except TimeoutError:
            if limit.expired():
                raise Cut from None
            raise
        finally:
            self._limits.pop(limit, None)


class _Rest(Generic[T]):
    """What is left of something awaited that was begun by hand and now waits for the first time."""

    def __init__(self, steps: Generator[Any, Any, T], waits_for: Any) -> None:
        self._steps = steps
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, T]:
        steps, waits_for = self._steps, self._waits_for
        while True:
            try:
                try:
                    came = yield waits_for
                except GeneratorExit:
                    steps.close()
                    raise
                except BaseException as error:
                    waits_for = steps.throw(error)
                else:
                    waits_for = steps.send(came)
            except StopIteration as answered:
                answer: T = answered.value
                return answer
