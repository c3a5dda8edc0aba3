"""A loop with a time and an order of its own: how fast the machine is, and what else it does, changes nothing in it.

Waiting takes no time: where nothing is ready, the loop's clock goes on to its next timer. What the program gives to
threads (reading, looking, writing the journal) is done where it is handed over, and answered a little later; how much
later comes from a seed, so that tasks meet in many orders, and in the same order again with the same seed.
"""

import asyncio
import itertools
import random
import selectors
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import wraps
from typing import Any, ParamSpec
from unittest.mock import patch
from weakref import WeakKeyDictionary

from runtime.operations import new_ids
from runtime.tools import workers
from storage import recorder_sqlite
from storage.errors import CredentialStoreAbsent
from storage.handed import Handed
from storage.keyring_calls import KeyringCalls
from storage.writer import Writer, closed

P = ParamSpec("P")
LATEST_S = 0.01
"""How much later at most; twice as long as the harness takes to look again."""


PASS_S = 0.0001
"""What each pass of the loop takes, so that who looks again and again does not keep the clock from going on."""


class NothingLeft(Exception):
    """Everybody waits, and nothing is left that could happen."""


class _AtOnce(selectors.DefaultSelector):
    """Nothing comes from outside; to wait for a timer is to put the clock forward."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeft("The program waits for something that can never come.")
        self.now += max(timeout, PASS_S)
        return super().select(0)


class OwnTimeLoop(asyncio.SelectorEventLoop):
    """See the module. ``order`` decides how long each answer takes."""

    def __init__(self) -> None:
        self._at_once = _AtOnce()
        self.order = random.Random(0)
        self._begun: WeakKeyDictionary[asyncio.Task[Any], int] = WeakKeyDictionary()
        self._number = itertools.count()
        self._last_written = 0.0
        super().__init__(self._at_once)

    def time(self) -> float:
        """Seconds since it was made."""
        return self._at_once.now

    def create_task(self, *given: Any, **more: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = super().create_task(*given, **more)
        self._begun[task] = next(self._number)
        return task

    def in_order(self, tasks: set[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
        """As they were begun."""
        return sorted(tasks, key=self._begun.__getitem__)

    def run_in_executor(  # type: ignore[override]  # who calls it is the standard library
        self, executor: Any, func: Callable[..., Any], *given: Any
    ) -> asyncio.Future[Any]:
        answer: asyncio.Future[Any] = self.create_future()
        try:
            result = func(*given)
        except Exception as error:
            self.later(_fail, answer, error)
        else:
            self.later(_give, answer, result)
        return answer

    def later(self, answered: Callable[..., object], *given: Any) -> None:
        """After a time that the seed decides."""
        self.call_later(self.order.random() * LATEST_S, answered, *given)

    def later_in_line(self, answered: Callable[..., object], *given: Any) -> None:
        """The same, but never before what was handed over earlier: there is one writer."""
        self._last_written = max(self._last_written, self.time() + self.order.random() * LATEST_S)
        self.call_at(self._last_written, answered, *given)


def own_loop() -> OwnTimeLoop:
    """The loop that is running."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, OwnTimeLoop)
    return loop


class _WriterAtOnce(Writer):
    """The journal's writer without a thread of its own: each append is a transaction."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection, self._end = None, None
        self._closed = False

    def _hand_over(self, work: Any) -> Handed[Any]:
        loop = own_loop()
        handed: Handed[Any] = Handed(work, loop)
        if self._closed:
            handed.answer(closed())
            return handed
        for job, answer in self._write([handed]):
            loop.later_in_line(job.answer, answer)
        return handed

    async def close(self) -> None:
        self._closed = True
        self._disconnect()


class _CrewAtOnce:
    """Tools that look, or undo, without threads."""

    def begin(self, call: Any) -> None:
        answer = workers._work(call.function)
        call.over.set()
        call.loop.later(workers._deliver, call.done, answer)


class NoKeyring(KeyringCalls):
    """As on a machine without one, where nobody has to be asked for that."""

    async def call(self, work: Callable[[Any], Any]) -> Any:
        raise CredentialStoreAbsent("There is no keyring.", "Nothing was changed.", "Set one up.")


def without_threads() -> ExitStack:
    """Until it is closed, workspaces are opened without threads, and new identifiers follow each other."""
    stack, number = ExitStack(), itertools.count(1)
    stack.enter_context(patch.object(recorder_sqlite, "Writer", _WriterAtOnce))
    stack.enter_context(patch.object(workers, "_Crew", _CrewAtOnce))
    stack.enter_context(patch.object(new_ids, "_stamp", lambda: f"{next(number):019x}"))
    return stack


def in_own_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A test that is a coroutine, in such a loop: what is killed in it leaves no thread behind that is at work."""

    @wraps(test)
    def run(*given: P.args, **more: P.kwargs) -> None:
        with without_threads(), asyncio.Runner(loop_factory=OwnTimeLoop) as runner:
            runner.run(test(*given, **more))

    return run


def _give(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
