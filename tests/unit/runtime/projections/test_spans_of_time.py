"""A span of time holds exactly the entries recorded in it, however often the clock was set back."""

import random
from pathlib import Path

import pytest

from runtime.domain.events.workspace import ClockJumped
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.journal.event_log import EventLog, StreamChange
from runtime.journal.subscriptions import Subscriptions
from runtime.projections.follower import Follower
from runtime.projections.history import ReadModels
from runtime.projections.projector import project
from runtime.projections.rebuild import rebuild
from runtime.projections.rows import AuditFilter
from storage.reads.audit import BACK, NEWEST
from storage.recorder_sqlite import SqliteRecorder

EVENTS = 260


@pytest.mark.parametrize("seed", range(4))
async def test_spans_are_exact_where_the_clock_was_set_back(tmp_path: Path, seed: int) -> None:
    drawn = random.Random(seed)
    recorder = await SqliteRecorder.open(tmp_path / "journal.sqlite")
    try:
        times = await record(EventLog(recorder, project), drawn)
        follower = Follower(recorder, Subscriptions())
        history = ReadModels(recorder, lambda: 0, follower)
        await follower.caught_up()
        await spans_are_exact(history, times, drawn)
        back = max(max(times[: n + 1]) - times[n] for n in range(EVENTS))
        assert (await recorder.position(NEWEST), await recorder.position(BACK)) == (max(times), back)

        await rebuild(recorder)
        await Follower(recorder, Subscriptions()).caught_up()
        assert (await recorder.position(NEWEST), await recorder.position(BACK)) == (max(times), back)
        await spans_are_exact(history, times, drawn)
    finally:
        await recorder.close()


async def record(log: EventLog, drawn: random.Random) -> list[int]:
    """Times that go on, and now and then back by a little or a lot."""
    at, times = 1_000_000, []
    for version in range(EVENTS):
        at = max(1, at + drawn.choice([0, 1, 5, 40, 40, 40, -3, -200]))
        times.append(at)
        await log.append([StreamChange(WORKSPACE_STREAM, version, (ClockJumped(1.0, False),))], "console", at)
    return times


async def spans_are_exact(history: ReadModels, times: list[int], drawn: random.Random) -> None:
    for _ in range(60):
        since, until = sorted(drawn.randrange(min(times) - 5, max(times) + 5) for _ in range(2))
        wanted = AuditFilter(since=drawn.choice([0, since]), until=drawn.choice([0, until]))
        expected = [n for n, at in enumerate(times, 1) if _within(at, wanted)]
        found = [row.seq for row in await history.audit(wanted, 0, EVENTS)]
        assert found == expected[::-1]
        assert await history.audit_count(wanted) == len(expected)


def _within(at: int, wanted: AuditFilter) -> bool:
    return at >= wanted.since and (not wanted.until or at < wanted.until)
