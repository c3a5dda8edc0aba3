"""The heartbeat: silence is told with the time of the last truth, and the end of it too."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from console.heartbeat import Heartbeat
from console.tasks import Tasks
from tests.fixtures.story_rows import NOW
from tests.fixtures.story_runtime import StoryRuntime

pytestmark = pytest.mark.window


async def test_silence_is_told_with_the_time_of_the_last_truth(qapp: QApplication) -> None:
    story = StoryRuntime()
    crashes: list[BaseException] = []
    tasks = Tasks(lambda error, _name: crashes.append(error))
    beat = Heartbeat(story, tasks, story.now, every_s=0.001)
    stale: list[int] = []
    fresh: list[float] = []
    beat.stale.connect(stale.append)
    beat.fresh.connect(fresh.append)
    beat.start()
    while not fresh:  # noqa: ASYNC110  (the next step of another task is what is waited for)
        await asyncio.sleep(0)
    story.clock += 7_000_000
    story.silent = True
    while not stale:  # noqa: ASYNC110  (the next step of another task is what is waited for)
        await asyncio.sleep(0)
    assert beat.is_stale
    assert stale[0] >= NOW
    story.silent = False
    count = len(fresh)
    beat.ask_now()
    while len(fresh) == count:  # noqa: ASYNC110  (the next step of another task is what is waited for)
        await asyncio.sleep(0)
    assert not beat.is_stale
    await tasks.close()
    assert crashes == []
