"""System packages: installed where that needs no password, else the one command is told."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

import environment
import system_packages


class Machine:
    """A machine that lacks two libraries of a window."""

    def __init__(self, *, display: bool = True, debian: bool = True, free: bool = True, works: bool = True) -> None:
        self.installed: list[str] = []
        self.libraries = SimpleNamespace(
            has_display=lambda: display,
            is_debian=lambda: debian,
            may_install=lambda: free,
            libraries_for_window=lambda: {"libEGL.so.1": "libegl1", "libGL.so.1": "libgl1"},
            missing_libraries=list,
            missing_packages=lambda wanted: list(wanted.values()),
            install_command=lambda packages: f"sudo apt-get install -y {' '.join(packages)}",
            install_packages=self._install,
        )
        self._works = works

    def _install(self, packages: list[str]) -> bool:
        self.installed += packages
        return self._works


OnMachine = Callable[[Machine], Machine]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> OnMachine:
    """Puts the set-up on a given machine."""

    def put(machine: Machine) -> Machine:
        monkeypatch.setattr(system_packages, "load_system_libraries", lambda: machine.libraries)
        return machine

    return put


def test_missing_libraries_are_installed_where_that_needs_no_password(on: OnMachine) -> None:
    machine = on(Machine())
    system_packages.ensure_window_libraries()
    assert machine.installed == ["libegl1", "libgl1"]


def test_without_a_display_nothing_is_needed(on: OnMachine) -> None:
    machine = on(Machine(display=False))
    system_packages.ensure_window_libraries()
    assert machine.installed == []


def test_where_a_password_is_needed_the_one_command_is_told(on: OnMachine) -> None:
    machine = on(Machine(free=False))
    with pytest.raises(environment.CannotSetUp, match="Install them with: sudo apt-get install -y libegl1 libgl1"):
        system_packages.ensure_window_libraries()
    assert machine.installed == []


def test_an_installation_that_fails_is_told_with_the_command(on: OnMachine) -> None:
    on(Machine(works=False))
    with pytest.raises(environment.CannotSetUp, match=r"installing them failed.*Try: sudo apt-get"):
        system_packages.ensure_window_libraries()


def test_other_systems_are_told_the_names_and_go_on(on: OnMachine, capsys: pytest.CaptureFixture[str]) -> None:
    machine = on(Machine(debian=False))
    system_packages.ensure_window_libraries()
    assert "libEGL.so.1, libGL.so.1" in capsys.readouterr().out
    assert machine.installed == []


def test_tests_go_on_without_packages_that_cannot_be_installed(
    on: OnMachine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    on(Machine(free=False))
    monkeypatch.setattr(system_packages, "TEST_PROGRAMS", {"no-such-program-console": "such-a-package"})
    system_packages.ensure_test_programs()
    said = capsys.readouterr().out
    assert "apt-get install -y libegl1 libgl1 such-a-package" in said
    assert "skipped and say so" in said
