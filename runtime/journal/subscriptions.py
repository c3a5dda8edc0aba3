"""The live feed: every watcher has a queue of its own, so that a slow or failing one harms nobody else."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from runtime.domain.envelope import Envelope

FURTHEST_BEHIND = 10_000


class Subscription:
    """One watcher's queue. Iterate it for batches of events in journal order; ``close`` when done.

    ``missed`` is true beside a batch before which events were dropped because the watcher fell too far behind: it
    reloads what it shows from history. The batch may then be empty.
    """

    def __init__(self, owner: "Subscriptions", furthest_behind: int = FURTHEST_BEHIND) -> None:
        self._owner = owner
        self._furthest_behind = furthest_behind
        self._waiting: list[Envelope] = []
        self._dropped = False
        self._woken = asyncio.Event()
        self._closed = False
        self.missed = False

    def __aiter__(self) -> AsyncIterator[Sequence[Envelope]]:
        return self

    async def __anext__(self) -> Sequence[Envelope]:
        while not self._closed:
            if self._waiting or self._dropped:
                batch, self._waiting = self._waiting, []
                self.missed, self._dropped = self._dropped, False
                self._woken.clear()
                return batch
            await self._woken.wait()
        raise StopAsyncIteration

    def skip(self) -> bool:
        """Let go of what waits, for a watcher that reads it elsewhere; whether anything did."""
        came = bool(self._waiting) or self._dropped
        self._waiting, self._dropped = [], False
        self._woken.clear()
        return came

    def close(self) -> None:
        """Ends the iteration; nothing more is queued."""
        self._closed = True
        self._waiting = []
        self._woken.set()
        self._owner.forget(self)

    def put(self, events: Sequence[Envelope]) -> None:
        """Queue what became durable; too far behind, drop it all and say so."""
        if self._closed:
            return
        if len(self._waiting) + len(events) > self._furthest_behind:
            self._waiting = []
            self._dropped = True
        else:
            self._waiting.extend(events)
        self._woken.set()


class Subscriptions:
    """Everybody who watches. Used from the loop that appends."""

    def __init__(self, furthest_behind: int = FURTHEST_BEHIND) -> None:
        self._furthest_behind = furthest_behind
        self._watchers: dict[int, Subscription] = {}

    def watch(self) -> Subscription:
        """A queue of what becomes durable from now on."""
        subscription = Subscription(self, self._furthest_behind)
        self._watchers[id(subscription)] = subscription
        return subscription

    def publish(self, events: Sequence[Envelope]) -> None:
        """Hand events to every watcher's queue; runs nobody's code."""
        if events:
            for watcher in tuple(self._watchers.values()):
                watcher.put(events)

    def forget(self, subscription: Subscription) -> None:
        """The watcher is gone."""
        self._watchers.pop(id(subscription), None)

    def close(self) -> None:
        """Ends every watcher's iteration."""
        for watcher in tuple(self._watchers.values()):
            watcher.close()
