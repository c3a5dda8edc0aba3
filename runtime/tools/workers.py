"""Threads for blocking tool calls: bounded, each with a time limit; a hung one is left behind, not waited for.

Not a ThreadPoolExecutor: its threads are joined when the interpreter exits, so one hung tool would keep the program
from ending, and each hung thread would take a place for good. Threads that are done wait for the next call: to begin
one for each costs 0.1 ms.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from runtime.tools.stopping import STOP_GRACE_S

T = TypeVar("T")

LOOK_EVERY_S = 0.05
"""How often a stop is looked for while a tool is at work; with the grace after it everything ends within a second."""
IDLE_THREADS = 4
"""Threads that wait for the next call; further ones end with theirs."""
IDLE_S = 2.0


class Abandoned(Exception):
    """The call did not end in time; its thread was left behind and may still be at work."""


class _Answer(Generic[T]):
    """What a thread brought back; exceptions are carried as values, because a future refuses StopIteration."""

    __slots__ = ("error", "value")

    def __init__(self) -> None:
        self.value: T | None = None
        self.error: Exception | None = None


@dataclass(slots=True, eq=False)
class _Call:
    """One call handed to a thread. ``over`` is set by the thread when the function came back."""

    name: str
    function: Callable[[], Any]
    done: "asyncio.Future[_Answer[Any]]"
    loop: asyncio.AbstractEventLoop
    over: threading.Event = field(default_factory=threading.Event)


class _Crew:
    """Daemon threads, each with a mailbox of its own. One that is done waits a little for the next call, then ends."""

    def __init__(self) -> None:
        self._idle: list[queue.SimpleQueue[_Call]] = []
        self._lock = threading.Lock()

    def begin(self, call: _Call) -> None:
        with self._lock:
            mailbox = self._idle.pop() if self._idle else None
        if mailbox is None:
            mailbox = queue.SimpleQueue()
            threading.Thread(target=self._serve, args=(mailbox,), name=call.name, daemon=True).start()
        mailbox.put(call)

    def _serve(self, mailbox: "queue.SimpleQueue[_Call]") -> None:
        while (call := self._next(mailbox)) is not None:
            threading.current_thread().name = call.name
            answer = _work(call.function)
            call.over.set()
            with self._lock:
                stays = len(self._idle) < IDLE_THREADS
                if stays:
                    self._idle.append(mailbox)  # before it answers, so that the caller's next call finds it
            _answer(call, answer)
            del call, answer  # nothing of a call is kept alive while waiting
            if not stays:
                return

    def _next(self, mailbox: "queue.SimpleQueue[_Call]") -> _Call | None:
        while True:
            try:
                return mailbox.get(timeout=IDLE_S)
            except queue.Empty:
                with self._lock:
                    if mailbox in self._idle:
                        self._idle.remove(mailbox)
                        return None
                # Somebody has just taken it: the call is on its way.


class Workers:
    """Runs blocking calls in threads, at most ``at_once`` at a time."""

    def __init__(self, at_once: int = 32) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._crew = _Crew()
        self._left: list[_Call] = []

    @property
    def abandoned(self) -> tuple[str, ...]:
        """Names of calls that were left behind and are still at work."""
        self._left = [call for call in self._left if not call.over.is_set()]
        return tuple(call.name for call in self._left)

    def wait_for(self, name: str) -> None:
        """Returns when no call of this name is left behind at work any more; blocks, however long that takes."""
        for call in tuple(self._left):
            if call.name == name:
                call.over.wait()

    async def call(
        self, name: str, function: Callable[[], T], limit_s: float, stop: threading.Event | None = None
    ) -> T:
        """Run ``function`` in a thread; what it raises is raised here. Abandoned: it outlives limit or stop."""
        async with self._places:
            loop = asyncio.get_running_loop()
            done: asyncio.Future[_Answer[T]] = loop.create_future()
            call = _Call(name, function, done, loop)
            self._crew.begin(call)
            try:
                answer = await _wait(done, limit_s, stop)
            except asyncio.CancelledError:
                if stop is not None:
                    stop.set()
                self._left.append(call)
                raise
            if answer is None:
                self._left.append(call)
                raise Abandoned(name)
        if answer.error is not None:
            raise answer.error
        return cast(T, answer.value)


def _work(function: Callable[[], Any]) -> _Answer[Any]:
    answer: _Answer[Any] = _Answer()
    try:
        answer.value = function()
    except Exception as error:
        answer.error = error
    except BaseException as error:  # SystemExit or a cancellation raised by a tool must not act in the loop
        answer.error = RuntimeError(f"{type(error).__name__}: {error}")
    return answer


def _answer(call: _Call, answer: _Answer[Any]) -> None:
    try:
        call.loop.call_soon_threadsafe(_deliver, call.done, answer)
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
