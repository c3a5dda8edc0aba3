"""One lock a stream: passed on in order, given back on every way out, and never lost with a caller who gives up."""

import asyncio

from runtime.domain.ids import StreamName
from runtime.operations.stream_locks import StreamLocks

A, B = StreamName("run:a"), StreamName("run:b")


def test_all_or_none_are_taken_at_once() -> None:
    locks = StreamLocks()
    assert locks.take_free((A,))
    assert not locks.take_free((A, B))
    assert not locks.held(B)
    locks.let_go((A,))
    assert locks.take_free((A, B))


async def test_who_has_waited_longest_is_next_and_nobody_comes_in_between() -> None:
    locks, order = StreamLocks(), list[int]()
    assert locks.take_free((A,))

    async def work(number: int) -> None:
        await locks.take((A,))
        order.append(number)
        await asyncio.sleep(0)
        locks.let_go((A,))

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(work(number))
        await asyncio.sleep(0)
        locks.let_go((A,))
        assert not locks.take_free((A,))
    assert order == [0, 1, 2]
    assert locks.take_free((A,))


async def test_who_gives_up_waiting_leaves_the_lock_to_the_next() -> None:
    locks = StreamLocks()
    assert locks.take_free((B,))
    leaving = asyncio.create_task(locks.take((A, B)))
    staying = asyncio.create_task(locks.take((B,)))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert not locks.held(A)
    locks.let_go((B,))
    await staying
    assert locks.held(B)


async def test_a_lock_that_comes_in_the_moment_of_giving_up_is_passed_on() -> None:
    locks = StreamLocks()
    assert locks.take_free((A,))
    leaving = asyncio.create_task(locks.take((A,)))
    await asyncio.sleep(0)
    locks.let_go((A,))
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert not locks.held(A)
