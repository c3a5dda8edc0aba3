"""Keeps the audit table and the full text up with the journal, behind it, from a stored position."""

import asyncio
import logging
from collections.abc import Sequence

from runtime.domain.envelope import Envelope
from runtime.journal.codec import UnreadableRecord, decode
from runtime.journal.subscriptions import Subscription, Subscriptions
from runtime.projections.around import Known, about, wanted_of
from runtime.projections.audit_rows import audit_rows, unreadable_rows
from runtime.projections.rebuild import AUDIT
from storage.errors import StorageError
from storage.reads.audit import BACK, NEWEST, surroundings
from storage.recorder import Recorder
from storage.records import Put, RowChange, StoredRecord

_BATCH = 100
"""Events worked on at a time: a few milliseconds of the loop."""

_PAUSE_S = 1.0
_AFTER_S = 0.2
"""How long it waits after something new: what comes in a burst is followed, and committed, together."""
_RESTS = 9
"""While more keeps coming it rests so many times as long as it worked: those who append come first."""
_log = logging.getLogger(__name__)


class Follower:
    """Start ``run`` as a task; ``caught_up`` works with or without it."""

    def __init__(self, recorder: Recorder, subscriptions: Subscriptions) -> None:
        self._recorder = recorder
        self._subscriptions = subscriptions
        self._step = asyncio.Lock()
        self._timed_to, self._newest, self._back = -1, 0, 0

    async def run(self) -> None:
        """Follows until cancelled. A fault of the disk is waited out: nothing is lost, the position stands."""
        feed = self._subscriptions.watch()
        try:
            while True:
                try:
                    await self._keep_up(feed)
                except StorageError as fault:
                    _log.info("The audit table waits: %s", fault)
                    await asyncio.sleep(_PAUSE_S)
                    continue
                try:
                    await anext(aiter(feed))
                except StopAsyncIteration:
                    return
                await asyncio.sleep(_AFTER_S)
        finally:
            feed.close()

    async def _keep_up(self, feed: Subscription) -> None:
        """Works until nothing is left, and leaves most of the time to the others while they append."""
        clock = asyncio.get_running_loop().time
        while True:
            feed.skip()
            begun = clock()
            head = (await self._recorder.head()).seq
            async with self._step:
                position = await self._recorder.position(AUDIT)
                if position < head:
                    position = await self._follow(position)
            more_came = feed.skip()
            if position >= head and not more_came:
                return
            if more_came:
                await asyncio.sleep((clock() - begun) * _RESTS)

    async def caught_up(self) -> int:
        """Works until everything durable now is in the table; answers that seq."""
        head = (await self._recorder.head()).seq
        async with self._step:
            position = await self._recorder.position(AUDIT)
            while position < head:
                position = await self._follow(position)
        return head

    async def _follow(self, position: int) -> int:
        records = await self._recorder.read(position, _BATCH)
        rows: list[RowChange] = []
        readable: list[Envelope] = []
        for record in records:
            try:
                readable.append(decode(record))
            except UnreadableRecord as fault:
                rows += unreadable_rows(record.seq, record.at, record.by, record.kind, fault.sentence)
        known = await self._known(readable)
        for envelope in readable:
            rows += audit_rows(envelope, about(envelope, known))
        rows += await self._times(position, records)
        position = records[-1].seq
        await self._recorder.follow(AUDIT, rows, position)
        return position

    async def _times(self, position: int, records: Sequence[StoredRecord]) -> list[RowChange]:
        """How far the clock ever went back, so that a span of time is found without reading all of it."""
        if position != self._timed_to:  # somebody else followed, or nobody yet
            self._newest, self._back = await self._recorder.position(NEWEST), await self._recorder.position(BACK)
        newest, back = self._newest, self._back
        for record in records:
            back = max(back, newest - record.at)
            newest = max(newest, record.at)
        self._timed_to, self._newest, self._back = records[-1].seq, newest, back
        known = {NEWEST: newest, BACK: back}
        return [Put("positions", {"name": name}, {"position": value}) for name, value in known.items()]

    async def _known(self, envelopes: Sequence[Envelope]) -> Known:
        return await self._recorder.query(surroundings(*wanted_of(envelopes)))
