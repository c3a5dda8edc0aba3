"""A callback of the window's loop finds its loop running, whoever lets Qt work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from console.loop import MANY_CANCELLED, WindowLoop

pytestmark = pytest.mark.window


def test_what_comes_due_between_two_runs_knows_its_loop(qapp: QApplication) -> None:
    loop = WindowLoop(qapp)
    found: list[object] = []

    async def work() -> None:
        await asyncio.sleep(0)
        found.append(asyncio.get_running_loop())

    try:
        task = loop.create_task(work())
        while not task.done():
            qapp.processEvents()
        task.result()
        assert found == [loop]
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        loop.run_until_complete(work())
        assert found == [loop, loop]
    finally:
        loop.close()


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[WindowLoop]:
    made = WindowLoop(qapp)
    made.set_default_executor(ThreadPoolExecutor(thread_name_prefix="worker"))
    yield made
    made.close()


def test_what_is_due_runs_in_the_order_it_was_asked_for(loop: WindowLoop) -> None:
    ran: list[str] = []

    async def work() -> None:
        ended = asyncio.Event()
        loop.call_later(0.002, ran.append, "later")
        loop.call_at(loop.time() + 0.004, ended.set)
        for name in "abc":
            loop.call_soon(ran.append, name)
        loop.call_soon(ran.append, "cancelled").cancel()
        loop.call_later(0.001, ran.append, "cancelled").cancel()
        await ended.wait()

    loop.run_until_complete(work())
    assert ran == ["a", "b", "c", "later"]


def test_nothing_that_is_due_later_runs_too_early(loop: WindowLoop) -> None:
    async def work() -> list[float]:
        early = []
        for seconds in (0.0004, 0.003, 0.021):
            due = loop.time() + seconds
            await asyncio.sleep(seconds)
            early.append(due - loop.time())
        return early

    assert max(loop.run_until_complete(work())) <= 0


def test_qt_works_between_callbacks_that_never_end(loop: WindowLoop) -> None:
    rang: list[int] = []

    async def work() -> None:
        timer = QTimer()
        timer.setInterval(1)
        timer.timeout.connect(lambda: rang.append(1))
        timer.start()
        for _ in range(1_000_000):
            if len(rang) >= 3:
                break
            await asyncio.sleep(0)
        timer.stop()

    loop.run_until_complete(work())
    assert len(rang) >= 3


def test_other_threads_are_heard_each_time(loop: WindowLoop) -> None:
    heard: list[int] = []

    def knock(first: int) -> None:
        for number in range(first, first + 2_000):
            loop.call_soon_threadsafe(heard.append, number)

    async def work() -> None:
        async with asyncio.timeout(60):
            await asyncio.gather(*(asyncio.to_thread(knock, first) for first in (0, 10_000, 20_000)))
            while len(heard) < 6_000:  # noqa: ASYNC110  (the last ones may still be on their way)
                await asyncio.sleep(0)

    loop.run_until_complete(work())
    for first in (0, 10_000, 20_000):
        assert [n for n in heard if first <= n < first + 10_000] == list(range(first, first + 2_000))


def test_limits_that_were_kept_do_not_pile_up(loop: WindowLoop) -> None:
    async def work() -> int:
        for _ in range(1_000):
            async with asyncio.timeout(3_600):
                await asyncio.sleep(0)
        return len(loop._later)

    assert loop.run_until_complete(work()) <= 2 * MANY_CANCELLED


def test_a_loop_of_qt_inside_a_callback_goes_on_with_the_rest(loop: WindowLoop) -> None:
    ran: list[str] = []

    def open_inside() -> None:
        inner = QEventLoop()
        loop.call_soon(ran.append, "inside")
        loop.call_later(0.001, inner.quit)
        inner.exec()
        ran.append("back")

    async def work() -> None:
        ended = asyncio.Event()
        loop.call_soon(open_inside)
        loop.call_soon(ran.append, "beside")
        loop.call_later(0.05, ended.set)
        await ended.wait()

    loop.run_until_complete(work())
    assert ran == ["beside", "inside", "back"]


def test_a_callback_that_fails_is_told_and_the_others_run(loop: WindowLoop) -> None:
    told: list[object] = []
    loop.set_exception_handler(lambda _loop, context: told.append(context["exception"]))
    ran: list[str] = []

    def fail() -> None:
        raise ValueError("on purpose")

    async def work() -> None:
        loop.call_soon(fail)
        loop.call_soon(ran.append, "next")
        await asyncio.sleep(0.001)

    loop.run_until_complete(work())
    assert [str(error) for error in told] == ["on purpose"]
    assert ran == ["next"]


def test_a_closed_loop_says_so_to_other_threads(qapp: QApplication) -> None:
    loop = WindowLoop(qapp)
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon_threadsafe(print, "nobody hears this")


def test_what_is_asked_of_a_closed_loop_is_dropped(qapp: QApplication) -> None:
    loop = WindowLoop(qapp)
    loop.close()
    ran: list[str] = []
    loop.call_soon(ran.append, "soon")
    loop.call_later(0.001, ran.append, "later")
    qapp.processEvents()
    assert ran == []
