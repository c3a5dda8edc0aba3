"""Standing grants in the settings: the condition and the countdown are shown, R revokes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.dialogs.settings.grants_page import GrantsPage
from runtime.domain.grant_commands import GrantTerms, RevokeGrant
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.story_grants import story_grant
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_a_grant_is_shown_whole_counts_down_and_is_revoked_by_one_key(world: WindowWorld, story: SettingsStory) -> None:
    ask = story.asks["ask-file"]
    story.grants = [story_grant(ask, GrantTerms(3600, 10), "anna", story.clock, 1)]

    async def gestures() -> None:
        dialog, page = await opened_settings(world, GrantsPage)
        assert page.model.rows[0].cells[2].text == "10 of 10 uses left, 1 h left"
        assert "Tool: files.write" in page.condition.text()
        assert "exactly" in page.condition.text()
        world.pass_time(60)
        left = "10 of 10 uses left, 59 min left"
        await world.until(lambda: page.model.rows[0].cells[2].text == left, "it counts down by itself")
        assert QApplication.focusWidget() is page.table, "R counts at once"
        QTest.keyClick(page.table, Qt.Key.Key_R)
        await world.until(lambda: not page.revoke.isEnabled(), "it is revoked")
        assert page.model.rows[0].cells[2].text == "Revoked by Anna Keller."
        dialog.reject()

    world.run(gestures())
    [revoked] = [command for command in story.performed if isinstance(command, RevokeGrant)]
    assert revoked.by == "anna"


def test_without_grants_it_says_so(world: WindowWorld) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, GrantsPage)
        assert page.nothing.isVisibleTo(dialog)
        assert not page.revoke.isVisibleTo(dialog)
        dialog.reject()

    world.run(gestures())
