"""Prices: entered exactly as typed, refused where they are no amount, changed and removed by their row."""

from __future__ import annotations

import os

import pytest

from console.dialogs.settings.prices_page import PricesPage
from console.presenters.budget_text import micros_typed, typed_words
from runtime.domain.budget import EnteredPrice
from runtime.domain.commands import RemovePrice
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_a_price_is_entered_changed_and_removed(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, PricesPage)
        assert not page.enter.isEnabled()
        page.named.setText("openai/own")
        page.into.setText("0.15")
        assert page.is_dirty
        assert not page.enter.isEnabled()
        page.out.setText("1,000.50")
        page.cached.setText("0")
        page.enter.click()
        await world.until(lambda: not world.busy and page.model.rows, "it is entered")
        assert story.prices["openai/own"].price == EnteredPrice(150_000, 1_000_500_000, 0, None)
        assert not page.is_dirty
        page.table.choose_row(0)
        assert [field.text() for field in page._fields()] == ["0.15", "1000.5", "0", "", ""]
        assert not page.is_dirty
        if (folder := os.environ.get("CONSOLE_SCREENS")) is not None:
            dialog.grab().save(f"{folder}/prices.png")
        page.written.setText("2")
        assert page.enter.text() == "Change the price"
        page.enter.click()
        await world.until(lambda: not world.busy, "it is changed")
        assert story.prices["openai/own"].price.cache_write == 2_000_000
        page.table.choose_row(0)
        page.remove.click()
        await world.until(lambda: not world.busy and not page.model.rows, "it is removed")
        dialog.reject()

    world.run(gestures())
    assert isinstance(story.performed[-1], RemovePrice)


def test_what_is_no_amount_is_told_and_stays_in_the_field(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, PricesPage)
        page.named.setText("openai/own")
        page.into.setText("cheap")
        page.out.setText("3")
        page.enter.click()
        assert "'cheap' is not an amount in dollars" in page.said.accessibleName()
        assert page.into.text() == "cheap"
        dialog._drop_and_leave()

    world.run(gestures())
    assert story.performed == []


@pytest.mark.parametrize("micros", [0, 1, 150_000, 20_000_000, 1_000_500_000, 10**15])
def test_an_amount_is_typed_back_exactly(micros: int) -> None:
    assert micros_typed(typed_words(micros)) == micros
