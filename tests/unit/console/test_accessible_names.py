"""Every screen and dialog as a screen reader meets it: named, in the right roles, with nothing that Enter presses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog

from console.dialogs.rollback_sheet import RollbackSheet
from console.dialogs.second_person_dialog import SecondPersonDialog
from console.dialogs.settings_dialog import SettingsDialog
from console.dialogs.start_run_dialog import StartRunDialog
from console.dialogs.step_viewer import StepViewer
from console.views.approvals.evidence_tabs import EvidenceTabs
from console.views.table import PRESENT, RUNS, SETTINGS
from runtime.domain.action import Action
from runtime.domain.settings import Operator
from tests.fixtures.accessible_walk import Walk
from tests.fixtures.runs_screen import RunWorld, dialog_of, opened, run_world
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[RunWorld]:
    with run_world(qapp, tmp_path) as made:
        yield made


@pytest.fixture
def with_settings(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path, story=SettingsStory(tmp_path))
    yield made
    made.close()
    assert made.crashes == []


def sound(walk: Walk, at_least: int) -> None:
    assert walk.nodes >= at_least
    assert not walk.faults, "\n".join(walk.faults)


@pytest.mark.parametrize("number", [entry.number for entry in PRESENT])
def test_every_screen_is_named_and_led_to_by_radio_buttons(world: RunWorld, number: int) -> None:
    async def story() -> None:
        if number == RUNS:
            await opened(world)
        else:
            window = await world.show()
            window.show_view(number)
            await world.until(lambda: not world.busy, "the screen is filled")
        assert world.window is not None
        walk = Walk(world.window)
        sound(walk, 10)
        for place, item in world.window.rail.items.items():
            spoken = QAccessible.queryAccessibleInterface(item)
            assert spoken is not None
            leads_to_dialog = place == SETTINGS
            assert spoken.role() is (QAccessible.Role.Button if leads_to_dialog else QAccessible.Role.RadioButton)

    world.run(story())


def test_a_name_that_is_missing_is_found(world: RunWorld) -> None:
    async def story() -> None:
        window = await world.show()
        window.strip.pause.setText("")
        assert window.strip.pause.accessibleName() == ""
        assert any("a Button has no name" in fault for fault in Walk(window).faults)

    world.run(story())


def second_person(world: RunWorld) -> QDialog:
    evidence = EvidenceTabs(world.context.theme)
    evidence.show_action(Action("mail.send", "{}"), "ab12", None, None)
    return SecondPersonDialog(world.context, "Send mail", evidence, [Operator("maria", "Maria")], world.window)


def start_run(world: RunWorld) -> QDialog:
    return StartRunDialog(world.context, "refunds", world.window)


@pytest.mark.parametrize("build", [second_person, start_run])
def test_dialogs_of_runs_and_rulings(world: RunWorld, build: Callable[[RunWorld], QDialog]) -> None:
    async def story() -> None:
        await world.show(())
        dialog = build(world)
        dialog.open()
        await world.until(lambda: not world.busy, "it is filled")
        sound(Walk(dialog), 3)
        dialog.reject()

    world.run(story())


def test_rollback_sheet_and_step_viewer(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        view.page.roll_back_to(1)
        await world.until(lambda: dialog_of(RollbackSheet) and not world.busy, "the sheet is open")
        sheet = dialog_of(RollbackSheet)
        assert sheet is not None
        sound(Walk(sheet), 4)
        sheet.reject()
        view.page.timeline.setCurrentIndex(view.page.model.index(view.page.model.place_of("4:done:0")))
        view.page.open_step()
        await world.until(lambda: dialog_of(StepViewer), "the step is open")
        viewer = dialog_of(StepViewer)
        assert viewer is not None
        sound(Walk(viewer), 2)
        viewer.reject()

    world.run(story())


@pytest.mark.parametrize("name", ["palette", "keys", "about"])
def test_dialogs_of_the_window(world: RunWorld, name: str) -> None:
    async def story() -> None:
        window = await world.show()
        getattr(window.dialogs, f"open_{name}")()
        await world.until(lambda: name in window.dialogs.shown, "it is open")
        dialog = window.dialogs.shown[name]
        await world.until(lambda: not world.busy, "it is filled")
        sound(Walk(dialog), 1)
        dialog.reject()

    world.run(story())


def test_every_page_of_the_settings(with_settings: WindowWorld) -> None:
    world = with_settings

    async def story() -> None:
        await world.show(())
        dialog = SettingsDialog(world.context, "", world.window)
        dialog.open()
        for page in [kind.key for kind in dialog._classes]:
            dialog.show_page(page)
            await world.until(lambda: not world.busy, f"{page} is filled")
            sound(Walk(dialog), 8)
        dialog.reject()

    world.run(story())
