"""Fails a test that ends with asyncio tasks still running: every task has an owner that ends it.

What is ending by itself already, such as the handler of a connection whose other side has closed it, gets the turns of
the loop that it needs. No time is waited: whatever waits for a clock, a thread or somebody's word is left over.
"""

from __future__ import annotations

import asyncio
from asyncio import runners
from collections.abc import Generator
from typing import Any

import pytest

# The runner cancels what is left over when its loop closes (asyncio.run, and so pytest-asyncio); that is where we look.
_cancel_all: Any = vars(runners)["_cancel_all_tasks"]
_left_over: list[str] = []
TURNS = 50
_patch = pytest.MonkeyPatch()


async def _let_end() -> None:
    own = {asyncio.current_task()}
    for _ in range(TURNS):
        if not asyncio.all_tasks() - own:
            return
        await asyncio.sleep(0)


def _note_and_cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    if asyncio.all_tasks(loop):
        loop.run_until_complete(_let_end())
    for task in asyncio.all_tasks(loop):
        _left_over.append(f"{task.get_name()} ({getattr(task.get_coro(), '__qualname__', task.get_coro())})")
    _cancel_all(loop)


def pytest_configure() -> None:
    """Looks at every loop that closes from here on."""
    _patch.setattr(runners, "_cancel_all_tasks", _note_and_cancel_all)


def pytest_unconfigure() -> None:
    """Gives the runner back, for a pytest that runs inside another."""
    _patch.undo()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """After the loop of the test was closed: tells which tasks it had to cancel."""
    yield
    left_over, _left_over[:] = list(_left_over), []
    if left_over and item.get_closest_marker("may_leave_tasks") is None:
        pytest.fail(f"The test left tasks running: {', '.join(sorted(left_over))}", pytrace=False)
