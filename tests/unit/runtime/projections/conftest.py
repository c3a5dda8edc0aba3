"""A journal that holds the support desk's story, with its read models."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC

import pytest

from runtime.domain.ids import StreamName
from runtime.interface import History
from runtime.journal.event_log import EventLog, StreamChange
from runtime.projections.follower import Follower
from runtime.projections.history import ReadModels
from runtime.projections.local_days import LocalDays
from runtime.projections.projector import project
from storage.recorder import Recorder
from storage.recorder_memory import MemoryRecorder
from tests.fixtures.support_desk import NOON, Dated, whole_story


@dataclass
class Desk:
    """The parts, and a clock that stands at noon."""

    recorder: Recorder
    log: EventLog
    follower: Follower
    models: ReadModels
    now: int = NOON

    @property
    def history(self) -> History:
        return self.models

    async def write(self, events: Iterable[Dated]) -> None:
        """One append per event."""
        versions: dict[StreamName, int] = {}
        for stream, at, by, event in events:
            if stream not in versions:
                versions[stream] = len(await self.log.read_stream(stream))
            await self.log.append([StreamChange(stream, versions[stream], (event,))], by, at)
            versions[stream] += 1


@pytest.fixture
async def empty() -> AsyncIterator[Desk]:
    recorder = MemoryRecorder()
    log = EventLog(recorder, project)
    follower = Follower(recorder, log.subscriptions)
    desk = Desk(recorder, log, follower, None)  # type: ignore[arg-type]
    desk.models = ReadModels(
        recorder,
        lambda: desk.now,
        follower,
        input_schema=lambda agent, tool: f'{{"title":"{agent} {tool}"}}',
        days=LocalDays(UTC),
    )
    yield desk
    await recorder.close()


@pytest.fixture
async def desk(empty: Desk) -> Desk:
    await empty.write(whole_story())
    await empty.follower.caught_up()
    return empty
