"""What the doctor finds: each finding is seen good and bad, and a bad one says what to do."""

from __future__ import annotations

import shutil
import sys
import threading
from collections import namedtuple
from pathlib import Path

import keyring
import keyring.backends.null
import pytest

from console import system_check, system_libraries


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_are_good(version: tuple[int, int]) -> None:
    assert system_check.check_python(version).ok


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_other_pythons_are_refused(version: tuple[int, int]) -> None:
    finding = system_check.check_python(version)
    assert not finding.ok
    assert "Install Python 3.11, 3.12 or 3.13." in finding.sentence


@pytest.mark.parametrize(("python", "qt"), [((3, 11), "6.11.3"), ((3, 12), "6.12.0"), ((3, 13), "6.11.3")])
def test_pairs_of_python_and_qt_that_work(python: tuple[int, int], qt: str) -> None:
    assert system_check.check_qt(python, qt).ok


@pytest.mark.parametrize("qt", ["6.12.0", "6.13.1", "7.0.0", "6.12"])
def test_the_pair_that_ends_the_process_is_refused(qt: str) -> None:
    finding = system_check.check_qt((3, 11), qt)
    assert not finding.ok
    assert "PYSIDE-3474" in finding.sentence
    assert "<6.12" in finding.mend_command


def test_absent_qt_is_told_with_the_command() -> None:
    finding = system_check.check_qt((3, 11), None)
    assert (finding.ok, finding.mend_command) == (False, "python3 packaging/start.py")


def test_the_installed_qt_is_found() -> None:
    version = system_check.installed_qt_version()
    assert version is not None
    assert version.startswith("6.")


def test_missing_libraries_name_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "missing_libraries", lambda wanted: ["libEGL.so.1", "libxcb-cursor.so.0"])
    monkeypatch.setattr(system_libraries, "is_debian", lambda: True)
    monkeypatch.setattr(system_libraries, "_is_root", lambda: False)
    finding = system_check.check_libraries()
    assert not finding.ok
    assert "libEGL.so.1, libxcb-cursor.so.0" in finding.sentence
    assert finding.mend_command == "sudo apt-get install -y libegl1 libxcb-cursor0"


def test_a_library_that_is_nowhere_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert system_libraries.missing_libraries({"libnowhere-console.so.9": "libnowhere9"}) == ["libnowhere-console.so.9"]


def test_a_library_in_the_linkers_cache_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libraries, "_linker_cache", lambda: {"libEGL.so.1"})
    monkeypatch.setattr(system_libraries, "_loads", lambda name: False)
    assert system_libraries.missing_packages({"libEGL.so.1": "libegl1", "libGL.so.1": "libgl1"}) == ["libgl1"]


def test_nothing_is_missing_off_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system_libraries.missing_libraries({"libnowhere-console.so.9": "libnowhere9"}) == []


@pytest.mark.parametrize(("name", "there"), [("DISPLAY", True), ("WAYLAND_DISPLAY", True), ("OTHER", False)])
def test_a_display_is_one_of_two_variables(name: str, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv(name, ":1")
    assert system_check.check_display().ok is there


def test_a_keyring_is_named() -> None:
    finding = system_check.check_keyring(lambda: "keyring.backends.SecretService.Keyring")
    assert finding.ok
    assert "SecretService" in finding.sentence


def test_no_keyring_says_what_still_works() -> None:
    finding = system_check.check_keyring(system_check.keyring_backend_name)  # the tests have the one that always fails
    assert not finding.ok
    assert "everything that needs none still works" in finding.sentence


def test_a_keyring_in_a_plain_file_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class InAFile(keyring.backends.null.Keyring):
        pass

    monkeypatch.setattr(keyring, "get_keyring", InAFile)
    finding = system_check.check_keyring(system_check.keyring_backend_name)
    assert not finding.ok
    assert "InAFile) does not keep secrets encrypted. Credentials cannot be stored" in finding.sentence


@pytest.mark.parametrize("named", ["nowhere.Keyring", "", "os"])
def test_where_the_environment_names_a_keyring_that_is_none_the_variable_is_to_go(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)  # as when it is first asked
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", named)
    finding = system_check.check_keyring(system_check.keyring_backend_name)
    assert finding.sentence.startswith(f"The keyring that PYTHON_KEYRING_BACKEND names ({named}) cannot be loaded.")
    assert finding.mend_command == "unset PYTHON_KEYRING_BACKEND"


def test_a_keyring_that_raises_is_told() -> None:
    def broken() -> str:
        raise RuntimeError("no session bus")

    finding = system_check.check_keyring(broken)
    assert not finding.ok
    assert "no session bus" in finding.sentence


def test_a_keyring_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_check, "KEYRING_SECONDS", 0.01)
    answer = threading.Event()

    def locked() -> str:
        answer.wait()
        return "late"

    finding = system_check.check_keyring(locked)
    answer.set()
    assert not finding.ok
    assert "did not answer" in finding.sentence


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(("free", "ok"), [(10 * 1024**3, True), (100 * 1024**2, False)])
def test_disk_space_is_measured_where_workspaces_live(
    free: int, ok: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def usage(place: Path) -> Usage:
        asked.append(place)
        return Usage(free * 2, free, free)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    finding = system_check.check_disk(tmp_path / "not" / "yet")
    assert finding.ok is ok
    assert asked == [tmp_path]


def test_every_finding_has_a_name_and_a_sentence(tmp_path: Path) -> None:
    findings = system_check.check_machine(tmp_path)
    assert [finding.name for finding in findings] == ["Python", "Qt", "System libraries", "Display", "Keyring", "Disk"]
    assert all(finding.sentence.endswith(".") for finding in findings)
