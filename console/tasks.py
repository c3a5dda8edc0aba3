"""Every task of the window has an owner and a name: kept alive, its crash reported, cancelled on close."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")


class Owner(Protocol):
    """A part of the window: a task that works for it ends when it is taken away."""

    @property
    def destroyed(self) -> Any:
        """The signal of Qt."""
        ...


def _end_with(task: asyncio.Task[Any], owner: Owner) -> None:
    """Cancel ``task`` when ``owner`` goes; nothing of it is kept once it has ended."""

    def cancel() -> None:
        task.cancel()

    def ended(_task: asyncio.Task[Any]) -> None:
        with contextlib.suppress(RuntimeError):  # the owner went first
            owner.destroyed.disconnect(cancel)

    owner.destroyed.connect(cancel)
    task.add_done_callback(ended)


class Tasks:
    """Starts coroutines on the running loop and keeps them until they end."""

    def __init__(self, report: Callable[[BaseException, str], None]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def start(
        self, work: Coroutine[Any, Any, Result], name: str, owner: Owner | None = None
    ) -> "asyncio.Task[Result] | None":
        """Start ``work`` now. After ``close`` nothing starts any more; the coroutine is closed and None is returned.

        With an ``owner`` it is cancelled when that is destroyed: what it waited for has no place to be shown any more.
        """
        if self._closed:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        if owner is not None:
            _end_with(task, owner)
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
