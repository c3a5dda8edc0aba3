"""The start command: what it sets up, what it starts, and that nothing is started when set-up cannot go on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import environment
import start
import system_packages


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """Command and environment of what was started; set-up is done already."""
    programs: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(environment, "CLONE", tmp_path)
    monkeypatch.setattr(environment, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(environment, "ensure_environment", lambda lock: False)
    monkeypatch.setattr(system_packages, "ensure_window_libraries", lambda: None)
    monkeypatch.setattr(os, "execve", lambda program, command, values: programs.append((command, values)))
    monkeypatch.setattr(subprocess, "call", lambda command, env: 0)
    monkeypatch.setattr(sys, "argv", ["start.py"])
    return programs


@pytest.mark.skipif(os.name == "nt", reason="on Windows the program is started as a child")
def test_the_demo_workspace_is_opened(started: list[tuple[list[str], dict[str, str]]], tmp_path: Path) -> None:
    start.main()
    [(command, values)] = started
    demo = tmp_path / ".local" / "workspaces" / "demo"
    assert command[1:] == ["-P", "-m", "console", "--workspace", str(demo), "--demo"]
    assert Path(values["XDG_CACHE_HOME"]).is_relative_to(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="on Windows the program is started as a child")
def test_further_options_reach_the_program(
    started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["start.py", "--json"])
    start.main()
    assert started[0][0][-1] == "--json"


def test_set_up_only_starts_nothing(
    started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["start.py", "--set-up-only"])
    assert start.main() == 0
    assert started == []


def test_a_set_up_that_cannot_go_on_says_why(
    started: list[tuple[list[str], dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(lock: str) -> bool:
        raise environment.CannotSetUp("no network")

    monkeypatch.setattr(environment, "ensure_environment", refuse)
    assert start.main() == 3
    assert capsys.readouterr().err == "no network\n"
    assert started == []
