"""The test command: one failed check fails it, no tests at all fail it, and its caches stay in `.local/`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

import environment
from tests.longest_first import LONGEST, TESTS, place_of


@pytest.fixture(scope="module")
def command() -> ModuleType:
    """`packaging/test.py`, loaded by path: the name `test` belongs to the standard library."""
    spec = importlib.util.spec_from_file_location("test_command", Path(environment.__file__).with_name("test.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    prefix = sys.pycache_prefix
    spec.loader.exec_module(module)
    sys.pycache_prefix = prefix
    return module


def ends_with(status: int) -> list[str]:
    return [sys.executable, "-c", f"raise SystemExit({status})"]


@pytest.mark.parametrize(("name", "status", "passed"), [
    ("mypy", 0, True),
    ("mypy", 1, False),
    ("tests", 5, False),
    ("tests that run alone", 5, True),
    ("tests that run alone", 1, False),
])  # fmt: skip
def test_a_check_passes_or_fails(command: ModuleType, name: str, status: int, passed: bool) -> None:
    assert command.run(name, ends_with(status), command.test_environment([]))[:2] == (name, passed)


def test_one_failure_fails_the_command(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.tell([("a", True, 1.0), ("b", True, 1.0)]) == 0
    assert command.tell([("a", True, 1.0), ("b", False, 1.0)]) == 1
    assert "FAILED   b" in capsys.readouterr().out


def test_caches_stay_in_the_clone(command: ModuleType) -> None:
    values = command.test_environment([":7", ":8"])
    assert Path(values["COVERAGE_FILE"]).is_relative_to(environment.LOCAL)
    assert (values["DISPLAY"], values["CONSOLE_TEST_DISPLAYS"]) == (":7", ":7,:8")


def test_the_persons_own_display_is_never_used(command: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    values = command.test_environment([])
    assert "DISPLAY" not in values
    assert "WAYLAND_DISPLAY" not in values


def test_what_takes_longest_is_there() -> None:
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []
    assert place_of(TESTS / LONGEST[-1]) < place_of(Path(__file__))


def test_every_check_is_in_the_run(command: ModuleType) -> None:
    names = [name for name, _ in command.checks()]
    assert names == ["ruff check", "ruff format", "mypy", "import-linter"]
