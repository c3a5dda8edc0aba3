"""The loop of the program: Qt's own, in which every callback knows that it runs in a loop.

qasync lets Qt work once more after a loop has stopped. What comes due there, a heartbeat for example, would be run with
no loop running, and fail. That round is left out here, and what comes due whenever else somebody lets Qt work between
two runs of the loop is run as if the loop ran.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, TypeVar

from qasync import QEventLoop  # type: ignore[import-untyped]

Result = TypeVar("Result")


class WindowLoop(QEventLoop):  # type: ignore[misc]
    """Used as an asyncio loop is."""

    def run_until_complete(self, future: Awaitable[Result]) -> Result:
        """As in asyncio; without the round that qasync adds when nothing of ours may run any more."""
        work = asyncio.ensure_future(future, loop=self)
        work.add_done_callback(self._ended)
        try:
            self.run_forever()
        finally:
            work.remove_done_callback(self._ended)
        if not work.done():
            raise RuntimeError("The loop was stopped before its work had ended.")
        return work.result()

    def _ended(self, work: object) -> None:
        self.stop()

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As in asyncio; every other way to call something later leads here."""
        handle: asyncio.Handle = super().call_later(delay, self._in_this_loop, callback, *args, context=context)
        return handle

    def _in_this_loop(self, callback: Callable[..., object], *args: Any) -> None:
        if asyncio._get_running_loop() is not None:
            callback(*args)
            return
        asyncio._set_running_loop(self)
        try:
            callback(*args)
        finally:
            asyncio._set_running_loop(None)
