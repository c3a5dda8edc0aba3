"""The private displays of the test command answer while they are needed and are gone afterwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import display


def test_two_displays_of_their_own(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux") or shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed; the window tests draw offscreen.")
    with display.private_displays(2, tmp_path) as names:
        sockets = [Path("/tmp/.X11-unix") / f"X{name.removeprefix(':')}" for name in names]
        assert len(set(names)) == 2
        assert all(socket.exists() for socket in sockets)
    assert not any(socket.exists() for socket in sockets)


def test_without_xvfb_there_is_no_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with display.private_displays(2, tmp_path) as names:
        assert names == []


def test_a_server_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("Private displays exist on Linux only.")
    real = subprocess.Popen
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: real(["false"], **options))
    with display.private_displays(1, tmp_path) as names:
        assert names == []
    assert "Xvfb did not start" in capsys.readouterr().out
