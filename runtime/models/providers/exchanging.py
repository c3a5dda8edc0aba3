"""One exchange with a provider: until its answer is whole, or until it is known what went wrong with it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, TypeVar

from runtime.models.interface import ModelFault
from runtime.models.providers import faults
from runtime.models.providers.answer import Answer, Incomplete, StreamedFault, Unreadable
from runtime.models.providers.event_stream import Event, EventStream
from runtime.models.providers.exchange import NOW, Exchange
from runtime.models.providers.fold import Fold, Say

if TYPE_CHECKING:
    import httpx2

Send = Callable[[], "Awaitable[httpx2.Response]"]
"""Sends the request through an SDK: the response, unread where it streams."""
ENOUGH_S: Final = 3.0
"""How long the end of the stream is waited for once the answer is whole."""
_LEVELS: Final = 12
"""Generators that the network's packages leave open one within another; each needs a turn of the loop to end."""
_OURS: Final = (ModelFault, TimeoutError, Incomplete, Unreadable, StreamedFault)
SHAPES: Final = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading an answer of an unexpected shape raises."""
T = TypeVar("T")


class ListenerFailed(Exception):
    """Somebody who listens to the answer raised ``__cause__``: that is ours, and says nothing about the answer."""


def listening(say: Say) -> Say:
    """A listener whose errors cannot be taken for those of the answer."""

    def told(text: str) -> None:
        try:
            say(text)
        except Exception as error:
            raise ListenerFailed from error

    return told


async def exchanged(
    send: Send, exchange: Exchange, fold: Fold, errors: tuple[type[Exception], ...]
) -> Answer | ModelFault:
    """Either the answer or the fault; faults are raised elsewhere, so that they carry no error of an SDK along.

    ``errors`` is what the SDK and the network's packages raise. Raises nothing for what the other side did, and what is
    wrong with us as it is: what a listener raised, or a request that cannot be written.
    """
    token = NOW.set(exchange)
    try:
        found = await _limited(send, exchange, fold, (*errors, *_OURS))
    except ListenerFailed as failed:
        raise failed.__cause__ or failed from None
    finally:
        NOW.reset(token)
    if isinstance(found, ModelFault):
        for _ in range(_LEVELS):
            await asyncio.sleep(0)
    return found


async def _limited(
    send: Send, exchange: Exchange, fold: Fold, expected: tuple[type[Exception], ...]
) -> Answer | ModelFault:
    times = exchange.connection.times
    began = asyncio.get_running_loop().time()
    events = EventStream()
    try:
        async with asyncio.timeout(times.total_s) as total, asyncio.timeout(times.first_s) as limit:
            exchange.limit = limit
            response = await _response(send, exchange)
            if not exchange.in_pieces:
                body = await _whole(response)
                return _read(lambda: fold.read(body))
            await _streamed(response, events, exchange, fold)
            return _read(lambda: fold.answer(events.unclosed(), ended=_tells_its_end(response)))
    except expected as error:
        network = not isinstance(error, ModelFault | Incomplete | Unreadable | StreamedFault)
        streamed = exchange.in_pieces and exchange.status == 200
        if network and streamed and exchange.fault is None and (answer := _late(events, fold)):
            return answer
        expired = total.expired() or asyncio.get_running_loop().time() - began >= times.total_s
        return _fault(error, exchange, expired)
    finally:
        exchange.limit = None


def _tells_its_end(response: "httpx2.Response") -> bool:
    """Whether the transfer itself says where the body ends, so that less of it is an error of the network's packages.

    A body that lasts until the connection is closed (RFC 9112, section 6.3, number 8) may have been cut just there.
    """
    chunked = response.headers.get("transfer-encoding", "").lower().endswith("chunked")
    return chunked or "content-length" in response.headers


async def _whole(response: "httpx2.Response") -> bytes:
    """A body that came in one piece, also where a stream was asked for."""
    try:
        return await response.aread()
    finally:
        await response.aclose()


async def _streamed(response: "httpx2.Response", events: EventStream, exchange: Exchange, fold: Fold) -> None:
    """Give the fold every event. The body is read to its end: only then can the connection be used again."""
    try:
        async with aclosing(response.aiter_raw()) as pieces:
            async for piece in pieces:
                _read(lambda: _fed(fold, events.feed(piece)))  # noqa: B023
                if fold.whole and exchange.limit is not None:
                    exchange.limit.reschedule(asyncio.get_running_loop().time() + ENOUGH_S)
                    exchange.limit = None
    finally:
        await response.aclose()


async def _response(send: Send, exchange: Exchange) -> "httpx2.Response":
    """What an SDK stumbles over once the answer has begun is the other side's; before that it is ours."""
    try:
        return await send()
    except SHAPES:
        if not exchange.status:
            raise
        raise Unreadable("") from None


def _fed(fold: Fold, events: list[Event]) -> None:
    for event in events:
        fold.feed(event)


def _read(make: Callable[[], T]) -> T:
    """Read of an answer; a shape that was not expected is the other side's."""
    try:
        return make()
    except SHAPES:
        raise Unreadable("") from None


def _late(events: EventStream, fold: Fold) -> Answer | None:
    """An answer that was whole before the connection failed: it counts."""
    try:
        return _read(lambda: fold.answer(events.unclosed()))
    except (Incomplete, Unreadable, StreamedFault):
        return None


def _fault(error: BaseException, exchange: Exchange, total: bool) -> ModelFault:
    """Classify: our own limits first, then what the other side said, then what the network did."""
    if exchange.fault is not None:
        return exchange.fault
    if isinstance(error, ModelFault):
        return error
    if isinstance(error, TimeoutError):
        return faults.timed_out(exchange, total)
    if exchange.status not in (0, 200):
        return faults.status_fault(exchange)
    if isinstance(error, StreamedFault):
        return faults.streamed_fault(exchange, error.body, error.code, error.words)
    if isinstance(error, Unreadable):
        return faults.unreadable(exchange, str(error))
    return faults.broken_off(exchange, error)
