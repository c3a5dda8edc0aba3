"""Set-up: which Python is taken, when it installs, what it says when it cannot, and that it stays in `.local/`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import environment


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a lock file and nothing else."""
    monkeypatch.setattr(environment, "CLONE", tmp_path)
    monkeypatch.setattr(environment, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(environment, "PACKAGING", tmp_path)
    (tmp_path / "lock.txt").write_text("first==1", encoding="utf-8")
    return tmp_path


@pytest.fixture
def installed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was installed: making the environment and fetching packages are replaced by notes of it."""
    notes: list[str] = []

    def make() -> None:
        environment.environment_python().parent.mkdir(parents=True, exist_ok=True)
        environment.environment_python().touch()
        (environment.environment_folder() / "lib" / "python3" / "site-packages").mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(environment, "_make_environment", make)
    monkeypatch.setattr(environment, "_install", lambda lock: notes.append(lock.read_text("utf-8")))
    return notes


def test_the_first_start_installs_and_the_second_does_not(installed: list[str]) -> None:
    assert environment.ensure_environment("lock.txt")
    assert not environment.ensure_environment("lock.txt")
    assert installed == ["first==1"]


def test_a_changed_lock_installs_again(installed: list[str], clone: Path) -> None:
    environment.ensure_environment("lock.txt")
    (clone / "lock.txt").write_text("second==2", encoding="utf-8")
    assert environment.ensure_environment("lock.txt")
    assert installed == ["first==1", "second==2"]


def test_a_lost_environment_is_made_again(installed: list[str]) -> None:
    environment.ensure_environment("lock.txt")
    environment.environment_python().unlink()
    assert environment.ensure_environment("lock.txt")
    assert len(installed) == 2


def test_a_set_up_that_failed_is_tried_again(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(lock: Path) -> None:
        raise environment.CannotSetUp("no network")

    with monkeypatch.context() as patch:
        patch.setattr(environment, "_install", fail)
        with pytest.raises(environment.CannotSetUp):
            environment.ensure_environment("lock.txt")
    assert environment.ensure_environment("lock.txt")


def _without_ensurepip(name: str) -> object:
    return None if name == "ensurepip" else object()


def test_missing_ensurepip_says_what_to_install(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", _without_ensurepip)
    with pytest.raises(
        environment.CannotSetUp, match=r"no ensurepip.*Nothing was changed.*apt-get install python3-venv"
    ):
        environment.ensure_environment("lock.txt")
    assert not environment.environment_folder().exists()


def test_an_unsupported_python_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(environment.CannotSetUp, match=r"3\.11, 3\.12 or 3\.13 is needed; this one is 3\.10"):
        environment.continue_with_supported_python("start.py")


def test_an_unsupported_python_hands_over_to_a_supported_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(sys, "argv", ["start.py", "--help"])
    monkeypatch.setattr(environment, "_command_of_python", lambda version: ["py12"] if version == (3, 12) else None)
    called: list[list[str]] = []

    def call(command: list[str]) -> int:
        called.append(command)
        return 7

    monkeypatch.setattr(subprocess, "call", call)
    with pytest.raises(SystemExit) as ended:
        environment.continue_with_supported_python("start.py")
    assert ended.value.code == 7
    assert called == [["py12", "start.py", "--help"]]


def test_caches_stay_in_the_clone(clone: Path) -> None:
    values = environment.process_environment()
    for name in ("PYTHONPYCACHEPREFIX", "PIP_CACHE_DIR"):
        assert Path(values[name]).is_relative_to(clone / ".local")


@pytest.mark.skipif(os.name == "nt", reason="the launcher of Windows is a .cmd file")
def test_the_launcher_hands_every_argument_on(clone: Path) -> None:
    python = environment.environment_python()
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s|" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    launcher = environment.write_launchers()
    command = [str(launcher), "asks", "reject", "--reason", "not a *", ""]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == "-P|-m|console|asks|reject|--reason|not a *||"


def test_two_set_ups_wait_for_each_other(clone: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import environment\n"
        "with open(sys.argv[2], 'w') as lock: print(environment._lock_without_waiting(lock.fileno()))"
    )
    lock = clone / ".local" / "set-up.lock"
    ask = [sys.executable, "-P", "-c", program, str(Path(environment.__file__).parent), str(lock)]
    with environment._only_one_at_a_time():
        during = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    after = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    assert (during.strip(), after.strip()) == ("False", "True")
