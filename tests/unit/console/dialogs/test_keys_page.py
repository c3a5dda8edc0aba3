"""Settings, Keys: a new key is taken by pressing it, refused with a sentence, reset, and shown where it acts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.dialogs.settings.keys_page import KeysPage
from console.key_choice import own_keys
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def chosen(page: KeysPage, action_id: str) -> None:
    page.table.selectRow(page.model.row_of(action_id))


def press(page: KeysPage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    page.change.click()
    QTest.keyClick(page.change, key, modifier)


def test_a_new_key_is_taken_a_taken_one_refused_and_reset_goes_back(world: WindowWorld) -> None:
    actions, settings = world.context.actions, world.context.settings
    actions.remapped = lambda action_id: own_keys(settings, action_id)
    heard: list[str] = []
    actions.hear(lambda: heard.append("changed"))

    async def gestures() -> None:
        dialog, page = await opened_settings(world, KeysPage)
        chosen(page, "search")
        press(page, Qt.Key.Key_F9)
        assert actions.keys_of("search") == ("F9",)
        assert page.model.rows[page.model.row_of("search")].cells[2].text == "F9"
        assert heard == ["changed"]
        chosen(page, "keys")
        press(page, Qt.Key.Key_F9)
        assert "F9 already does this: Search" in page.said.accessibleName()
        assert actions.keys_of("keys") == ("?",)
        press(page, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        page.off.click()
        assert actions.keys_of("keys") == ()
        page.reset.click()
        assert actions.keys_of("keys") == ("?",)
        assert world.window is not None
        assert "F9" in (world.window.strip.search._key_hint or "")  # the button shows the key that does it
        page.reset_all.click()
        assert actions.keys_of("search") == ("Ctrl+K",)
        chosen(page, "view.1" if "view.1" in actions else "settings")
        dialog.reject()

    world.run(gestures())


def test_keys_chosen_before_the_start_stand_where_they_are_told(world: WindowWorld) -> None:
    own = {"search": ("F9",), "pause_all": ("Ctrl+F2",)}
    world.context.actions.remapped = own.get

    async def story() -> None:
        strip = (await world.show()).strip
        assert strip.search.key_hint == "F9"
        assert ">Ctrl F2<" in strip.pause.toolTip()

    world.run(story())


def test_single_letters_are_switched_off_and_kept(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, KeysPage)
        page.letters.setChecked(False)
        assert world.context.actions.keys_of("keys") == ()
        assert world.context.settings.value("keys/single_letters") == "false"
        dialog.reject()

    world.run(gestures())
