"""What is awaited under Stop: answered at once it is not timed; what waits is ended in time, and told of it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from runtime.tools.stopping import Cut, Stop


async def at_once() -> str:
    return "answer"


async def after_waiting(times: int = 3) -> str:
    for _ in range(times):
        await asyncio.sleep(0)
    await asyncio.get_running_loop().run_in_executor(None, lambda: None)
    return "answer"


async def through_its_own_limit() -> str:
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(30)
    except TimeoutError:
        return "answer"
    raise AssertionError("its own limit did not end it")


@pytest.mark.parametrize("work", [at_once, after_waiting, through_its_own_limit])
async def test_the_answer_comes_as_it_would_without_it(work: Callable[[], Awaitable[str]]) -> None:
    assert await Stop().awaited(work(), 10, 0.8) == "answer"


@pytest.mark.parametrize("first", [True, False])
async def test_what_it_raises_is_raised(first: bool) -> None:
    async def fails() -> None:
        if not first:
            await asyncio.sleep(0)
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await Stop().awaited(fails(), 10)


async def test_a_time_limit_of_its_own_is_no_cut() -> None:
    async def gives_up() -> None:
        await asyncio.sleep(0)
        raise TimeoutError("the other side")

    with pytest.raises(TimeoutError, match="the other side"):
        await Stop().awaited(gives_up(), 10)


@pytest.mark.parametrize("how", ["limit", "stop", "stopped before"])
async def test_what_waits_is_cut_and_may_clean_up(how: str) -> None:
    stop, cleaned = Stop(), list[str]()

    async def hangs() -> None:
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            cleaned.append("up")

    if how == "stopped before":
        stop.set()
    awaiting = asyncio.ensure_future(stop.awaited(hangs(), 0.01 if how == "limit" else None))
    await asyncio.sleep(0)
    if how == "stop":
        stop.set()
    with pytest.raises(Cut):
        await awaiting
    assert cleaned == ["up"]


async def test_cancelling_the_caller_cancels_what_is_awaited() -> None:
    seen: list[BaseException] = []

    async def hangs() -> None:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError as error:
            seen.append(error)
            raise

    awaiting = asyncio.ensure_future(Stop().awaited(hangs(), 10))
    await asyncio.sleep(0)
    awaiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await awaiting
    assert len(seen) == 1


async def test_something_awaited_that_is_no_coroutine() -> None:
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, "answer")
    assert await Stop().awaited(future, 10) == "answer"
