"""The clock of decisions: what sets wall time moves nothing, what passes (asleep or awake) does; told once."""

import pytest

from runtime.engine.clock import Clock, Jump

NOON = 1_900_000_000 * 1_000_000_000
HOUR = 3_600 * 1_000_000_000


class World:
    """Three clocks in ns: time passes in all, sleep in two, and setting moves only the one on the wall."""

    def __init__(self) -> None:
        self.passed = self.slept = self.set_by = 0
        self.clock = self.started()
        self.clock.watch_sleep()

    def started(self) -> Clock:
        """The program starts here and now."""
        return Clock(
            lambda: NOON + self.passed + self.slept + self.set_by,
            lambda: self.passed,
            lambda: self.passed + self.slept,
        )


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
def test_a_clock_that_is_set_moves_nothing_and_is_told_once(hours: int) -> None:
    world = World()
    before = world.clock.now()
    world.set_by = hours * HOUR
    assert world.clock.now() == before
    assert world.clock.look() == Jump(hours * 3_600.0, slept=False)
    assert world.clock.look() is None
    world.passed += HOUR
    assert world.clock.now() - before == HOUR // 1_000
    assert world.clock.look() is None


def test_set_back_again_is_told_as_its_own_move() -> None:
    world = World()
    world.set_by = HOUR
    assert world.clock.look() == Jump(3_600.0, slept=False)
    world.set_by = 0
    assert world.clock.look() == Jump(-3_600.0, slept=False)


def test_sleep_is_time_that_passed_but_no_time_that_ran() -> None:
    world = World()
    before, ran = world.clock.now(), world.clock.running()
    world.slept = HOUR
    assert world.clock.now() - before == HOUR // 1_000  # before anybody looked
    assert world.clock.look() == Jump(3_600.0, slept=True)
    assert world.clock.now() - before == HOUR // 1_000
    assert world.clock.running() == ran
    assert world.clock.look() is None


def test_a_start_reads_the_wall_anew() -> None:
    world = World()
    world.set_by = -HOUR
    assert world.started().now() == world.clock.now() - HOUR // 1_000
