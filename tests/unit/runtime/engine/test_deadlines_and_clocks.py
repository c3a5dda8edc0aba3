"""An hour is an hour: a clock that is set lengthens no deadline, and waiting while the program is closed counts."""

from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import AskTimes
from runtime.domain.ids import RunId
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done, furnished

HOUR = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=60, expires=3_600))


async def expired(room: Room, run_id: RunId) -> bool:
    """Whether nobody's answer came in time; nothing was done then."""
    for loop in room.runtime.supervisor._loops.values():
        loop.wake.set()
    await room.finished(run_id)
    assert room.bench.calls == []
    return (await room.told(run_id)).past[0].calls[0].outcome == "expired"


@pytest.mark.parametrize("days", [-1, 1], ids=["back", "forward"])
async def test_the_hour_ends_when_an_hour_has_passed_however_the_clock_was_set(tmp_path: Path, days: int) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HOUR) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id)
        room.hands.set_by_ns += days * 86_400_000_000_000
        room.pass_time(3_590)
        assert room.own.clock.now() < ask.expires
        assert await room.asked(run_id) == ask
        room.pass_time(11)
        assert (await room.refused(room.approval(ask))).code == "expired"
        assert await expired(room, run_id)


@pytest.mark.parametrize("waited", [3_590, 3_601])
async def test_what_passes_while_the_program_is_closed_counts(tmp_path: Path, waited: int) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HOUR) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id)
        await room.close()
        room.pass_time(waited)
        await room.open()
        if waited > 3_600:
            assert await expired(room, run_id)
            return
        again = await room.asked(run_id)
        assert again.expires == ask.expires
        room.pass_time(20)
        assert await expired(room, run_id)


async def test_an_approval_in_the_moment_of_waking_up_is_too_late_if_the_machine_slept_past_the_end(
    tmp_path: Path,
) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HOUR) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id)
        room.hands.slept_ns += 3_601_000_000_000
        assert (await room.refused(room.approval(ask))).code == "expired"
        assert await expired(room, run_id)
