"""Work handed to the writer: awaited like a future, or answered by a call, which costs the loop far less."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_NOT_YET: Any = object()


class Handed(Generic[T]):
    """One piece of work and its answer. Used in the loop that handed it over; whoever gives up takes nothing back."""

    __slots__ = ("_answer", "_then", "loop", "work")

    def __init__(self, work: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self._answer: T | Exception = _NOT_YET
        self._then: Callable[[T | Exception], None] | None = None

    def then(self, answered: Callable[[T | Exception], None]) -> None:
        """Have ``answered`` called, once, with the answer or with what was wrong; at once where that is known.

        It must not raise: others of the same group are answered after it.
        """
        if self._answer is not _NOT_YET:
            answered(self._answer)
        else:
            self._then = answered

    def answer(self, answer: T | Exception) -> None:
        """For the writer."""
        self._answer = answer
        if self._then is not None:
            self._then(answer)

    def __await__(self) -> Generator[Any, None, T]:
        if self._answer is _NOT_YET:
            done: asyncio.Future[None] = self.loop.create_future()
            self.then(lambda _: None if done.done() else done.set_result(None))
            yield from done
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer
