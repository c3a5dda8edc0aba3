"""Which sockets can be read or written: all of them behind one notifier of Qt's, where the system has ``epoll``.

qasync makes a notifier of Qt's, and connects a signal, whenever somebody waits for a socket. Who reads a stream waits
anew for every piece of it; with fifty models that answer at once this took a quarter of the program's time. A set of
``epoll`` can itself be waited for like a socket, and changing what is in it costs one call of the system.
"""

import asyncio
import select
import selectors
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSocketNotifier

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
IS_HERE: Final = hasattr(select, "epoll")
"""Where not, qasync's own way stays: the sets that other systems have cannot be waited for behind Qt's back."""


class ReadySockets:
    """``put`` is given the callback of each socket that is ready, and hands it to the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, put: Callable[[asyncio.Handle], object]) -> None:
        self._put = put
        self._set = selectors.DefaultSelector()
        self._notifier = QSocketNotifier(self._set.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated["int"].connect(self._look)  # type: ignore[index]
        self._again = asyncio.Handle(self._notifier.setEnabled, (True,), loop)

    def watch(self, socket: int, event: int, handle: asyncio.Handle) -> None:
        """Put the callback whenever the socket is ready, instead of the one that was put before."""
        try:
            key = self._set.get_key(socket)
        except KeyError:
            self._set.register(socket, event, {event: handle})
            return
        self._set.modify(socket, key.events | event, key.data | {event: handle})
        if event in key.data:
            key.data[event].cancel()

    def forget(self, socket: int, event: int) -> bool:
        """Put it no more; answers whether it was watched."""
        try:
            key = self._set.get_key(socket)
        except KeyError:
            return False
        if event not in key.data:
            return False
        rest = {other: handle for other, handle in key.data.items() if other != event}
        if rest:
            self._set.modify(socket, key.events & ~event, rest)
        else:
            self._set.unregister(socket)
        key.data[event].cancel()
        return True

    def close(self) -> None:
        """Nothing is watched any more."""
        self._notifier.setEnabled(False)
        self._set.close()

    def _look(self) -> None:
        """What is ready is looked for again after the callbacks of this time have run."""
        self._notifier.setEnabled(False)
        for key, ready in self._set.select(0):
            for event, handle in key.data.items():
                if ready & event:
                    self._put(handle)
        self._put(self._again)
