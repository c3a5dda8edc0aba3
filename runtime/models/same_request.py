"""Identical requests: those in flight are sent once, and an answer may be kept for later ones where that is wanted."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import msgspec
from msgspec.structs import replace

from runtime.domain.decision import IN_FLIGHT, KEPT, Usage
from runtime.domain.redaction import Redactor
from runtime.domain.words import ModelRole
from runtime.models.interface import Answered, Attempt, Model, ModelFault, ModelRequest, as_sent, tell_reasoning
from runtime.models.kept_answers import KEPT_ANSWERS, KEPT_BYTES, AnswerFile, read, written

T = TypeVar("T")
Asked = tuple[Model, Answered[T]]
Say = Callable[[str], None]


class SharedFault(ModelFault):
    """The call of somebody else that this one waited for failed. It was recorded and counted there."""


def digest_of(model: Model, route: str, role: ModelRole, request: ModelRequest, key_entered: int = 0) -> bytes:
    """Everything a provider is sent or may go by, which model, server and account; not which run it is for.

    Two accounts share no answer: what is asked with one key is paid by its owner, and may be nobody else's to read. The
    key itself stays out of it; the route names its connection, and ``key_entered`` is when that got its key (µs UTC).
    Two agents do, where all that is sent is the same: their names stand in what a plan or a turn sends, and not in a
    question with few answers.
    """
    body, past = as_sent(model, request), tuple(request.past)
    read_by: object = request.choice or (request.tools, request.plan, past)
    if not body:  # nobody says what is sent of it: all of it counts, but the examples
        agent, task = replace(request.agent, playbook=None), replace(request.task, key="", source="")
        read_by = replace(request, run_id="", agent=agent, task=task, past=past)
    return hashlib.sha256(msgspec.json.encode((route, role, key_entered, read_by)) + body).digest()


@dataclass(slots=True)
class _Flight:
    hearers: list[Say] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    asked: Any = None
    fault: ModelFault | None = None

    def __call__(self, text: str, /) -> None:
        for hear in self.hearers:
            hear(text)

    def reasoning(self, text: str, /) -> None:
        for hear in self.hearers:
            tell_reasoning(hear, text)


@dataclass(frozen=True, slots=True)
class _Kept:
    at: int
    asked: Any
    size: int


class SameRequests:
    """Of one workspace: requests under way by digest, and the answers that are kept."""

    def __init__(self, file: AnswerFile | None = None) -> None:
        self._flights: dict[bytes, _Flight] = {}
        self._kept: dict[bytes, _Kept] = {}
        self._size = 0
        self._file = file
        self._unsaved: list[bytes] = []

    async def once(self, key: bytes, say: Say, send: Callable[[Say], Awaitable[Asked[T]]]) -> Asked[T]:
        """``send``, or the answer of an identical request that is under way. Raises what ``send`` raises.

        Where the one that was under way is stopped before it answered, the next that waits sends its own.
        """
        while (flight := self._flights.get(key)) is not None:
            flight.hearers.append(say)
            try:
                await flight.over.wait()
            finally:
                flight.hearers.remove(say)
            if flight.fault is not None:
                fault = flight.fault
                raise SharedFault(
                    fault.kind, fault.sentence, fault.retry_after, Attempt(), by_person=fault.by_person
                ) from fault
            if flight.asked is not None:
                return _reused(cast(Asked[T], flight.asked), IN_FLIGHT)
        flight = self._flights[key] = _Flight([say])
        try:
            asked = await send(flight)
            flight.asked = asked
            return asked
        except ModelFault as fault:
            flight.fault = fault
            raise
        finally:
            del self._flights[key]
            flight.over.set()

    def keep(self, key: bytes, asked: Asked[T], now: int) -> None:
        """For later identical requests."""
        size = len(asked[1].sent) + len(asked[1].received) + len(asked[1].carried)
        self._drop(key)
        self._kept[key] = _Kept(now, asked, size)
        self._size += size
        self._unsaved.append(key)
        while self._kept and (len(self._kept) > KEPT_ANSWERS or self._size > KEPT_BYTES):
            self._drop(next(iter(self._kept)))

    def kept(self, key: bytes, now: int, most_us: int) -> Asked[Any] | None:
        """The answer to an identical request, if it is not older than that."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if now - kept.at > most_us:
            self._drop(key)
            return None
        return _reused(kept.asked, KEPT)

    async def kept_before(self, key: bytes, model: Model, role: ModelRole, now: int, most_us: int) -> Asked[Any] | None:
        """The same of an earlier life of the program; ``model`` is the one the request would go to."""
        if self._file is None:
            return None
        found = await asyncio.to_thread(self._file.find, key, now - most_us, now)
        answer = read(found[1], role) if found is not None else None
        return _reused((model, answer), KEPT) if answer is not None else None

    async def save(self, redact: Redactor) -> None:
        """Write what was kept since, for the next life of the program."""
        waiting, self._unsaved = self._unsaved, []
        kept = [(key, self._kept[key]) for key in waiting if key in self._kept]
        if self._file is not None and kept:
            await asyncio.to_thread(_save, self._file, kept, redact)

    def _drop(self, key: bytes) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._size -= gone.size


def _save(file: AnswerFile, kept: list[tuple[bytes, _Kept]], redact: Redactor) -> None:
    for key, one in kept:
        if (body := written(one.asked[1], redact)) is not None:
            file.put(key, one.at, body)


def _reused(asked: Asked[T], how: str) -> Asked[T]:
    """It did cost nothing this time, and says how it came."""
    model, answer = asked
    return model, replace(answer, usage=Usage(), origin=replace(answer.origin, reused=how))
