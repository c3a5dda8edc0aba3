"""The running window as a screen reader meets it, over a private bus.

Every screen and dialog is named, and each part that can be used is told as what it is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.screens.tables import ALL

pytestmark = pytest.mark.window
CLONE = Path(__file__).resolve().parents[2]
LONGEST_S = 1_800


def missing() -> str:
    """Why nobody can be asked here, or nothing."""
    if not sys.platform.startswith("linux"):
        return "AT-SPI is the bus of Linux desktops"
    if not os.environ.get("DISPLAY"):
        return "there is no X display"
    launchers = (Path("/usr/libexec/at-spi-bus-launcher"), Path("/usr/lib/at-spi2-core/at-spi-bus-launcher"))
    if shutil.which("dbus-run-session") is None or not any(path.exists() for path in launchers):
        return "dbus-run-session or at-spi2-core is not installed"
    return ""


def read_aloud(folder: Path, *more: str) -> list[dict[str, object]]:
    """What the walk told of each screen, from a program in a session of its own."""
    words = ["dbus-run-session", "--", sys.executable, "-m", "tests.screens.read_aloud", str(folder), *more]
    values = {**os.environ, "QT_QPA_PLATFORM": "xcb", "DBUS_SESSION_BUS_ADDRESS": ""}
    ended = subprocess.run(words, cwd=CLONE, env=values, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert ended.returncode == 0, ended.stderr[-4000:]
    return [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]


@pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing")
def test_every_screen_and_dialog_is_told_whole(tmp_path: Path) -> None:
    told = read_aloud(tmp_path)
    assert {str(one["screen"]) for one in told} == {screen.name for screen in ALL}
    assert all(int(str(one["parts"])) >= 10 for one in told)
    faults = [f"{one['screen']}: {fault}" for one in told for fault in list(one["faults"])]  # type: ignore[call-overload]
    assert not faults, "\n".join(faults)
    [unread] = [one for one in told if one["screen"] == "error-fleet"]
    assert "The disk does not answer" in str(unread["said"]), "a notice is read aloud when it comes"


@pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing")
def test_what_has_no_name_what_nobody_is_told_and_what_is_told_as_something_else_is_found(tmp_path: Path) -> None:
    [one] = read_aloud(tmp_path, "--broken")
    faults = "\n".join(one["faults"])  # type: ignore[arg-type]
    assert "has no name: button" in faults
    assert "is not told at all: QPushButton < ViewStack" in faults
    assert "is check box and is told as radio button: QCheckBox < Rail" in faults
