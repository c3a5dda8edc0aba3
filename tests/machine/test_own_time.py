"""The machine's own time: the same gestures with the same seed leave the same journal, whatever else the computer does.

Without that, what the machine finds could not be looked at twice.
"""

import asyncio
import time

import pytest

from storage.records import StoredRecord
from tests.machine.own_time import NothingLeft, OwnTimeLoop
from tests.machine.test_runtime_machine import RuntimeMachine

Told = list[tuple[int, str, str, str]]


def journal(order: int) -> Told:
    """What is recorded when two runs work side by side, one program dies on the way, and one run is undone."""
    machine = RuntimeMachine()
    try:
        machine.at_work([["set", "probed"], ["final"]], [["keyed", "set"], ["probed"]], "allow", True, order)
        machine.kill(0)
        machine.cut_at_a_coming_write(5, before=False)
        machine.approve_what_waits(0)
        machine.time_passes(21)
        machine.roll_back(0, 0)
        return machine.do(told(machine))
    finally:
        machine.teardown()


async def told(machine: RuntimeMachine) -> Told:
    assert machine.lives.cable is not None
    records: list[StoredRecord] = await machine.lives.cable.journal.read(0, 100_000)
    return [(record.seq, record.stream, record.kind, record.by) for record in records]


@pytest.fixture
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is written takes its time."""
    own = OwnTimeLoop.later_in_line

    def slow(loop: OwnTimeLoop, *given: object) -> None:
        time.sleep(0.003)
        own(loop, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(OwnTimeLoop, "later_in_line", slow)


@pytest.mark.may_leave_tasks
@pytest.mark.may_block(reason="the machine works without threads")
def test_the_same_seed_leaves_the_same_journal_however_slow_the_computer_is(
    request: pytest.FixtureRequest,
) -> None:
    first = journal(7)
    request.getfixturevalue("slow_machine")
    assert journal(7) == first
    assert journal(9) != first


@pytest.mark.may_leave_tasks
@pytest.mark.may_block(reason="the machine works without threads")
@pytest.mark.parametrize("order", [0, 7, 20])
def test_what_expired_while_the_program_was_away_is_dealt_with_before_anybody_looks(order: int) -> None:
    """A new life reads the wall clock, which was set: its run fails half-way, and undoes everything."""
    machine = RuntimeMachine()
    try:
        machine.at_work([["probed", "set"], ["final"]], [["final"]], "allow", True, order)
        machine.cut_at_a_coming_write(1, before=order % 2 == 0)
        machine.clock_is_set(1)
        machine.whole_or_nothing()
        assert machine.all_asks() == set()
    finally:
        machine.teardown()


@pytest.mark.may_leave_tasks
def test_waiting_takes_no_time_and_what_can_never_come_is_told() -> None:
    async def waits() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=OwnTimeLoop) as runner:
        assert runner.run(waits()) >= 3600
        with pytest.raises(NothingLeft):
            runner.run(asyncio.Event().wait())
