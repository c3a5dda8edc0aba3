"""Credentials: a value goes into the keyring once and is nowhere afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit

from console.dialogs.settings.credentials_page import CredentialsPage
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
VALUE = "correct horse battery"


def test_a_value_is_stored_and_leaves_the_screen(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, CredentialsPage)
        assert page.value.echoMode() is QLineEdit.EchoMode.Password
        page.account.setText("smtp-shop")
        page.value.setText(VALUE)
        page.store.click()
        assert page.value.text() == ""
        assert not page.value.isUndoAvailable()
        await world.until(lambda: not world.busy, "it is stored")
        assert page.model.key_at(0) == "smtp-shop"
        shown = [label.text() for label in dialog.findChildren(QLabel)]
        shown += [field.text() for field in dialog.findChildren(QLineEdit)]
        shown += [field.toPlainText() for field in dialog.findChildren(QPlainTextEdit)]
        assert not any(VALUE in text for text in shown)
        dialog.reject()

    world.run(gestures())
    assert story.secrets == {"smtp-shop": VALUE}
    assert VALUE not in repr(story.performed)


def test_test_reads_back_and_tells_what_is_missing(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, CredentialsPage)
        page.account.setText("smtp-shop")
        page.value.setText(VALUE)
        page.store.click()
        await world.until(lambda: not world.busy)
        page.table.choose_row(0)
        page.test.click()
        await world.until(lambda: "was read back" in page.said.accessibleName(), "it is there")
        story.secrets.clear()
        page.test.click()
        await world.until(lambda: "holds nothing under smtp-shop" in page.said.accessibleName(), "it is gone")
        dialog.reject()

    world.run(gestures())


def test_the_same_name_replaces_and_remove_removes(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, CredentialsPage)
        for value in ("one", "two"):
            page.account.setText("key")
            page.value.setText(value)
            page.store.click()
            await world.until(lambda: not world.busy)
        assert page.store.text() == "Replace the value"
        assert story.secrets == {"key": "two"}
        page.table.choose_row(0)
        page.remove.click()
        await world.until(lambda: not page.model.rows, "it is removed")
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())
    assert story.secrets == {}


@pytest.mark.parametrize("state", ["locked", "none"])
def test_without_an_open_keyring_nothing_can_be_stored(world: WindowWorld, story: SettingsStory, state: str) -> None:
    async def gestures() -> None:
        story.keyring_says = (state, "The keyring is locked. Unlock it, then look again.")
        dialog, page = await opened_settings(world, CredentialsPage)
        assert page.keyring.state.text() == "The keyring is locked. Unlock it, then look again."
        page.account.setText("key")
        page.value.setText("x")
        assert not page.store.isEnabled()
        dialog._drop_and_leave()

    world.run(gestures())
