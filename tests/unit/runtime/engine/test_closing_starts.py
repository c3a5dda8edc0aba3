"""Closing while a start is on its way into the journal: its tool is called, and its end recorded, before all ends."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.commands import ReleaseHold
from runtime.domain.loop_commands import RecordTurn, StartEffect
from runtime.domain.words import CallOutcome
from runtime.engine.parts import Parts
from tests.fixtures.room import ALLOW_ALL, ASK_ALL, LONGEST_WAIT_S, act, bench, done, furnished


@pytest.mark.parametrize(
    ("rule", "command"), [(ALLOW_ALL, RecordTurn), (ASK_ALL, StartEffect)], ids=["with its turn", "approved"]
)
async def test_a_start_that_is_being_recorded_is_no_start_without_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: Any, command: type
) -> None:
    async with furnished(tmp_path, rule, hold_seconds=60) as room:
        record, durable, told = Parts.record, asyncio.Event(), asyncio.Event()

        async def slowly(parts: Parts, given: Any) -> Any:
            answer = await record(parts, given)
            if isinstance(given, command):
                durable.set()
                await told.wait()
            return answer

        monkeypatch.setattr(Parts, "record", slowly)
        run_id = await room.start("t", act(bench("change")), done())
        if command is StartEffect:
            ask = await room.asked(run_id)
            await room.approve(ask)
            await room.do(ReleaseHold(ask.raised.ask_id, "anna"))
        await durable.wait()
        asyncio.get_running_loop().call_later(0, told.set)
        await room.reopen()
        await room.finished(run_id)
        assert (len(room.bench.calls), room.call(run_id).outcome) == (1, CallOutcome.OK)
        assert room.call(run_id).attempt == 1


async def test_who_thinks_while_another_effect_ends_starts_none(tmp_path: Path) -> None:
    async with furnished(tmp_path, ALLOW_ALL) as room:
        room.bench.do = room.bench.hang
        slow = await room.start("slow", act(bench("change", "slow")), done())
        assert await asyncio.to_thread(room.bench.entered.wait, LONGEST_WAIT_S)
        room.models.hold = asyncio.Event()
        room.models.asked.clear()
        other = await room.start("other", act(bench("change", "other")), done())
        await room.models.asked.wait()
        supervisor = room.runtime.supervisor
        closing = asyncio.create_task(supervisor.close())
        while other in supervisor._tasks:  # noqa: ASYNC110  (that a task has ended is no event)
            await asyncio.sleep(0)
        assert supervisor.in_flight == ("Say slow",)
        room.bench.release.set()
        await closing
        assert [note for _, note, _ in room.bench.calls] == ["slow"]
        room.models.hold = None
        await room.reopen()
        await asyncio.gather(room.finished(slow), room.finished(other))
        assert sorted(note for _, note, _ in room.bench.calls) == ["other", "slow"]
