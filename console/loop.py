"""The loop of the program: Qt's own, in which every callback knows that it runs in a loop.

qasync gives each callback a timer of Qt's. With hundreds of agents at work that is thousands of timers a second, each
kept in an ordered list until it is due even when it was cancelled, and Qt rings long ones up to a twentieth of their
time too early or too late. Here what is due waits in one queue, worked off a few milliseconds at a time so that Qt
paints and hears the keyboard in between; what is due later lies in one heap behind a single precise timer.

qasync lets Qt work once more after a loop has stopped. What comes due there, a heartbeat for example, would be run with
no loop running, and fail. That round is left out here, and what comes due whenever else somebody lets Qt work between
two runs of the loop is run as if the loop ran.
"""

import asyncio
import heapq
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimerEvent
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # type: ignore[import-untyped]

from console.ready_sockets import IS_HERE, READ, WRITE, ReadySockets

Result = TypeVar("Result")
AT_A_TIME_S = 0.004
"""How long callbacks are run before Qt gets its turn."""
MANY_CANCELLED = 100
_WAKE = QEvent.Type(QEvent.registerEventType())


class Bell(QObject):
    """Qt's side: rings at once, at a moment, or when another thread knocks."""

    def __init__(self, on_now: Callable[[], None], on_due: Callable[[], None]) -> None:
        super().__init__()
        self._on_now, self._on_due = on_now, on_due
        self._now, self._due = 0, 0

    def ring_now(self) -> None:
        """In Qt's next round. From the loop's own thread."""
        if not self._now:
            self._now = self.startTimer(0)

    def ring_in(self, seconds: float) -> None:
        """Once, not before so many seconds; instead of what was set before."""
        if self._due:
            self.killTimer(self._due)
        milliseconds = min(2**31 - 1, max(0, math.ceil(seconds * 1000)))
        self._due = self.startTimer(milliseconds, Qt.TimerType.PreciseTimer)

    def knock(self) -> None:
        """Like ``ring_now``, from any thread."""
        QCoreApplication.postEvent(self, QEvent(_WAKE))

    def silence(self) -> None:
        """Nothing rings any more."""
        for timer in filter(None, (self._now, self._due)):
            self.killTimer(timer)
        self._now = self._due = 0

    def event(self, event: QEvent) -> bool:
        if event.type() == _WAKE:
            self.ring_now()
            return True
        return super().event(event)

    def timerEvent(self, event: QTimerEvent) -> None:
        timer = event.timerId()
        self.killTimer(timer)
        if timer == self._now:
            self._now = 0
            self._on_now()
        elif timer == self._due:
            self._due = 0
            self._on_due()


class WindowLoop(QEventLoop):  # type: ignore[misc]
    """Used as an asyncio loop is."""

    def __init__(self, app: QApplication) -> None:
        # First, because the loop below already calls back while it is being made.
        self._ready_now: deque[asyncio.Handle] = deque()
        self._later: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._numbers = 0
        self._cancelled = 0
        self._knocked = False
        self._silent = False
        self._bell = Bell(self._work_off, self._ring)
        self._sockets: ReadySockets | None = None
        super().__init__(app)

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

    def close(self) -> None:
        """As in asyncio: what still waits is dropped."""
        super().close()
        self._silent = True
        self._bell.silence()
        if self._sockets is not None:
            self._sockets.close()
        self._ready_now.clear()
        self._later.clear()

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """As in asyncio; after the end it is dropped."""
        return self._put(asyncio.Handle(callback, args, self, context))

    def _put(self, handle: asyncio.Handle) -> asyncio.Handle:
        if not self._silent:
            self._ready_now.append(handle)
            self._bell.ring_now()
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As in asyncio. Many calls before the loop looks again cost one knock."""
        if self._silent:
            raise RuntimeError("The loop is closed.")
        handle = asyncio.Handle(callback, args, self, context)
        self._ready_now.append(handle)
        if not self._knocked:
            self._knocked = True
            self._bell.knock()
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """As in asyncio, exact to about a millisecond."""
        if delay <= 0:
            return self.call_soon(callback, *args, context=context)
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """As in asyncio."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        handle._scheduled = True  # type: ignore[attr-defined]  # asyncio then tells of its cancelling
        self._numbers += 1
        heapq.heappush(self._later, (when, self._numbers, handle))
        if self._later[0][2] is handle and not self._silent:
            self._bell.ring_in(when - self.time())
        return handle

    def _add_reader(self, fd: int, callback: Callable[..., object], *args: Any) -> Any:
        return self._watched(READ, fd, callback, args) if IS_HERE else super()._add_reader(fd, callback, *args)

    def _add_writer(self, fd: int, callback: Callable[..., object], *args: Any) -> Any:
        return self._watched(WRITE, fd, callback, args) if IS_HERE else super()._add_writer(fd, callback, *args)

    def _watched(self, event: int, fd: int, callback: Callable[..., object], args: tuple[Any, ...]) -> asyncio.Handle:
        self._check_closed()
        if self._sockets is None:
            self._sockets = ReadySockets(self, self._put)
        handle = asyncio.Handle(callback, args, self)
        self._sockets.watch(fd, event, handle)
        return handle

    def _remove_reader(self, fd: int) -> bool:
        if self._sockets is None:
            return bool(super()._remove_reader(fd))
        return not self.is_closed() and self._sockets.forget(fd, READ)

    def _remove_writer(self, fd: int) -> bool:
        if self._sockets is None:
            return bool(super()._remove_writer(fd))
        return not self.is_closed() and self._sockets.forget(fd, WRITE)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """asyncio tells of each cancelled one. Most are limits that were kept; they must not pile up."""
        self._cancelled += 1
        if self._cancelled > MANY_CANCELLED and self._cancelled > len(self._later) // 2:
            self._later = [one for one in self._later if not one[2].cancelled()]
            heapq.heapify(self._later)
            self._cancelled = 0

    def _ring(self) -> None:
        """What was due later is due now."""
        now = self.time()
        while self._later and (self._later[0][0] <= now or self._later[0][2].cancelled()):
            _, _, handle = heapq.heappop(self._later)
            handle._scheduled = False  # type: ignore[attr-defined]
            if handle.cancelled():
                self._cancelled = max(0, self._cancelled - 1)
            else:
                self._ready_now.append(handle)
        if self._later:
            self._bell.ring_in(self._later[0][0] - now)
        self._work_off()

    def _work_off(self) -> None:
        """Run what is due, for a while; the rest after Qt had its turn."""
        self._knocked = False
        ran = self.is_running()
        running = asyncio._get_running_loop()
        if running is None:
            asyncio._set_running_loop(self)
        end = time.perf_counter() + AT_A_TIME_S
        ready = self._ready_now
        try:
            while ready:
                handle = ready.popleft()
                if not handle.cancelled():
                    handle._run()
                if time.perf_counter() >= end or (ran and not self.is_running()):
                    break
        finally:
            if running is None:
                asyncio._set_running_loop(None)
            if ready and not self._silent:
                self._bell.ring_now()

    def _ended(self, work: object) -> None:
        self.stop()
