"""What holds for every test: the guards in `tests/guards`, and where real test data is found."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis.configuration
import pytest
from pytestqt.qtbot import QtBot

from tests.longest_first import place_of

pytest_plugins = [
    "tests.guards.surroundings",
    "tests.guards.network",
    "tests.guards.tasks",
    "tests.guards.widgets",
    "tests.guards.log_records",
    "tests.guards.blocking",
    "tests.guards.garbage",
    "pytester",
]

CLONE = Path(__file__).resolve().parent.parent
hypothesis.configuration.set_hypothesis_home_dir(CLONE / ".local" / "cache" / "hypothesis")
# Times vary with the load of the machine and are never a reason to fail; examples are the same in every run.
hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis.settings.load_profile("suite")

# A wait ends as soon as what it waits for is there; on a machine with other work that may take long.
PATIENCE_MS = 120_000
for _wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitActive, QtBot.waitExposed):
    _defaults: dict[str, object] = _wait.__kwdefaults__ or {}
    _defaults["timeout"] = PATIENCE_MS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first; else as it was found."""
    items.sort(key=lambda item: place_of(item.path))


@pytest.fixture
def test_data() -> Callable[[str], Path]:
    """`test_data("messages/mime")` is that folder of the real test data; the test is skipped where it is absent."""

    def find(name: str) -> Path:
        root = Path(os.environ.get("CONSOLE_TEST_DATA") or CLONE.parent / "shared" / "data")
        wanted = root / name
        if not wanted.exists():
            pytest.skip(f"No test data {name} in {root}; set CONSOLE_TEST_DATA to the folder that holds it.")
        return wanted

    return find
