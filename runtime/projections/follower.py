"""Keeps the audit table and the full text up with the journal, behind it, from a stored position."""

import asyncio
import logging
from collections.abc import Sequence

from runtime.domain.envelope import Envelope
from runtime.domain.events.agents import AgentEvent
from runtime.domain.events.asks import AskClosed
from runtime.domain.events.runs import RunQueued
from runtime.journal.codec import UnreadableRecord, decode
from runtime.journal.subscriptions import Subscription, Subscriptions
from runtime.projections.audit_rows import audit_rows, unreadable_rows
from runtime.projections.rebuild import AUDIT
from runtime.projections.telling import About
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
        for envelope, about in zip(readable, await self._about(readable), strict=True):
            rows += audit_rows(envelope, about)
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

    async def _about(self, envelopes: Sequence[Envelope]) -> list[About]:
        run_ids = {str(getattr(e.event, "run_id", "")) for e in envelopes} - {""}
        ask_ids = {str(getattr(e.event, "ask_id", "")) for e in envelopes} - {""}
        calls = {_call_of(e) for e in envelopes} - {("", "")}
        running, called, asked = await self._recorder.query(surroundings(run_ids, calls, ask_ids))
        found: list[About] = []
        for envelope in envelopes:
            event = envelope.event
            run_id, ask_id = str(getattr(event, "run_id", "")), str(getattr(event, "ask_id", ""))
            call = called.get(_call_of(envelope))
            ask = asked.get(ask_id) or (asked.get(call["ask_id"]) if call is not None else None)
            source = call or ask
            run = running.get(run_id)
            agent = run["agent"] if run is not None else ask["agent"] if ask is not None else ""
            if isinstance(event, AgentEvent):
                agent = event.name
            elif isinstance(event, RunQueued):
                agent = event.agent
            ruled = ask is not None and (call is not None or isinstance(event, AskClosed))
            found.append(
                About(
                    agent=agent,
                    run_id=run_id or (ask["run_id"] if ask is not None else ""),
                    ask_id=ask_id or (ask["ask_id"] if ask is not None and call is not None else ""),
                    tool=source["tool"] if source is not None else "",
                    title=source["title"] if source is not None else "",
                    task=run["title"] if run is not None else "",
                    decided_by=ask["ruled_by"] if ruled and ask is not None else "",
                )
            )
        return found


def _call_of(envelope: Envelope) -> tuple[str, str]:
    call_id = str(getattr(envelope.event, "call_id", ""))
    return (str(getattr(envelope.event, "run_id", "")), call_id) if call_id else ("", "")
