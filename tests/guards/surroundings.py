"""Keeps the person's machine out of the tests: home, settings, keyring, keys of providers, display."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

HOMES = (
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
)
NEVER_SEEN_BY_TESTS = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "DBUS_SESSION_BUS_ADDRESS",
    "WAYLAND_DISPLAY",
)
_home = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Before anything of ours is imported: a fresh home and no way to a real keyring or provider."""
    home = Path(tempfile.mkdtemp(prefix="console-tests-"))
    config.stash[_home] = home
    for name in HOMES:
        folder = home / name.lower()
        folder.mkdir(mode=0o700)
        os.environ[name] = str(folder)
    for name in NEVER_SEEN_BY_TESTS:
        os.environ.pop(name, None)
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ["CONSOLE_TESTS"] = "1"
    _choose_display()


def _choose_display() -> None:
    """Each worker draws on a display of its own, so that two windows never fight for the focus."""
    displays = [name for name in os.environ.get("CONSOLE_TEST_DISPLAYS", "").split(",") if name]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if displays:
        os.environ["DISPLAY"] = displays[int(worker.removeprefix("gw")) % len(displays)]
    on_x11 = sys.platform.startswith("linux") and os.environ.get("DISPLAY")
    os.environ["QT_QPA_PLATFORM"] = "xcb" if on_x11 else "offscreen"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Takes the home away again."""
    home = config.stash.get(_home, None)
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)
