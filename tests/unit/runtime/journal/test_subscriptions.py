"""The live feed: own queues, a bound, closing."""

import asyncio

from runtime.domain.envelope import Envelope
from runtime.domain.events.runs import PlanningStarted
from runtime.domain.ids import RunId, StreamName
from runtime.journal.subscriptions import Subscription, Subscriptions


def events(first: int, last: int) -> list[Envelope]:
    made = PlanningStarted(RunId("r"))
    return [Envelope(seq, StreamName("run:r"), seq, 0, "console", made) for seq in range(first, last + 1)]


async def next_seqs(subscription: Subscription) -> list[int]:
    return [envelope.seq for envelope in await anext(aiter(subscription))]


async def test_each_watcher_gets_everything_from_when_it_began_in_batches() -> None:
    feed = Subscriptions()
    early = feed.watch()
    feed.publish(events(1, 2))
    late = feed.watch()
    feed.publish(events(3, 3))
    assert await next_seqs(early) == [1, 2, 3]
    assert await next_seqs(late) == [3]
    assert not early.missed


async def test_a_watcher_that_falls_too_far_behind_is_told_once_and_goes_on() -> None:
    feed = Subscriptions(furthest_behind=4)
    slow, quick = feed.watch(), feed.watch()
    feed.publish(events(1, 4))
    assert await next_seqs(quick) == [1, 2, 3, 4]
    feed.publish(events(5, 5))
    assert await next_seqs(slow) == []
    assert slow.missed
    feed.publish(events(6, 6))
    assert await next_seqs(slow) == [6]
    assert not slow.missed
    assert await next_seqs(quick) == [5, 6]
    assert not quick.missed


async def test_closing_ends_a_waiting_watcher_and_leaves_the_others() -> None:
    feed = Subscriptions()
    going, staying = feed.watch(), feed.watch()

    async def watch() -> list[int]:
        return [envelope.seq async for batch in going for envelope in batch]

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    feed.publish(events(1, 1))
    await asyncio.sleep(0)
    going.close()
    feed.publish(events(2, 2))
    assert await watching == [1]
    assert await next_seqs(staying) == [1, 2]
    feed.close()
    assert [batch async for batch in staying] == []
