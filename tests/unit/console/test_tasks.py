"""Tasks of the window: kept, named, their crash reported, cancelled on close."""

from __future__ import annotations

import asyncio

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console.tasks import Tasks


async def test_a_crash_is_reported_with_the_name_of_the_task() -> None:
    told: list[tuple[str, str]] = []
    tasks = Tasks(lambda error, name: told.append((str(error), name)))

    async def work() -> None:
        raise ValueError("broken")

    task = tasks.start(work(), name="load a card")
    assert task is not None
    await asyncio.wait({task})
    await asyncio.sleep(0)
    assert told == [("broken", "load a card")]
    assert tasks.names == []


async def test_a_task_ends_with_the_part_it_works_for(qapp: QApplication) -> None:
    told: list[str] = []
    tasks = Tasks(lambda _error, name: told.append(name))
    page = QObject()
    task = tasks.start(asyncio.Event().wait(), name="fill a page", owner=page)
    over = tasks.start(asyncio.sleep(0), name="over before", owner=page)
    assert task is not None
    assert over is not None
    await asyncio.wait({over})
    shiboken6.delete(page)
    await asyncio.wait({task})
    assert task.cancelled()
    assert told == []


async def test_close_cancels_what_runs_without_a_report_and_starts_nothing_more() -> None:
    told: list[str] = []
    tasks = Tasks(lambda _error, name: told.append(name))
    task = tasks.start(asyncio.Event().wait(), name="wait for ever")
    assert task is not None
    await asyncio.sleep(0)
    assert tasks.names == ["wait for ever"]
    await tasks.close()
    assert task.cancelled()
    assert told == []
    assert tasks.start(asyncio.sleep(0), name="too late") is None
