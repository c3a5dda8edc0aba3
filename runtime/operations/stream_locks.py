"""One lock a stream: whoever decides on streams holds them until what was decided is durable."""

import asyncio
from collections import deque
from collections.abc import Iterable

from runtime.domain.ids import StreamName


class StreamLocks:
    """Used in one loop. A lock that is let go passes to whoever has waited longest for it."""

    def __init__(self) -> None:
        self._held: set[StreamName] = set()
        self._waiting: dict[StreamName, deque[asyncio.Future[None]]] = {}

    def held(self, stream: StreamName) -> bool:
        """Whether somebody has it."""
        return stream in self._held

    def take_free(self, streams: tuple[StreamName, ...]) -> bool:
        """Take all of them at once where all are free, else none; mostly they are."""
        held = self._held
        if not held.isdisjoint(streams):
            return False
        held.update(streams)
        return True

    async def take(self, streams: tuple[StreamName, ...]) -> None:
        """Take them one after the other. In the same order everywhere, so that nobody waits in a circle."""
        taken: list[StreamName] = []
        try:
            for stream in streams:
                if stream in self._held:
                    await self._wait_for(stream)
                else:
                    self._held.add(stream)
                taken.append(stream)
        except BaseException:
            self.let_go(taken)
            raise

    async def let_pass(self, stream: StreamName) -> None:
        """Returns when whoever holds it now, and who waits already, are through. Held meanwhile may be only what nobody
        takes who holds this one."""
        await self.take((stream,))
        self.let_go((stream,))

    def let_go(self, streams: Iterable[StreamName]) -> None:
        """Of what was taken."""
        for stream in streams:
            if not (self._waiting and self._passed_on(stream)):
                self._held.discard(stream)

    async def _wait_for(self, stream: StreamName) -> None:
        """Returns when it was passed on to this one, which then holds it."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(stream, deque()).append(turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.let_go((stream,))  # it came in the same moment as the cancellation
            raise

    def _passed_on(self, stream: StreamName) -> bool:
        waiting = self._waiting.get(stream)
        while waiting:
            turn = waiting.popleft()
            if not waiting:
                del self._waiting[stream]
            if not turn.done():
                turn.set_result(None)
                return True
        return False
