"""A clock that jumps, a machine that sleeps, a disk that refuses: nothing is lost and nothing happens by accident."""

import asyncio
import errno
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from runtime.domain.agent_spec import AskTimes
from runtime.domain.commands import PauseAll, StopRun, VerifyChain
from runtime.domain.events.workspace import ClockJumped
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.policy import Rule
from runtime.domain.words import AskState, CallOutcome, CallStatus, Outcome, VerdictKind
from runtime.engine.surroundings import Surroundings
from runtime.journal.subscriptions import Subscriptions
from runtime.tools.contract import ToolContext, ToolResult
from storage.blobs import BlobStore
from storage.errors import StorageUnavailable
from storage.recorder import Recorder
from storage.records import Append, Written
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import ALLOW_ALL, ASK_ALL, CLERK, Room, act, bench, done, furnished, write

HOUR = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=3600, expires=3600))


class Disk:
    """A recorder on a disk that can be full; counts what it refused."""

    def __init__(self) -> None:
        self.full = False
        self.refused = 0
        self.refusing = asyncio.Event()
        self._own: Recorder | None = None

    def recorder(self, own: Recorder) -> Recorder:
        """Stands before the workspace's own recorder."""
        self._own = own
        return cast(Recorder, self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    async def append(self, append: Append) -> Written:
        """Refuses while the disk is full, like the real one."""
        assert self._own is not None
        if self.full:
            self.refused += 1
            if self.refused > 3:
                self.refusing.set()
            raise StorageUnavailable("The disk is full.", "Nothing of this change was recorded.", "Free some space.")
        return await self._own.append(append)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr("runtime.engine.parts.STORAGE_PAUSE_S", 0.001)
    return Disk()


async def entered(room: Room) -> None:
    assert await asyncio.to_thread(room.bench.entered.wait, 60)


async def jumps(room: Room) -> list[ClockJumped]:
    feed = await room.log.read_stream(WORKSPACE_STREAM)
    return [envelope.event for envelope in feed if isinstance(envelope.event, ClockJumped)]


async def jumped(room: Room) -> ClockJumped:
    feed = room.runtime.watch()
    try:
        async with asyncio.timeout(60):
            async for batch in feed:
                for envelope in batch:
                    if isinstance(envelope.event, ClockJumped):
                        return envelope.event
    finally:
        feed.close()
    raise AssertionError("the feed ended")


@pytest.mark.parametrize("days", [1, -1])
async def test_a_clock_that_is_set_moves_no_deadline(tmp_path: Path, days: int) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HOUR) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        before = room.own.clock.now()
        room.hands.set_by_ns += days * 86_400_000_000_000
        event = await jumped(room)
        assert (round(event.seconds / 86_400), event.slept) == (days, False)
        now = await room.asked(run_id)
        assert (now.expires, now.state) == (ask.expires, AskState.WAITING)
        assert 0 <= room.own.clock.now() - before < 60_000_000
        await room.approve(now)
        await room.finished(run_id)
        assert len(await jumps(room)) == 1


async def test_sleep_of_the_machine_is_time_that_passed(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HOUR) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        await room.asked(run_id)
        room.hands.slept_ns += 7_200_000_000_000
        event = await jumped(room)
        assert (round(event.seconds), event.slept) == (7_200, True)
        await room.finished(run_id)
        assert (await room.told(run_id)).past[0].calls[0].outcome == "expired"


async def test_the_end_of_an_effect_is_recorded_when_the_disk_recovers_and_nothing_starts_before(
    tmp_path: Path, disk: Disk
) -> None:
    async with furnished(tmp_path, around=Surroundings(recorder=disk.recorder)) as room:
        room.bench.do = room.bench.hang
        run_id = await room.start("t", act(bench("keyed", "one"), bench("keyed", "two")), done())
        await entered(room)
        disk.full = True
        room.bench.release.set()
        async with asyncio.timeout(60):
            await disk.refusing.wait()
        assert room.call(run_id).status is CallStatus.STARTED
        assert (await room.refused(PauseAll("anna"))).code == "storage"
        assert [note for _, note, _ in room.bench.calls] == ["one"]
        disk.full = False
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert [note for _, note, _ in room.bench.calls] == ["one", "two"]
        assert [call.outcome for call in room.run(run_id).calls] == [CallOutcome.OK] * 2


async def test_an_approval_the_disk_refused_was_not_given(tmp_path: Path, disk: Disk) -> None:
    async with furnished(tmp_path, ASK_ALL, around=Surroundings(recorder=disk.recorder)) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        disk.full = True
        refused = await room.refused(room.approval(ask))
        assert (refused.code, "Free some space" in refused.sentence) == ("storage", True)
        assert (await room.asked(run_id)).state is AskState.WAITING
        disk.full = False
        await room.approve(ask)
        await room.finished(run_id)


async def test_an_approval_is_spent_once_although_the_disk_refuses_its_start(tmp_path: Path, disk: Disk) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=1, around=Surroundings(recorder=disk.recorder)) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.approve(await room.asked(run_id))
        disk.full = True
        async with asyncio.timeout(60):
            await disk.refusing.wait()
        assert room.bench.calls == []
        disk.full = False
        await room.finished(run_id)
        assert len(room.bench.calls) == 1


