"""Every picture where it belongs: reached by keys, with its numbers one key away, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from console.actions import grouped
from console.dialogs.agent_pictures_dialog import AgentPicturesDialog
from console.dialogs.numbers_dialog import NumbersDialog
from console.views.fleet_view import FleetView
from console.views.picture_panel import PicturePanel
from console.views.run_window import RunWindow
from console.views.spend_view import SpendView
from console.views.table import FLEET, SPEND
from runtime.projections.rows import SpendRow
from tests.fixtures.accessible_walk import Walk
from tests.fixtures.clipping import faults
from tests.fixtures.gone import gone
from tests.fixtures.runs_screen import RunWorld, dialog_of, opened, press, run_world
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
KEY = Qt.Key


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[RunWorld]:
    with run_world(qapp, tmp_path) as made:
        yield made


async def numbers(world: WindowWorld) -> NumbersDialog:
    await world.until(lambda: dialog_of(NumbersDialog), "the numbers are shown")
    found = dialog_of(NumbersDialog)
    assert found is not None
    await world.until(found.table.hasFocus, "the table has the keyboard")
    return found


async def left(world: WindowWorld, dialog: QDialog) -> None:
    dialog.reject()
    await world.until(lambda: gone(dialog), "the dialog is closed")


def test_a_runs_pictures_and_their_numbers(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        facts = view.page.facts
        await world.until(lambda: facts.course.picture.lanes, "the pictures are there")
        assert set(facts.panes()) <= set(view.page.panes())
        facts.time.view.setFocus()
        press(world, KEY.Key_Left)
        assert facts.time.words.text() == facts.time.picture.spots[facts.time.view.place_of_point].said
        press(world, KEY.Key_T, "t")
        dialog = await numbers(world)
        assert dialog.picture.title == "Where time goes"
        assert dialog.model.rowCount() == len(dialog.picture.rows)
        assert Walk(dialog).faults == []
        assert faults(dialog) == []
        await left(world, dialog)
        view.page.timeline.setFocus()
        press(world, KEY.Key_T, "t")  # without a picture that has the keyboard: the first
        dialog = await numbers(world)
        assert dialog.picture.title == "Confidence and spend"
        lines = dialog.csv().splitlines()
        assert lines[0] == 'Time,Turn,"Confidence, %","Cost, $","Sum, $",Model'
        assert len(lines) == 1 + len(dialog.picture.rows)
        await left(world, dialog)

    world.run(story())


def test_f6_brings_a_picture_into_view_with_its_words(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        facts = view.page.facts
        await world.until(lambda: facts.time.picture.lanes, "the pictures are there")
        assert world.window is not None
        world.window.resize(1100, 700)
        await world.until(lambda: facts.verticalScrollBar().maximum() > 0, "it has to be scrolled")
        assert facts.time.words.visibleRegion().isEmpty()
        view.page.timeline.setFocus()
        for _ in view.page.panes():
            if not facts.time.view.hasFocus():
                press(world, KEY.Key_F6)
        assert facts.time.view.hasFocus()
        assert not facts.time.words.visibleRegion().isEmpty()

    world.run(story())


def test_the_numbers_are_written_to_a_file(world: RunWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "numbers.csv"

    async def chosen(_parent: object, _title: str, name: str, _kinds: object) -> Path:
        assert name.startswith("confidence-and-spend-")
        return target

    monkeypatch.setattr("console.dialogs.export_dialog.file_to_write", chosen)

    async def story() -> None:
        view = await opened(world)
        await world.until(lambda: view.page.facts.course.picture.lanes, "the pictures are there")
        view.page.facts.course.show_numbers()
        dialog = await numbers(world)
        dialog.export_button.activated.emit()
        await world.until(lambda: target.exists() and not world.busy, "the file is written")
        assert target.read_bytes().decode() == dialog.csv()
        await left(world, dialog)

    world.run(story())


def test_a_run_in_its_own_window_has_them_too(world: RunWorld) -> None:
    async def story() -> None:
        await world.show()
        window = RunWindow(world.context, "run-1")
        window.show()
        await world.until(lambda: window.page.facts.course.picture.lanes, "the pictures are there")
        window.activateWindow()
        window.page.facts.course.view.setFocus()
        assert window.context.actions.press("picture.numbers")
        await left(world, await numbers(world))
        window.close()

    world.run(story())


def test_the_fleet_shows_activity_and_leads_to_an_agents_record(world: RunWorld) -> None:
    async def story() -> None:
        window = await world.show()
        window.show_view(FLEET)
        view = window.view(FLEET)
        assert isinstance(view, FleetView)
        await world.until(lambda: view.figures.activity.picture.lanes and not world.busy, "the hour is drawn")
        await world.until(window.isActiveWindow, "the window is active")
        assert view.figures.activity.view in view.panes()
        view.figures.activity.view.setFocus()
        press(world, KEY.Key_T, "t")
        table = await numbers(world)
        assert table.picture == view.figures.activity.picture
        await left(world, table)
        await world.until(window.isActiveWindow, "the window is active again")
        view.grid.setFocus()
        press(world, KEY.Key_H, "h")
        await world.until(lambda: dialog_of(AgentPicturesDialog), "the agent's pictures are there")
        dialog = dialog_of(AgentPicturesDialog)
        assert dialog is not None
        await world.until(lambda: dialog.coverage.picture.lanes and dialog.activity.picture.lanes, "they are drawn")
        assert dialog.agent == "refunds"
        assert "of 187 cases" in dialog.reliability.words.text()
        dialog.which.set_current("all")
        dialog.which.chosen.emit("all")
        await world.until(lambda: "of 1,870 cases" in dialog.reliability.words.text(), "every call counts")
        assert Walk(dialog).faults == []
        assert faults(dialog) == []
        await world.until(dialog.isActiveWindow, "the dialog is active")
        dialog.coverage.view.setFocus()
        press(world, KEY.Key_T, "t")
        table = await numbers(world)
        assert table.picture.key == "risk-and-coverage"
        await left(world, table)
        await left(world, dialog)

    world.run(story())


def test_spend_by_agent_and_day_follows_the_measure(qapp: QApplication, tmp_path: Path) -> None:
    story = SettingsStory(tmp_path)
    story.spent = [SpendRow("2026-11-20", "refunds", "m", 2, 100, 10, 1_200_000, 0)]
    world = WindowWorld(qapp, tmp_path, story=story)

    async def gestures() -> None:
        window = await world.show()
        window.show_view(SPEND)
        view = window.view(SPEND)
        assert isinstance(view, SpendView)
        await world.until(lambda: view.by_agent.picture.lanes and not world.busy, "the spend is drawn")
        assert view.by_agent.picture.lanes[0].value == "$1.20"
        assert view.by_agent.view in view.panes()
        await world.until(window.isActiveWindow, "the window is active")
        view.by_agent.view.setFocus()
        QTest.keyClicks(view.by_agent.view, "t")
        table = await numbers(world)
        assert table.picture == view.by_agent.picture
        assert "1.20" in table.csv()
        await left(world, table)
        view.measure.set_current("tokens")
        view.measure.chosen.emit("tokens")
        assert view.by_agent.picture.lanes[0].value == "110 tokens"
        assert faults(view.by_agent.window()) == []
        view.by_agent.show_rows([], date(2026, 11, 20), "cost")
        assert view.by_agent.view.isHidden()

    try:
        world.run(gestures())
    finally:
        world.close()
    assert world.crashes == []


def test_the_key_is_in_the_overview_and_off_where_there_is_no_picture(world: RunWorld) -> None:
    async def story() -> None:
        window = await world.show()
        actions = world.context.actions
        assert any(action.id == "picture.numbers" for action in grouped(actions.all())[0])
        assert actions.keys_of("picture.numbers") == ("T",)
        assert not any(panel.isVisible() for panel in window.findChildren(PicturePanel))
        assert not actions.is_enabled("picture.numbers")

    world.run(story())
