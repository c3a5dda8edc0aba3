"""What changed between a look and what is recorded of it is heeded: a rule, a hold, a pause."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.commands import PauseRun, ReleaseHold, ResumeRun
from runtime.domain.events.asks import HoldRestarted
from runtime.domain.ids import ask_stream
from runtime.domain.loop_commands import Judged, RestartHold
from runtime.domain.policy import Rule
from runtime.domain.words import CallStatus, VerdictKind
from runtime.engine.judging_calls import judge_one
from runtime.engine.parts import Parts
from runtime.engine.rulings import note_ruling
from tests.fixtures.room import ASK_ALL, act, bench, done, furnished


async def test_rules_saved_between_the_look_and_the_first_start_are_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with furnished(tmp_path) as room:
        room.models.hold = asyncio.Event()
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.models.asked.wait()
        await room.do(PauseRun(run_id, "anna"))  # what is allowed now is looked at again when it goes on
        room.models.hold.set()
        await room.until(lambda: len(room.run(run_id).calls) == 1)

        async def slow(*given: Any, **more: Any) -> Judged:
            judged = await judge_one(*given, **more)
            monkeypatch.undo()
            await room.rules(Rule("never", VerdictKind.DENY))
            return judged

        monkeypatch.setattr("runtime.engine.executing.judge_one", slow)
        await room.do(ResumeRun(run_id, "anna"))
        await room.finished(run_id)
        assert (room.bench.calls, room.call(run_id).status) == ([], CallStatus.REFUSED)


async def test_a_hold_that_is_released_while_it_is_to_begin_anew_stays_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id)
        await room.approve(ask)
        record = Parts.record

        async def slow(parts: Parts, command: Any) -> Any:
            if isinstance(command, RestartHold):
                while not room.is_open:  # noqa: ASYNC110 - it looks while the workspace is still being opened
                    await asyncio.sleep(0)
                await room.do(ReleaseHold(ask.raised.ask_id, "anna"))
            return await record(parts, command)

        monkeypatch.setattr(Parts, "record", slow)
        await room.reopen()
        await room.until(lambda: room.ask_of(run_id) is None)
        await room.finished(run_id)
        told = await room.log.read_stream(ask_stream(ask.raised.ask_id))
        assert not any(isinstance(one.event, HoldRestarted) for one in told)


async def test_what_was_released_is_not_held_anew_where_it_could_not_start_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id)
        await room.approve(ask)
        states = room.own.engine.states

        async def broken(*given: Any, **more: Any) -> Judged:
            states.mark_broken("Record 3 was changed.")
            return await judge_one(*given, **more)

        async def whole_again(*given: Any) -> None:
            monkeypatch.undo()
            states.workspace = msgspec.structs.replace(states.workspace, chain_broken="")

        monkeypatch.setattr("runtime.engine.rulings.judge_one", broken)
        monkeypatch.setattr("runtime.engine.rulings.start_refused", whole_again)
        await room.do(ReleaseHold(ask.raised.ask_id, "anna"))
        await room.finished(run_id)
        told = await room.log.read_stream(ask_stream(ask.raised.ask_id))
        assert not any(isinstance(one.event, HoldRestarted) for one in told)
        over = states.ask(ask.raised.ask_id)
        assert over is not None
        note_ruling(room.own.engine, over)  # as the feed does
        assert room.own.engine.holds == {}
