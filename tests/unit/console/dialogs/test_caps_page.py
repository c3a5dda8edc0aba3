"""The caps page: every cap is shown, and only what a person changed is sent."""

from __future__ import annotations

import pytest

from console.dialogs.settings.caps_page import CapsPage
from runtime.domain import commands as c
from runtime.domain.budget import Cap
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_a_changed_cap_is_sent_with_all_others_as_they_were(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        _dialog, page = await opened_settings(world, CapsPage)
        assert not page.is_dirty
        day, _tokens = page.fields["day"]
        month, tokens = page.fields["month"]
        assert (day.value(), month.value()) == (20.0, 300.0)
        month.setValue(250.5)
        tokens.setValue(9_000_000)
        assert page.is_dirty
        page.save()
        await world.until(lambda: story.performed, "the caps are sent")

    world.run(gestures())
    [command] = story.performed
    assert isinstance(command, c.SetCaps)
    assert command.caps.month == Cap(250_500_000, 9_000_000)
    assert command.caps.day == Cap(20_000_000)
