"""The live feed in the window: batched, and looked at anew as a whole where it fell too far behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication

from console.change_set import ChangeSet
from console.event_bridge import EventBridge
from console.tasks import Tasks
from runtime.domain.envelope import Envelope
from runtime.domain.events.runs import RunPaused
from runtime.domain.ids import RunId, run_stream
from runtime.interface import Runtime
from runtime.journal.subscriptions import Subscriptions

pytestmark = pytest.mark.window


def paused(seq: int) -> Envelope:
    run_id = RunId(f"r{seq}")
    return Envelope(seq, run_stream(run_id), 1, seq, "operator:anna", RunPaused(run_id, "anna"))


@asynccontextmanager
async def bridged(feed: Subscriptions) -> AsyncIterator[tuple[EventBridge, list[ChangeSet]]]:
    tasks = Tasks(lambda error, name: None)
    bridge, told = EventBridge(cast(Runtime, feed), tasks), list[ChangeSet]()
    bridge.changed.connect(told.append)
    bridge.start()
    try:
        yield bridge, told
    finally:
        bridge.close()
        await tasks.close()


async def tell(bridge: EventBridge) -> None:
    """What waits is told as if its 100 ms were over."""
    while not bridge._timer.isActive():  # noqa: ASYNC110  (the next step of another task is what is waited for)
        await asyncio.sleep(0)
    bridge._timer.stop()
    bridge._tell()


async def test_a_burst_that_the_feed_could_not_hold_has_everything_looked_at_again(qapp: QApplication) -> None:
    feed = Subscriptions(furthest_behind=2)
    async with bridged(feed) as (bridge, told):
        feed.publish([paused(1), paused(2), paused(3)])
        await tell(bridge)
        assert told[-1].everything
        feed.publish([paused(4)])
        await tell(bridge)
        assert not told[-1].everything, "it has caught up"
        assert told[-1].runs == {"r4"}


async def test_events_that_come_after_the_dropped_ones_still_have_everything_looked_at(qapp: QApplication) -> None:
    feed = Subscriptions(furthest_behind=2)
    async with bridged(feed) as (bridge, told):
        feed.publish([paused(1), paused(2), paused(3)])
        feed.publish([paused(4)])
        await tell(bridge)
        assert told[-1].everything
        assert told[-1].runs == {"r4"}
        assert told[-1].head == 4
