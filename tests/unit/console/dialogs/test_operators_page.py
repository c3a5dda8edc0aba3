"""Operators: who decides here, and that nobody locks himself out."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit

from console.dialogs.settings.operators_page import OperatorsPage, operator_id
from runtime.domain.settings import Operator
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_ids_are_made_from_names_and_never_twice() -> None:
    assert operator_id("Anna Keller", set()) == "anna-keller"
    assert operator_id("Zoë Müller", {"zoe-muller"}) == "zoe-muller-2"
    assert operator_id("李", set()) == "person"


def test_a_person_is_added_renamed_and_deactivated(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, OperatorsPage)
        page.name.setText("Jonas Weber")
        page.add.click()
        await world.until(lambda: page.model.row_of("jonas-weber") >= 0 and not world.busy, "he is there")
        page.table.choose_row(page.model.row_of("jonas-weber"))
        page.name.setText("Jonas A. Weber")
        page.rename.click()
        await world.until(lambda: not world.busy)
        page.table.choose_row(page.model.row_of("jonas-weber"))
        page.active.click()
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())
    assert Operator("jonas-weber", "Jonas A. Weber", False) in story.operators


def test_who_sits_here_is_not_deactivated(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, OperatorsPage)
        page.table.choose_row(page.model.row_of("anna"))
        assert not page.sit.isEnabled()
        page.active.click()
        assert "Let another person sit here first" in page.said.accessibleName()
        dialog.reject()

    world.run(gestures())
    assert story.performed == []


def test_another_person_takes_the_seat(world: WindowWorld) -> None:
    async def gestures() -> None:
        def sit(operator: str) -> None:
            world.operator = operator

        world.context.set_operator = sit
        dialog, page = await opened_settings(world, OperatorsPage)
        page.table.choose_row(page.model.row_of("maria"))
        page.sit.click()
        await world.until(lambda: not world.busy)
        assert world.context.operator() == "maria"
        dialog.reject()

    world.run(gestures())


def test_a_passphrase_is_set_and_leaves_the_screen(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, OperatorsPage)
        assert page.passphrase.echoMode() is QLineEdit.EchoMode.Password
        page.table.choose_row(page.model.row_of("maria"))
        assert not page.set_passphrase.isEnabled()
        page.passphrase.setText("correct horse battery")
        page.set_passphrase.click()
        assert page.passphrase.text() == ""
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())
    assert story.secrets == {"passphrase of maria": "correct horse battery"}
    assert "correct horse" not in repr(story.performed)
