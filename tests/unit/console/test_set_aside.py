"""A person who is called to a request comes to its card, whatever dialog was open; what was typed there waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from console.dialogs.queue_dialogs import ChoiceDialog
from console.dialogs.settings.general_page import GeneralPage
from console.dialogs.settings_dialog import SettingsDialog
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS, FLEET
from console.window import ConsoleWindow
from runtime.domain import commands as c
from runtime.domain.queue_commands import ShelveAsk
from tests.fixtures.approvals_screen import card_shows, opened, sent, tap
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    """The story of the settings, whose requests wait; not yet shown."""
    made = WindowWorld(qapp, tmp_path, story=SettingsStory(tmp_path))
    yield made
    made.close()
    assert made.crashes == []


async def settings(world: WindowWorld, window: ConsoleWindow) -> tuple[SettingsDialog, GeneralPage]:
    window.open_settings("general")
    await world.until(lambda: not world.busy, "the page is filled")
    dialog = window.dialogs.shown["settings"]
    assert isinstance(dialog, SettingsDialog)
    page = dialog.current
    assert isinstance(page, GeneralPage)
    return dialog, page


async def called_to(world: WindowWorld, ask_id: str) -> ApprovalsView:
    """As a notification, and a second start with the name of the request, bring the window to the front."""
    window = world.window
    assert window is not None
    window.to_front(ask_id)
    view = window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    await card_shows(world, view, ask_id)
    await world.until(window.isActiveWindow, "the window has the keyboard")
    assert (window.current, QApplication.activeModalWidget()) == (APPROVALS, None)
    return view


def waiting(window: ConsoleWindow) -> list[str]:
    return [text for text in window.toasts.texts if "as you left it" in text]


def test_settings_in_which_nothing_was_edited_close_and_keys_mean_the_card(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        window.show_view(FLEET)
        await settings(world, window)
        view = await called_to(world, "ask-mail")
        assert window.dialogs.shown == {}
        assert waiting(window) == []
        assert not world.context.actions.is_enabled("aside"), "nothing waits"
        await world.until(lambda: view.desk.card.evidence.has_seen_end, "it was read")
        world.pass_time(1.0)
        tap(world, "a")
        await world.until(lambda: sent(world, c.Approve) and not world.busy, "A means the card")

    world.run(story())


@pytest.mark.parametrize("back", ["notice", "key", "palette"])
def test_edits_in_the_settings_wait_and_are_saved_later(world: WindowWorld, back: str) -> None:
    async def story() -> None:
        window = await world.show()
        dialog, page = await settings(world, window)
        page.name.setText("Another name")
        await called_to(world, "ask-mail")
        assert not dialog.isVisible()
        assert waiting(window) == ["Settings waits as you left it. What you typed there is kept and not sent yet."]
        assert world.story.performed == []
        if back == "notice":
            [(_, banner)] = window.toasts._open
            banner.button.click()
        elif back == "key":
            QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
        else:
            assert world.context.actions.press("aside")
        await world.until(dialog.isActiveWindow, "they are back")
        assert page.name.text() == "Another name"
        assert waiting(window) == []
        dialog.save.click()
        await world.until(lambda: sent(world, c.SaveSettings) and not world.busy, "it is saved")
        dialog.reject()
        assert window.dialogs.shown == {}

    world.run(story())


def test_a_half_typed_reason_waits_for_its_own_request(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "h")
        await world.until(lambda: isinstance(QApplication.activeModalWidget(), ChoiceDialog), "the shelf is open")
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ChoiceDialog)
        await world.until(dialog.isActiveWindow, "it has the keyboard")
        QTest.keyClicks(dialog.line, "until the invoice")
        await called_to(world, "ask-ticket")
        assert world.window is not None
        world.window.dialogs.aside.back()
        await world.until(dialog.isActiveWindow, "it is back")
        assert dialog.line.text() == "until the invoice"
        dialog.send()
        await world.until(lambda: sent(world, ShelveAsk) and not world.busy, "it is put away")
        [shelved] = sent(world, ShelveAsk)
        assert isinstance(shelved, ShelveAsk)
        assert (shelved.ask_id, shelved.reason) == ("ask-mail", "until the invoice")
        assert view.desk.ask_id == "ask-ticket"

    world.run(story())


def test_what_only_passes_closes(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        for open_dialog in (window.dialogs.open_palette, window.dialogs.open_keys):
            open_dialog()
            await world.until(lambda: window.dialogs.shown and not world.busy, "it is open")
            [dialog] = window.dialogs.shown.values()
            assert isinstance(dialog, QDialog)
            if hasattr(dialog, "field"):
                QTest.keyClicks(dialog.field, "refund")
                await world.until(lambda: not world.busy)
            await called_to(world, "ask-mail")
            assert window.dialogs.shown == {}
            assert waiting(window) == []

    world.run(story())
