"""Where something is read again before the last answer is there, the answer to the last question is what is shown,
whichever comes last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from console.attention.attention import Attention
from console.window import ConsoleWindow
from runtime.domain.words import RunState
from tests.fixtures.held_answers import HeldAnswers
from tests.fixtures.runs_screen import RunWorld, opened, run_world, screen
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[RunWorld]:
    with run_world(qapp, tmp_path) as made:
        yield made


async def late_first(world: WindowWorld, answers: HeldAnswers, shown: Callable[[], object]) -> None:
    """Both were asked; the second is answered first."""
    await world.until(lambda: len(answers.held) == 2, "it was asked twice")
    answers.held[1].set()
    await world.until(shown, "the second was shown")
    answers.held[0].set()
    await world.until(lambda: not world.busy, "the first came")


@pytest.mark.parametrize("question", ["run", "timeline"])
def test_a_run_is_shown_as_it_was_read_last(world: RunWorld, question: str) -> None:
    async def story() -> None:
        page = (await opened(world)).page
        answers = HeldAnswers(world.story.history, question)
        world.story.history = answers
        page.show_run("run-1")
        await world.until(lambda: answers.held, "it is being read")
        world.tale._became("run-1", RunState.PAUSED)
        page.show_run("run-1")
        await late_first(world, answers, lambda: page.detail and page.detail.row.state is RunState.PAUSED)
        assert page.detail is not None
        assert page.detail.row.state is RunState.PAUSED
        assert page.header.pause.text() == "Resume"

    world.run(story())


def test_of_the_run_that_was_left_nothing_is_shown(world: RunWorld) -> None:
    async def story() -> None:
        page = (await opened(world)).page
        answers = HeldAnswers(world.story.history, "run")
        world.story.history = answers
        page.show_run("run-1")
        await world.until(lambda: answers.held, "it is being read")
        page.note.setPlainText("The customer called")
        answers.held[0].set()
        page.show_run("run-2")
        assert page.note.toPlainText() == "", "what was begun to one run is sent to no other"
        await world.until(lambda: len(answers.held) == 2, "the other one is being read")
        assert page.detail is None
        answers.held[1].set()
        await world.until(lambda: page.detail is not None and not world.busy, "it was read")
        assert page.detail is not None
        assert page.detail.row.run_id == "run-2"

    world.run(story())


def test_the_list_of_runs_is_what_was_read_last(world: RunWorld) -> None:
    async def story() -> None:
        view = await screen(world)
        answers = HeldAnswers(world.story.history, "runs")
        world.story.history = answers
        view.list.look_anew()
        await world.until(lambda: answers.held, "it is being read")
        world.tale._became("run-1", RunState.PAUSED)
        world.tale.tell("run-1")

        def state() -> RunState | None:
            return next((row.state for row in view.list.model.rows if row.run_id == "run-1"), None)

        await late_first(world, answers, lambda: state() is RunState.PAUSED)
        assert state() is RunState.PAUSED

    world.run(story())


def test_who_is_on_duty_is_what_was_read_last(qapp: QApplication, tmp_path: Path) -> None:
    world = WindowWorld(qapp, tmp_path)

    async def story() -> None:
        window = world.window = ConsoleWindow(world.context)
        attention = Attention(world.context, window)
        queue = world.story.queue
        answers = HeldAnswers(world.story.history, "queue")
        world.story.history = answers
        away = tuple(replace(person, on_duty=False) for person in queue.state.people)
        on_duty, queue.state = queue.state, replace(queue.state, people=away)
        attention._look_at_queue()
        await world.until(lambda: answers.held, "it is being read")
        queue.state = on_duty
        attention._look_at_queue()
        await late_first(world, answers, lambda: attention._queue is on_duty)
        assert attention.on_duty

    try:
        world.run(story())
    finally:
        world.close()
    assert world.crashes == []
