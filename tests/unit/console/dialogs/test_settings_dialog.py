"""The settings as a whole: leaving, saving, refusing, keys; nothing is lost and nothing acts by itself."""

from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QPushButton

from console.dialogs.settings.appearance_page import AppearancePage
from console.dialogs.settings.general_page import GeneralPage
from console.dialogs.settings_dialog import SettingsDialog
from runtime.domain import commands as c
from tests.fixtures.gone import gone
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld, named_descendants

pytestmark = pytest.mark.window


def test_esc_leaves_at_once_when_nothing_was_edited(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, _page = await opened_settings(world, GeneralPage)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    world.run(gestures())


def test_esc_with_edits_says_so_and_discard_leaves_without_saving(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, GeneralPage)
        page.name.setText("Another name")
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        assert dialog.unsaved.isVisibleTo(dialog)
        assert "General" in dialog.unsaved.accessibleName()
        dialog.drop.click()
        assert not dialog.isVisible()

    world.run(gestures())
    assert story.performed == []
    assert story.settings.title == "Small shop"


def test_save_sends_the_whole_settings_and_the_page_is_clean(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, GeneralPage)
        page.hold.setValue(25)
        page.cap.setValue(12.5)
        assert dialog.save.isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await world.until(lambda: not world.busy and not page.is_dirty, "it is saved")
        assert "The settings were saved." in page.said.accessibleName()
        dialog.reject()

    world.run(gestures())
    assert (story.settings.hold_seconds, story.settings.day_cap_micros) == (25, 12_500_000)


def test_saving_from_the_bar_saves_and_leaves(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, GeneralPage)
        page.name.setText("Another name")
        dialog.close()
        dialog.close()
        assert dialog.isVisible()
        dialog.unsaved.button.click()
        await world.until(lambda: gone(dialog), "it is saved and left")
        await world.until(lambda: not world.busy)

    world.run(gestures())
    assert story.settings.title == "Another name"


def test_a_refusal_is_told_in_place_and_the_edits_stay(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, GeneralPage)
        page.name.setText("  ")
        dialog.save.click()
        await world.until(lambda: not world.busy)
        assert "The title must not be empty" in page.said.accessibleName()
        assert page.is_dirty
        dialog._drop_and_leave()

    world.run(gestures())
    assert story.settings.title == "Small shop"


def test_smtp_without_a_host_is_refused_before_anything_is_sent(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        await story.perform(c.StoreCredential("smtp-shop", "", c.Secret("x"), "anna"))
        dialog, page = await opened_settings(world, GeneralPage)
        assert not page.host.isEnabled()
        page.account.setCurrentIndex(page.account.findData("smtp-shop"))
        assert page.host.isEnabled()
        dialog.save.click()
        assert "needs a host" in page.said.accessibleName()
        dialog._drop_and_leave()

    world.run(gestures())
    assert story.settings.smtp_account == ""


def test_enter_does_nothing_and_no_button_is_the_default(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, GeneralPage)
        page.name.setText("Another name")
        QTest.keyClick(page.name, Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert not any(button.isDefault() or button.autoDefault() for button in dialog.findChildren(QPushButton))
        dialog._drop_and_leave()

    world.run(gestures())
    assert story.performed == []


def test_every_page_opens_and_every_control_has_a_name(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, _page = await opened_settings(world, GeneralPage)
        for row in range(dialog.model.rowCount()):
            dialog.show_page(dialog.model.key_at(row))
            await world.until(lambda: not world.busy, "the page is filled")
            for kind in (QPushButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox):
                found = [one for one in named_descendants(dialog, kind) if one.objectName() != "qt_spinbox_lineedit"]
                assert all(one.accessibleName() for one in found), (dialog.model.key_at(row), kind)
            assert not dialog.current.is_dirty, dialog.model.key_at(row)
        dialog.reject()
        assert not dialog.isVisible()

    world.run(gestures())


def test_appearance_holds_at_once_and_is_kept(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, AppearancePage)
        assert world.theme.is_dark
        page.scheme.set_current("light")
        page.scheme.chosen.emit("light")
        assert not world.theme.is_dark
        page.text_size.setValue(25)
        assert world.theme.scale == 1.25
        kept = world.context.settings
        assert (kept.value("look/scheme"), kept.value("look/scale")) == ("light", "1.25")
        assert not dialog.save.isVisibleTo(dialog)
        dialog.reject()

    world.run(gestures())


def test_the_page_of_last_time_is_shown_again(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, _page = await opened_settings(world, AppearancePage)
        dialog.reject()
        again = SettingsDialog(world.context, "", world.window)
        assert again.current.key == "appearance"
        await world.until(lambda: not world.busy)

    world.run(gestures())


def test_settings_that_are_closed_while_a_page_is_read_break_nothing(world: WindowWorld, story: SettingsStory) -> None:
    async def visit() -> None:
        window = await world.show(())
        for page in ("agents", "caps", "credentials", "workspace"):
            window.open_settings(page)
            dialog = window.dialogs.shown["settings"]
            dialog.reject()
            shiboken6.delete(dialog)
            await world.until(lambda: not world.busy, "nothing is read any more")
        assert world.crashes == []

    world.run(visit())
