"""Reading the steps of a run: expand them, follow what streams, scroll back, page through a long one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.dialogs.rollback_sheet import RollbackSheet
from console.dialogs.step_viewer import StepViewer
from console.presenters.timeline_text import LiveText
from console.widgets.button import ActionButton
from console.widgets.plain_label import PlainLabel
from tests.fixtures.runs_screen import RunWorld, dialog_of, opened, press, run_world

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[RunWorld]:
    with run_world(qapp, tmp_path) as made:
        yield made


def test_the_button_on_a_checkpoint_opens_its_sheet(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        timeline = view.page.timeline
        place = view.page.model.place_of("6:checkpoint:1")
        timeline.scrollTo(view.page.model.index(place))
        button = timeline.delegate.layout(place).button
        assert button is not None
        corner = timeline.visualRect(view.page.model.index(place)).topLeft()
        at = corner + QPoint(round(button.center().x()), round(button.center().y()))
        QTest.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=at)
        await world.until(lambda: dialog_of(RollbackSheet) and not world.busy, "the sheet is open")
        sheet = dialog_of(RollbackSheet)
        assert isinstance(sheet, RollbackSheet)
        assert sheet.checkpoint == 1
        sheet.reject()

    world.run(story())


def test_space_shows_forty_lines_and_then_all_of_them(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        timeline, model = view.page.timeline, view.page.model
        place = model.place_of("4:done:0")
        timeline.setCurrentIndex(model.index(place))
        timeline.setFocus()

        def shown() -> int:
            return sum(text.words.startswith("row ") for text in timeline.delegate.layout(place).texts)

        assert shown() == 3
        press(world, Qt.Key.Key_Space, " ")
        assert shown() == 40
        press(world, Qt.Key.Key_Space, " ")
        await world.until(lambda: dialog_of(StepViewer), "the whole is shown")
        viewer = dialog_of(StepViewer)
        assert isinstance(viewer, StepViewer)
        assert viewer.output.text().endswith("row 89: customer 89, paid")
        viewer.accept()

    world.run(story())


def test_what_streams_is_appended_and_gives_way_to_the_step(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world, "run-4")
        world.tale.add_step("run-4", "plan", "Planned 1 step")
        world.tale.tell("run-4")
        await world.until(lambda: view.page.model.rowCount() == 1 and not world.busy, "the plan is there")
        stream = view.page.stream
        assert stream.timer.interval() >= 100
        stream.timer.setInterval(3_600_000)  # it rings when this test says so
        for word in ("While ", "I ", "wait"):
            world.tale.run_progress.say(word)
        await world.until(lambda: view.page.model.rowCount() == 2, "it streams")
        # The first words at once; the next are gathered, so that fast models do not repaint for every piece.
        await world.until(lambda: "".join(stream._pieces.values()) == "I wait", "the next are gathered")
        live = view.page.model.line(1)
        assert isinstance(live, LiveText)
        assert live.text == "While "
        assert stream.timer.isActive()
        stream.timer.timeout.emit()

        def text() -> str:
            line = view.page.model.line(1)
            return line.text if isinstance(line, LiveText) else ""

        await world.until(lambda: text() == "While I wait", "the rest follows")
        world.tale.add_step("run-4", "message", "While I wait I write.")
        world.tale.tell("run-4")
        await world.until(lambda: not isinstance(view.page.model.line(1), LiveText), "the step took its place")
        assert view.page.model.rowCount() == 2

    world.run(story())


def test_scrolling_up_stops_following_and_nothing_above_moves(world: RunWorld) -> None:
    async def story() -> None:
        for number in range(80):
            world.tale.add_step("run-2", "note", f"note {number}")
        view = await opened(world, "run-2")
        timeline, model = view.page.timeline, view.page.model
        await world.until(lambda: timeline.verticalScrollBar().value() > 0, "it follows to the end")
        timeline.verticalScrollBar().setValue(200)
        assert not timeline.following
        assert not view.page.follow.isChecked()
        top = timeline.indexAt(QPoint(40, 4)).row()
        before = timeline.visualRect(model.index(top)).top()
        for number in range(12):
            world.tale.add_step("run-2", "note", f"new {number}")
        world.tale.tell("run-2")
        await world.until(lambda: timeline.new_below == 12, "they are counted")
        assert timeline.visualRect(model.index(top)).top() == before
        assert timeline.below.isVisible()
        assert timeline.below.text() == "12 new below"
        QTest.mouseClick(timeline.below, Qt.MouseButton.LeftButton)
        assert timeline.following
        assert view.page.follow.isChecked()
        assert not timeline.below.isVisible()
        bar = timeline.verticalScrollBar()
        assert bar.value() == bar.maximum()

    world.run(story())


def test_a_long_run_keeps_two_thousand_steps_and_pages_the_rest(world: RunWorld) -> None:
    async def story() -> None:
        for number in range(3_500):
            world.tale.add_step("run-3", "note", f"note {number}")
        view = await opened(world, "run-3")
        model = view.page.model
        assert model.rowCount() <= 2_000
        assert model.line(model.rowCount() - 1).title == "note 3499"
        assert view.page.earlier.isVisible()
        while view.page.earlier.isVisible():
            QTest.mouseClick(view.page.earlier, Qt.MouseButton.LeftButton)
            await world.until(lambda: not world.busy, "the page before is there")
        assert model.line(0).title == "note 0"
        assert model.rowCount() <= 2_000
        seen = {model.line(place).title for place in range(model.rowCount())}
        while model.canFetchMore():
            model.fetchMore()
            await world.until(lambda: not world.busy, "the page after is there")
            seen |= {model.line(place).title for place in range(model.rowCount())}
        assert len(seen) == 3_500

    world.run(story())


def test_steps_of_one_kind_are_shown_alone(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        page = view.page
        assert page.filter.segment("calls").text() == "Tool calls 3"
        page.filter.segment("warnings").click()
        assert [page.model.line(place).title for place in range(page.model.rowCount())] == [
            "The stock table was locked; tried again"
        ]
        page.filter.segment("all").click()
        assert page.model.rowCount() == 12

    world.run(story())


def test_a_step_without_output_says_so(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        view.page.timeline.setCurrentIndex(view.page.model.index(view.page.model.place_of("1:plan:0")))
        view.page.open_step()
        viewer = dialog_of(StepViewer)
        assert isinstance(viewer, StepViewer)
        said = [label.text() for label in viewer.findChildren(PlainLabel) if label.isVisible()]
        assert said[-1] == "This step has no output"
        assert not viewer.output.isVisible()
        assert [button.text() for button in viewer.findChildren(ActionButton) if button.isVisible()] == ["Close"]
        viewer.accept()

    world.run(story())
