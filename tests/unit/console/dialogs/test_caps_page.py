"""The caps page: every cap is shown, and only what a person changed is sent; one agent may have a cap of its own."""

from __future__ import annotations

import pytest

from console.dialogs.settings.caps_page import CapsPage
from console.dialogs.settings.form import pick
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


def test_one_agent_is_given_a_cap_that_is_changed_and_removed(world: WindowWorld, story: SettingsStory) -> None:
    async def saved(page: CapsPage) -> None:
        page.save()
        await world.until(lambda: not world.busy and not page.is_dirty, "the caps are saved and shown anew")

    def shown(page: CapsPage) -> list[list[str]]:
        return [[cell.text for cell in row.cells] for row in page.by_agent.model.rows]

    async def gestures() -> None:
        dialog, page = await opened_settings(world, CapsPage)
        part = page.by_agent
        assert shown(page) == []
        assert not part.remove.isEnabled()
        part.add.click()
        assert part.agent.currentText() == "catalogue"
        pick(part.agent, "refunds")
        part.money.setValue(2.5)
        assert page.is_dirty
        await saved(page)
        assert shown(page) == [["refunds", "$2.50"]]
        part.add.click()  # the other agent; then nobody is left who could be named
        assert part.agent.currentText() == "catalogue"
        assert not part.add.isEnabled()
        part.table.choose_row(next(at for at, row in enumerate(shown(page)) if row[0] == "refunds"))
        part.money.setValue(3)
        part.tokens.setValue(40_000)
        await saved(page)
        assert shown(page) == [["catalogue", "no cap"], ["refunds", "$3.00 and 40,000 tokens"]]
        part.table.choose_row(0)
        part.remove.click()
        await saved(page)
        assert shown(page) == [["refunds", "$3.00 and 40,000 tokens"]]
        dialog.reject()

    world.run(gestures())
    sent = [command.caps.by_agent for command in story.performed if isinstance(command, c.SetCaps)]
    assert sent == [
        {"refunds": Cap(2_500_000)},
        {"catalogue": Cap(), "refunds": Cap(3_000_000, 40_000)},
        {"refunds": Cap(3_000_000, 40_000)},
    ]
