"""The journal as events: append atomically over several streams, then publish what became durable, in order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import msgspec

from runtime.domain.envelope import Envelope
from runtime.domain.events import Event
from runtime.domain.ids import StreamName
from runtime.journal.codec import UnreadableRecord, decode, encode
from runtime.journal.subscriptions import Subscriptions
from storage.handed import Handed
from storage.recorder import Recorder
from storage.records import Append, AtSeq, NewRecord, RowChange, StoredRecord, Value, Written

Project = Callable[[Value, Envelope], Sequence[RowChange]]
"""(what stands for its seq, the event with seq 0) -> the rows that change in the same transaction. Pure."""


class StreamChange(msgspec.Struct, frozen=True, gc=False):
    """Events for one stream, decided when the stream was at ``expected_version`` (0 = it did not exist)."""

    stream: StreamName
    expected_version: int
    events: tuple[Event, ...]


def no_rows(seq: Value, envelope: Envelope) -> Sequence[RowChange]:
    """For a log without projections."""
    return ()


class EventLog:
    """Appends events, computes the rows that commit with them, and publishes in journal order after the commit."""

    def __init__(
        self, recorder: Recorder, project: Project = no_rows, subscriptions: Subscriptions | None = None
    ) -> None:
        self._recorder = recorder
        self._project = project
        self.subscriptions = subscriptions or Subscriptions()
        self._published: int | None = None
        self.reached = 0
        """The seq of the last event that this log was told is durable; 0 until it recorded one."""
        self._opening = asyncio.Lock()
        self._early: dict[int, tuple[Envelope, ...]] = {}
        self._appending = 0
        self._publishing = False
        self._gap: asyncio.Task[None] | None = None

    def append(self, changes: Sequence[StreamChange], by: str, at: int) -> Awaitable[tuple[Envelope, ...]]:
        """Record all of it or nothing; it is handed over at once, and awaited until after the commit.

        Raises StreamMovedOn (reload and decide again), StorageUnavailable or UnwritableEvent. A cancelled caller does
        not take back what was already handed to the writer, and it is published all the same.
        """
        append, events = self._prepare(changes, by, at)
        if self._published is None or not events:
            return self._append_first(append, events)
        return self._append(append, events)

    async def _append_first(self, append: Append, events: list[Event]) -> tuple[Envelope, ...]:
        if not events:
            return ()
        await self._begin()
        return await self._append(append, events)

    def _append(self, append: Append, events: list[Event]) -> asyncio.Future[tuple[Envelope, ...]]:
        answer: asyncio.Future[tuple[Envelope, ...]] = asyncio.get_running_loop().create_future()
        writing = self._recorder.append(append)
        self._appending += 1
        if isinstance(writing, Handed):
            writing.then(partial(self._written, events, answer))
        else:
            asyncio.ensure_future(writing).add_done_callback(partial(self._heard, events, answer))
        return answer

    async def read_stream(self, stream: StreamName, after_version: int = 0) -> list[Envelope]:
        """Everything in one stream, in order. Raises UnreadableRecord."""
        return [decode(record) for record in await self._recorder.read_stream(stream, after_version)]

    async def read_hashed(self, stream: StreamName) -> list[tuple[Envelope, bytes]]:
        """The same with the hash that each record has in the journal's chain. Raises UnreadableRecord."""
        return [(decode(record), record.hash) for record in await self._recorder.read_stream(stream)]

    async def read(self, after: int = 0, limit: int = 1000) -> list[Envelope]:
        """The journal in order, beginning after seq ``after``. Raises UnreadableRecord."""
        return [decode(record) for record in await self._recorder.read(after, limit)]

    async def head(self) -> int:
        """The seq of the last durable event; 0 in an empty journal."""
        return (await self._recorder.head()).seq

    def _prepare(self, changes: Sequence[StreamChange], by: str, at: int) -> tuple[Append, list[Event]]:
        records: list[NewRecord] = []
        events: list[Event] = []
        rows: list[RowChange] = []
        for change in changes:
            for version, event in enumerate(change.events, change.expected_version + 1):
                rows.extend(self._project(AtSeq(len(records)), Envelope(0, change.stream, version, at, by, event)))
                records.append(encode(change.stream, version, event, at, by))
                events.append(event)
        return Append(tuple(records), tuple(rows)), events

    def _written(
        self, events: list[Event], answer: asyncio.Future[tuple[Envelope, ...]], written: Written | Exception
    ) -> None:
        """Have it published, then answer. The caller may be gone: that changes nothing."""
        self._appending -= 1
        if isinstance(written, Exception):
            if not answer.done():
                answer.set_exception(written)
            return
        envelopes = tuple(
            [
                Envelope(record.seq, StreamName(record.stream), record.version, record.at, record.by, event)
                for record, event in zip(written.records, events, strict=True)
            ]
        )
        self._early[envelopes[0].seq] = envelopes
        self.reached = max(self.reached, envelopes[-1].seq)
        if not self._publishing:
            # A group is answered in one go, so all of it is published in one batch, before any caller goes on.
            self._publishing = True
            asyncio.get_running_loop().call_soon(self._publish)
        if not answer.done():
            answer.set_result(envelopes)

    def _heard(
        self, events: list[Event], answer: asyncio.Future[tuple[Envelope, ...]], writing: asyncio.Future[Written]
    ) -> None:
        """As ``_written``, from a recorder whose appends are coroutines."""
        if writing.cancelled():
            self._appending -= 1
            answer.cancel()
        elif isinstance(fault := writing.exception(), Exception):
            self._written(events, answer, fault)
        else:
            self._written(events, answer, writing.result())

    def _publish(self) -> None:
        self._publishing = False
        self._publish_what_is_next()
        if self._early and not self._appending and self._gap is None:
            self._gap = asyncio.create_task(self._publish_the_gap(), name="publish what others wrote")
            self._gap.add_done_callback(self._gap_published)

    async def _begin(self) -> None:
        if self._published is None:
            async with self._opening:
                if self._published is None:
                    self._published = await self.head()

    def _publish_what_is_next(self) -> None:
        assert self._published is not None
        batch: list[Envelope] = []
        while (written := self._early.pop(self._published + 1, None)) is not None:
            self._published = written[-1].seq
            batch.extend(written)
        self.subscriptions.publish(batch)

    async def _publish_the_gap(self) -> None:
        """Somebody wrote to the recorder beside this log: read what is missing, so that the feed stays whole."""
        assert self._published is not None
        async with self._opening:
            while self._early and not self._appending:
                for record in await self._recorder.read(self._published, min(self._early) - self._published - 1):
                    if record.seq == self._published + 1:
                        self._published = record.seq
                        self.subscriptions.publish(_readable(record))
                self._publish_what_is_next()

    def _gap_published(self, task: asyncio.Task[None]) -> None:
        self._gap = None
        if not task.cancelled():
            task.exception()  # a fault of the disk while reading: the next append tries again


def _readable(record: StoredRecord) -> list[Envelope]:
    try:
        return [decode(record)]
    except UnreadableRecord:
        return []
