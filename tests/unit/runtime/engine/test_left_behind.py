"""A tool that was given up and is still at work: nobody starts it a second time beside itself."""

import asyncio
from pathlib import Path

import pytest

from runtime.domain.commands import TellOutcome
from runtime.domain.words import CallOutcome
from runtime.engine.unknown_outcome import STILL_AT_WORK
from runtime.tools.contract import Happened
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import act, bench, done, furnished

KIND = "unknown-outcome"


@pytest.mark.parametrize("verb", ["change", "keyed"])
async def test_it_is_not_done_again_while_the_first_attempt_is_still_at_work(tmp_path: Path, verb: str) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do, room.bench.happened = room.bench.hang, Happened.NO
        room.bench.limit(0.05)
        run_id = await room.start("t", act(bench(verb)), done())
        first = await room.asked(run_id, KIND)
        assert STILL_AT_WORK in first.raised.known
        await room.do(TellOutcome(first.raised.ask_id, "anna", "do-it"))
        await room.until(lambda: (ask := room.ask_of(run_id)) is not None and ask.raised != first.raised)
        second = await room.asked(run_id, KIND)
        assert second.raised.known.endswith(f"What is known: {STILL_AT_WORK}")
        assert len(room.bench.calls) == 1
        room.bench.do = answer
        room.bench.limit(10)
        room.bench.release.set()
        while room.own.engine.runner.abandoned:  # noqa: ASYNC110  # that a thread has ended is no event
            await asyncio.sleep(0.01)
        await room.do(TellOutcome(second.raised.ask_id, "anna", "do-it"))
        run = await room.finished(run_id)
        assert [call.outcome for call in run.calls] == [CallOutcome.OK]
        assert room.bench.calls[0] == room.bench.calls[1]  # under the same key
