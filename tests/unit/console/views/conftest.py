"""A window over the story runtime for each test of a view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.fixtures.window_world import WindowWorld


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    """The story, not yet shown; closed in order at the end, and no task may have crashed."""
    made = WindowWorld(qapp, tmp_path)
    yield made
    made.close()
    assert made.crashes == []