async def test_a_large_output_is_not_lost_when_the_disk_has_no_room_for_it(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_blob = BlobStore._write
    left = [3]

    def full(self: BlobStore, *given: Any) -> str:
        if left[0]:
            left[0] -= 1
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_blob(self, *given)

    def long(note: str, context: ToolContext) -> ToolResult:
        return answer("x" * 20_000, context)

    monkeypatch.setattr(BlobStore, "_write", full)
    async with furnished(tmp_path) as room:
        room.bench.do = long
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.finished(run_id)
        assert room.call(run_id).outcome is CallOutcome.OK
        assert b"xxx" in await room.runtime.blob(room.call(run_id).output_blob)
        assert (len(room.bench.calls), left) == (1, [0])


async def test_on_a_journal_that_was_changed_nobody_approves_and_nothing_starts(tmp_path: Path) -> None:
    async with furnished(tmp_path, Rule("asks", VerdictKind.ASK, tools="files.*"), ALLOW_ALL) as room:
        waiting = await room.start("waits", act(write("a.txt", "x\n")), done())
        ask = await room.asked(waiting)
        room.bench.do = room.bench.hang
        running = await room.start("runs", act(bench("keyed", "one"), bench("keyed", "two")), done())
        await entered(room)
        await room.chain_looked_at()
        room.own.engine.states.mark_broken("Record 7 is not what was written.")
        room.bench.release.set()
        await room.until(lambda: len(room.run(running).calls) == 2)
        assert (await room.refused(room.approval(ask))).code == "chain"
        assert room.call(running, "1.2").attempt == 0
        assert [note for _, note, _ in room.bench.calls] == ["one"]
        await room.do(VerifyChain("anna"))  # it is whole after all: work goes on
        await room.finished(running)
        await room.approve(ask)
        await room.finished(waiting)


async def test_runs_go_on_although_the_supervisor_falls_behind_its_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.journal.event_log.Subscriptions", lambda: Subscriptions(1))
    async with furnished(tmp_path, ASK_ALL) as room:
        run_ids = [await room.start(f"t{n}", act(bench("read", str(n))), done()) for n in range(5)]
        for run_id in run_ids:
            await room.approve(await room.asked(run_id))
        for run_id in run_ids:
            assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


@pytest.mark.parametrize(("hours", "expired"), [(2, True), (-2, False)], ids=["forward", "back"])
async def test_across_a_restart_the_wall_clock_judges_the_deadline(tmp_path: Path, hours: int, expired: bool) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HOUR) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id)
        await room.close()
        room.hands.set_by_ns += hours * 3_600_000_000_000
        await room.open()
        if expired:
            await room.finished(run_id)
            assert (await room.told(run_id)).past[0].calls[0].outcome == "expired"
            assert room.bench.calls == []
            return
        now = await room.asked(run_id)
        assert (now.expires, now.state) == (ask.expires, AskState.WAITING)
        await room.approve(now)
        await room.finished(run_id)
        assert len(room.bench.calls) == 1


@pytest.mark.parametrize("days", [1, -1])
async def test_a_clock_that_is_set_ends_no_hold_and_lengthens_none(tmp_path: Path, days: int) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.approve(await room.asked(run_id))
        room.hands.set_by_ns += days * 86_400_000_000_000
        await jumped(room)
        assert room.bench.calls == []
        assert room.call(run_id).status is CallStatus.ASKED
        room.pass_time(61)
        async with asyncio.timeout(60):
            while not room.run(run_id).finished:  # a loop that was just about to wait looks again
                for loop in room.runtime.supervisor._loops.values():
                    loop.wake.set()
                await asyncio.sleep(0.01)
        assert len(room.bench.calls) == 1


async def test_a_hold_is_not_slept_through(tmp_path: Path) -> None:
    """Nobody could have taken it back while the machine slept."""
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("keyed")))
        await room.approve(await room.asked(run_id))
        room.hands.slept_ns += 3_600_000_000_000
        assert (await jumped(room)).slept
        for loop in room.runtime.supervisor._loops.values():
            loop.wake.set()
        await asyncio.to_thread(lambda: None)
        held = room.ask_of(run_id)
        assert held is not None
        assert (held.state, room.bench.calls) == (AskState.HELD, [])
        await room.do(StopRun(run_id, "anna"))
        await room.finished(run_id)


@pytest.mark.parametrize("days", [1, -1])
async def test_a_held_ruling_is_held_anew_whatever_the_clock_says_after_a_restart(tmp_path: Path, days: int) -> None:
    week = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=3600, expires=7 * 86_400))
    async with furnished(tmp_path, ASK_ALL, spec=week, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.approve(await room.asked(run_id))
        await room.close()
        room.hands.set_by_ns += days * 86_400_000_000_000
        await room.open()

        def anew() -> bool:
            ask = room.ask_of(run_id)
            now = room.own.clock.now()
            return ask is not None and ask.ruling is not None and 0 < ask.ruling.takes_effect - now <= 60_000_000

        await room.until(anew)
        assert room.bench.calls == []
        room.pass_time(61)
        for loop in room.runtime.supervisor._loops.values():
            loop.wake.set()
        await room.finished(run_id)
        assert len(room.bench.calls) == 1
