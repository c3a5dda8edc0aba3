"""A loop that stands still is noted by a thread while it does, and told when it is back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.watchdog import Watchdog
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path)
    yield made
    made.close()


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def watched(clock: Clock) -> tuple[Watchdog, list[float]]:
    """A watchdog whose thread and timer are moved by hand."""
    dog = Watchdog(clock=clock)
    told: list[float] = []
    dog.stood_still.connect(told.append)
    dog._watched = threading.get_ident()
    dog._ticked = dog._looked = clock.now
    return dog, told


def look_for(dog: Watchdog, clock: Clock, seconds: float) -> list[bool]:
    """The thread looks four times a second while the loop does nothing."""
    found = []
    for _ in range(round(seconds * 4)):
        clock.now += 0.25
        found.append(dog.look())
    return found


def test_a_blocked_loop_is_noted_once_and_told_when_it_is_back(
    qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    dog, told = watched(clock)
    with caplog.at_level(logging.INFO, "console.watchdog"):
        found = look_for(dog, clock, 3.0)
        assert found.count(True) == 1
        assert told == []  # it can't say so yet
        assert "test_watchdog" in caplog.text  # the place where it stood
        dog.tick()
        assert told == [3.0]
        dog.tick()
        assert told == [3.0]
        assert "stood still for" not in caplog.text  # a log may be slow: the loop does not write it
        dog.look()
        assert "The window stood still for 3.0 s" in caplog.text


def test_a_loop_that_ticks_is_left_alone(qapp: QApplication) -> None:
    clock = Clock()
    dog, told = watched(clock)
    for _ in range(20):
        assert look_for(dog, clock, 0.75) == [False] * 3
        dog.tick()
    assert told == []


def test_a_machine_that_slept_is_no_blocked_loop(qapp: QApplication) -> None:
    clock = Clock()
    dog, told = watched(clock)
    clock.now += 3600.0
    assert not dog.look()
    dog.tick()
    assert told == []


def test_the_thread_looks_by_itself_and_ends(qapp: QApplication) -> None:
    dog = Watchdog(still_after_s=0.4)
    told: list[float] = []
    dog.stood_still.connect(told.append)
    dog.start()
    noted = threading.Event()
    while dog._noted < 0:
        noted.wait(0.01)
    thread = dog._thread
    assert thread is not None
    dog.stop()
    dog.tick()
    thread.join()
    assert len(told) == 1


def test_the_window_says_that_it_stood_still(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        window.was_still(3.0)
        assert window.footer.undo.text() == "The window stood still for 3 s. What it shows is being read again."
        await world.until(lambda: not world.busy)

    world.run(story())
