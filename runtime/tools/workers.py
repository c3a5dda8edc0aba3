"""Threads for blocking tool calls: bounded, each with a time limit; a hung one is left behind, not waited for.

Not a ThreadPoolExecutor: its threads are joined when the interpreter exits, so one hung tool would keep the program
from ending, and each hung thread would take a place for good. A daemon thread per call costs about 0.1 ms.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Generic, TypeVar, cast

T = TypeVar("T")

LOOK_EVERY_S = 0.05
"""How often a stop is looked for while a tool is at work."""
STOP_GRACE_S = 0.8
"""How long a tool may take to end after Stop; with the look above everything has ended within a second."""


class Abandoned(Exception):
    """The call did not end in time; its thread was left behind and may still be at work."""


class _Answer(Generic[T]):
    """What a thread brought back; exceptions are carried as values, because a future refuses StopIteration."""

    __slots__ = ("error", "value")

    def __init__(self) -> None:
        self.value: T | None = None
        self.error: Exception | None = None


class Workers:
    """Runs blocking calls in threads of their own, at most ``at_once`` at a time."""

    def __init__(self, at_once: int = 32) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._left: list[threading.Thread] = []

    @property
    def abandoned(self) -> tuple[str, ...]:
        """Names of calls that were left behind and are still at work."""
        self._left = [thread for thread in self._left if thread.is_alive()]
        return tuple(thread.name for thread in self._left)

    async def call(
        self, name: str, function: Callable[[], T], limit_s: float, stop: threading.Event | None = None
    ) -> T:
        """Run ``function`` in a thread; what it raises is raised here. Abandoned: it outlives limit or stop."""
        async with self._places:
            loop = asyncio.get_running_loop()
            done: asyncio.Future[_Answer[T]] = loop.create_future()
            thread = threading.Thread(target=_work, args=(function, done, loop), name=name, daemon=True)
            thread.start()
            try:
                answer = await _wait(done, limit_s, stop)
            except asyncio.CancelledError:
                if stop is not None:
                    stop.set()
                self._left.append(thread)
                raise
            if answer is None:
                self._left.append(thread)
                raise Abandoned(name)
        if answer.error is not None:
            raise answer.error
        return cast(T, answer.value)


def _work(function: Callable[[], T], done: "asyncio.Future[_Answer[T]]", loop: asyncio.AbstractEventLoop) -> None:
    answer: _Answer[T] = _Answer()
    try:
        answer.value = function()
    except Exception as error:
        answer.error = error
    except BaseException as error:  # SystemExit or a cancellation raised by a tool must not act in the loop
        answer.error = RuntimeError(f"{type(error).__name__}: {error}")
    try:
        loop.call_soon_threadsafe(_deliver, done, answer)
    except RuntimeError:
        return  # the loop is closed: nobody waits any more


def _deliver(done: "asyncio.Future[_Answer[T]]", answer: _Answer[T]) -> None:
    if not done.done():
        done.set_result(answer)


async def _wait(done: "asyncio.Future[_Answer[T]]", limit_s: float, stop: threading.Event | None) -> _Answer[T] | None:
    """The answer, or None when the limit passed or the grace after a stop did."""
    clock = asyncio.get_running_loop().time
    end = clock() + limit_s
    stopping = False
    while True:
        if stop is not None and stop.is_set() and not stopping:
            stopping = True
            end = min(end, clock() + STOP_GRACE_S)
        left = end - clock()
        if left <= 0:
            return done.result() if done.done() else None
        await asyncio.wait({done}, timeout=min(left, LOOK_EVERY_S) if stop is not None else left)
        if done.done():
            return done.result()
