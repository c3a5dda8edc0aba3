"""A window over the story of the settings for each test of a dialog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld


@pytest.fixture
def story(tmp_path: Path) -> SettingsStory:
    return SettingsStory(tmp_path)


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path, story: SettingsStory) -> Iterator[WindowWorld]:
    """Not yet shown; closed in order at the end, and no task may have crashed."""
    made = WindowWorld(qapp, tmp_path, story=story)
    yield made
    made.close()
    assert made.crashes == []
