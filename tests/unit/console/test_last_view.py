"""Each workspace opens on the screen it was left on; a new one on its first steps, whatever was last looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from console.last_view import LastView
from console.views.table import APPROVALS, AUDIT, FLEET
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_the_screen_is_kept_for_each_workspace(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    LastView(settings, tmp_path / "one").keep(AUDIT)
    assert LastView(settings, tmp_path / "one").number == AUDIT
    assert LastView(settings, tmp_path / "two").number == 0
    settings.setValue(LastView(settings, tmp_path / "two")._key, "none")
    assert LastView(settings, tmp_path / "two").number == 0


@pytest.mark.parametrize(("left_on", "empty", "first"), [(AUDIT, True, AUDIT), (0, True, FLEET), (0, False, APPROVALS)])
def test_a_window_opens_where_it_was_left_else_where_there_is_something_to_do(
    qapp: QApplication, tmp_path: Path, left_on: int, empty: bool, first: int
) -> None:
    world = WindowWorld(qapp, tmp_path)

    async def story() -> None:
        kept = LastView(world.context.settings, world.story.folder)
        if left_on:
            kept.keep(left_on)
        window = await world.show(empty=empty)
        assert window.current == first
        window.show_view(AUDIT)
        window.close()
        assert kept.number == AUDIT

    try:
        world.run(story())
    finally:
        world.close()
    assert world.crashes == []
