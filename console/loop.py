"""The loop of the program: Qt's own, in which every callback knows that it runs in a loop.

qasync lets Qt work once more after a loop has stopped. What comes due there, a heartbeat for example, would be run with
no loop running, and fail. The same holds for whatever else lets Qt work between two runs of the loop.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any

from qasync import QEventLoop  # type: ignore[import-untyped]


class WindowLoop(QEventLoop):  # type: ignore[misc]
    """Used as an asyncio loop is."""

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
