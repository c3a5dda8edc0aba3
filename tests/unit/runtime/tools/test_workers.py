"""Threads for blocking calls: used again, left behind when they hang, and never more than allowed."""

import asyncio
import threading

import pytest

from runtime.tools import workers
from runtime.tools.workers import Abandoned, Workers


async def test_one_thread_serves_call_after_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "IDLE_S", 60.0)  # it does not go meanwhile, however slow the machine is
    crew = Workers()
    threads = {await crew.call(f"call {number}", threading.get_ident, 10) for number in range(20)}
    assert len(threads) == 1


async def test_a_call_is_named_after_what_it_does() -> None:
    crew = Workers()
    names = [await crew.call(name, lambda: threading.current_thread().name, 10) for name in ("first", "second")]
    assert names == ["first", "second"]


async def test_what_a_call_raises_is_raised_here_and_the_thread_goes_on() -> None:
    crew = Workers()
    with pytest.raises(ZeroDivisionError):
        await crew.call("broken", lambda: 1 / 0, 10)
    with pytest.raises(RuntimeError, match="SystemExit"):
        await crew.call("leaving", lambda: exit(1), 10)
    assert await crew.call("next", lambda: 7, 10) == 7


async def test_a_hung_call_is_named_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "IDLE_S", 0.01)
    crew, release, ended = Workers(1), threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hang() -> None:
        release.wait(30)
        loop.call_soon_threadsafe(ended.set)

    with pytest.raises(Abandoned):
        await crew.call("hung", hang, 0.001)
    assert crew.abandoned == ("hung",)
    assert await crew.call("next", lambda: 7, 10) == 7  # its place is free
    release.set()
    await ended.wait()
    while crew.abandoned:
        await asyncio.to_thread(release.wait)


async def test_idle_threads_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "IDLE_S", 0.001)
    thread = await Workers().call("short", threading.current_thread, 10)
    await asyncio.to_thread(thread.join, 30)
    assert not thread.is_alive()
