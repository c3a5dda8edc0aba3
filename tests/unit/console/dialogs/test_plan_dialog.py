"""Editing a plan in the window: of a run it is sent whole; of a request it goes back to the card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.dialogs.plan_dialog import PlanDialog
from runtime.domain import commands as c
from runtime.domain.plan_review import steps_from
from tests.fixtures.gone import gone
from tests.fixtures.run_story import RunStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path, story=RunStory(tmp_path))
    yield made
    made.close()
    assert made.crashes == []


async def run_with_a_plan(world: WindowWorld) -> str:
    for row in await world.context.runtime.history.runs():
        detail = await world.context.runtime.history.run(row.run_id)
        if detail is not None and len(detail.plan) > 1:
            return row.run_id
    raise AssertionError("the story has no run with a plan")


def click(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def test_the_plan_of_a_run_is_sent_whole_with_the_revision_it_was_made_of(world: WindowWorld) -> None:
    async def story() -> None:
        run_id = await run_with_a_plan(world)
        dialog = PlanDialog(world.context, run_id)
        dialog.open()
        await world.until(lambda: dialog.list.count() > 1, "the plan is shown")
        before = tuple(dialog.draft.steps)
        click(dialog.save)
        assert dialog.trouble.isVisible()
        assert world.story.performed == []
        dialog.list.setCurrentRow(len(before) - 1)
        click(dialog.add)
        QTest.keyClicks(dialog.step_title, "Tell Anna")
        click(dialog.up)
        click(dialog.save)
        await world.until(lambda: world.story.performed and gone(dialog), "it was recorded")
        (command,) = world.story.performed
        assert isinstance(command, c.EditPlan)
        assert (command.run_id, command.by, command.over) == (run_id, "anna", dialog.over)
        assert [step.title for step in command.steps][-2:] == ["Tell Anna", before[-1].title]
        assert tuple(step for step in command.steps if step in before) == before

    world.run(story())


def test_the_plan_of_a_request_goes_back_to_the_card_in_its_exact_form(world: WindowWorld) -> None:
    async def story() -> None:
        run_id = await run_with_a_plan(world)
        detail = await world.context.runtime.history.run(run_id)
        assert detail is not None
        steps = tuple(line.step for line in detail.plan)
        dialog = PlanDialog(world.context, run_id, steps)
        given: list[str] = []
        dialog.edited.connect(given.append)
        dialog.open()
        await world.until(lambda: dialog.list.count() == len(steps), "the plan is shown")
        dialog.list.setCurrentRow(len(steps) - 2)
        click(dialog.down)
        click(dialog.save)
        assert [steps_from(text) for text in given] == [(*steps[:-2], steps[-1], steps[-2])]
        assert world.story.performed == []

    world.run(story())
