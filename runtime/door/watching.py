"""What passes at the owner's, watched from another process: its feed, and texts that are still coming."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from runtime.domain.envelope import Envelope
from runtime.door import wire
from runtime.door.knocking import Streams, knock


class RemoteSubscription:
    """Events of the owner's feed, in a queue of our own from the moment ``open`` returned."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._streams: Streams | None = None
        self._opening: asyncio.Task[Streams] | None = None
        self._closed = False
        self.missed = False

    async def open(self) -> None:
        """Connect now, so that nothing that follows is missed."""
        if self._streams is None:
            self._streams = await self._opened()

    async def _opened(self) -> Streams:
        reader, writer = await knock(self._address)
        await wire.send(writer, wire.encode(wire.Watch()))
        await wire.receive(reader, wire.LONGEST_ANSWER)
        return reader, writer

    async def __aiter__(self) -> AsyncIterator[Sequence[Envelope]]:
        await self.open()
        assert self._streams is not None
        reader, writer = self._streams
        try:
            while not self._closed and (payload := await wire.receive(reader, wire.LONGEST_ANSWER)) is not None:
                batch = wire.decode_batch(payload)
                self.missed = not batch  # how the owner says that this watcher fell too far behind
                yield batch
        finally:
            writer.close()

    def close(self) -> None:
        """Hang up; the iteration ends."""
        self._closed = True
        if self._streams is not None:
            self._streams[1].close()


class RemoteProgress:
    """Passing text of runs at the owner's."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def watch(self, run_id: str) -> AsyncIterator[tuple[str, str]]:
        """Pieces of one run, from now on."""
        reader, writer = await knock(self._address)
        try:
            await wire.send(writer, wire.encode(wire.FollowProgress(run_id)))
            while (payload := await wire.receive(reader, wire.LONGEST_ANSWER)) is not None:
                yield wire.decode_piece(payload)
        finally:
            writer.close()
