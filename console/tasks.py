"""Every task of the window has an owner and a name: kept alive, its crash reported, cancelled on close."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Tasks:
    """Starts coroutines on the running loop and keeps them until they end."""

    def __init__(self, report: Callable[[BaseException, str], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def start(self, work: Coroutine[Any, Any, Result], name: str) -> "asyncio.Task[Result] | None":
        """Start ``work`` now. After ``close`` nothing starts any more; the coroutine is closed and None is returned."""
        if self._closed:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    @property
    def names(self) -> list[str]:
        """What runs now, for crash reports and tests."""
        return sorted(task.get_name() for task in self._running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return  # somebody closed what it worked for; that is no news
        error = task.exception()
        if error is not None:
            self._report(error, task.get_name())

    async def close(self) -> None:
        """Cancel what still runs and wait until it has ended."""
        self._closed = True
        current = asyncio.current_task()
        waiting = [task for task in self._running if task is not current]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
