"""The lock files: every package has hashes, no host is named, and the pins that PySide6 needs are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"
LOCKS = ("requirements-run.txt", "requirements-test.txt")
PEERS = "requirements-peers.txt"
ENTRY = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ]+)(?: ; (?P<marker>[^\\]+))? \\$", re.MULTILINE)
# Whether wheels exist for every platform is asked of the registry: python3 packaging/lock.py --check


def entries(lock: str) -> list[tuple[str, str, str]]:
    """(name, version, marker) of every package in the lock."""
    text = (PACKAGING / lock).read_text("utf-8")
    return [(found["name"], found["version"], (found["marker"] or "").strip()) for found in ENTRY.finditer(text)]


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    text = (PACKAGING / lock).read_text("utf-8")
    blocks = re.split(r"\n(?=[a-z])", text)[1:]
    assert len(blocks) == len(entries(lock)) > 30
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)


@pytest.mark.parametrize("lock", [*LOCKS, PEERS])
def test_no_host_is_named(lock: str) -> None:
    assert not re.search(r"://|index-url|find-links", (PACKAGING / lock).read_text("utf-8"))


@pytest.mark.parametrize("lock", LOCKS)
def test_python_311_never_gets_the_pyside_that_ends_it(lock: str) -> None:
    pinned = {marker: version for name, version, marker in entries(lock) if name == "pyside6-essentials"}
    assert set(pinned) == {"python_full_version < '3.12'", "python_full_version >= '3.12'"}
    assert pinned["python_full_version < '3.12'"].startswith("6.11.")


@pytest.mark.parametrize("lock", LOCKS)
def test_the_large_qt_packages_are_not_installed(lock: str) -> None:
    assert not {"pyside6", "pyside6-addons"} & {name for name, _, _ in entries(lock)}


def test_the_tests_run_with_the_versions_of_the_program() -> None:
    run, test = (set(entries(lock)) for lock in LOCKS)
    assert run <= test


def test_what_the_benchmarks_compare_with_is_no_part_of_the_program() -> None:
    names = {name for name, _, _ in entries(PEERS)}
    wanted = {"langgraph", "langgraph-checkpoint-sqlite", "dbos", "openai-agents"}
    assert wanted <= names
    assert not wanted & {name for lock in LOCKS for name, _, _ in entries(lock)}
