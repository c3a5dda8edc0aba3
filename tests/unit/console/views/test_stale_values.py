"""While the journal is silent every value of a screen is grey, and in its own colour again when it answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QWidget

from console.views.fleet_view import FleetView
from console.views.runs_view import RunsView
from console.views.spend_view import SpendView
from console.views.table import FLEET, RUNS, SPEND
from console.views.view import View
from console.widgets.elided_label import ElidedLabel
from console.widgets.plain_label import PlainLabel
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.story_rows import NOW
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def values_of(view: View) -> Sequence[QWidget]:
    """Where the values of each screen stand."""
    if isinstance(view, SpendView):
        return (view.facts, view.caps._page, view.note)
    if isinstance(view, FleetView):
        return [label for line in view.figures._lines for label in line]
    assert isinstance(view, RunsView)
    page = view.page
    return (page.header._state, page.header._words, page.facts._value, page.facts._cap, page.facts._rows)


def inks(parts: Sequence[QWidget]) -> set[str]:
    labels = [one for part in parts for kind in (PlainLabel, ElidedLabel) for one in (part, *part.findChildren(kind))]
    found: list[QColor] = [
        one._theme.color(one._token) for one in labels if isinstance(one, PlainLabel | ElidedLabel) and one.text()
    ]
    return {ink.name() for ink in found}


@pytest.mark.parametrize("number", [FLEET, RUNS, SPEND])
def test_values_are_grey_while_the_journal_is_silent(qapp: QApplication, tmp_path: Path, number: int) -> None:
    world = WindowWorld(qapp, tmp_path, story=SettingsStory(tmp_path))

    async def story() -> None:
        window = await world.show()
        window.show_view(number)
        view = window.view(number)
        if number == RUNS:
            view.open_item("run-1")
        await world.until(lambda: not world.busy and len(inks(values_of(view))) > 1, "it was read")
        before = inks(values_of(view))
        view.set_stale(NOW)
        assert inks(values_of(view)) == {world.theme.color("text3").name()}
        view.set_stale(0)
        assert inks(values_of(view)) == before

    try:
        world.run(story())
    finally:
        world.close()
    assert world.crashes == []
