"""Work handed to the writer: its answer is told once, however it is waited for."""

import asyncio

import pytest

from storage.handed import Handed


async def test_it_is_awaited_before_and_after_its_answer() -> None:
    handed: Handed[int] = Handed("work", asyncio.get_running_loop())
    asyncio.get_running_loop().call_soon(handed.answer, 7)
    assert await handed == 7
    assert await handed == 7


async def test_what_was_wrong_is_raised() -> None:
    handed: Handed[int] = Handed("work", asyncio.get_running_loop())
    asyncio.get_running_loop().call_soon(handed.answer, LookupError("no"))
    with pytest.raises(LookupError, match="no"):
        await handed


async def test_a_call_is_told_before_and_after_its_answer() -> None:
    handed: Handed[int] = Handed("work", asyncio.get_running_loop())
    told: list[int | Exception] = []
    handed.then(told.append)
    handed.answer(7)
    handed.then(told.append)
    assert told == [7, 7]


async def test_who_gives_up_waiting_hears_nothing_and_harms_nobody() -> None:
    handed: Handed[int] = Handed("work", asyncio.get_running_loop())
    waiting = asyncio.ensure_future(handed)
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    handed.answer(7)
    assert await handed == 7
