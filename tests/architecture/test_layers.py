"""The layers of the program: the import linter is green on the source and red on a file that breaks a contract."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
PACKAGES = ("console", "runtime", "storage")
CONTRACTS: list[str] = [
    contract["id"]
    for contract in tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
]
# Contract, the file that breaks it, what is written there.
BREAKERS: list[tuple[str, str, str]] = [
    ("top-layers", "storage/breaks.py", "import runtime"),
    ("top-layers", "runtime/domain/breaks.py", "import console"),
    ("runtime-rooms", "runtime/domain/breaks.py", "import runtime.journal"),
    ("runtime-rooms", "runtime/projections/breaks.py", "import runtime.gate"),
    ("runtime-rooms", "runtime/tools/breaks.py", "import runtime.models"),
    ("runtime-rooms", "runtime/models/breaks.py", "import runtime.tools"),
    ("runtime-rooms", "runtime/operations/breaks.py", "import runtime.engine"),
    ("runtime-rooms", "runtime/engine/breaks.py", "import runtime.assembly"),
    ("runtime-rooms", "runtime/a_new_room/__init__.py", ""),
    ("runtime-rooms", "runtime/a_new_file.py", ""),
    ("console-never-stores", "console/breaks.py", "import storage"),
    ("console-never-stores", "console/breaks.py", "import sqlite3"),
    ("console-never-stores", "console/breaks.py", "import sqlalchemy"),
    ("runtime-has-no-window", "runtime/domain/breaks.py", "import PySide6.QtCore"),
    ("runtime-has-no-window", "runtime/domain/breaks.py", "import qasync"),
    ("storage-has-no-window", "storage/breaks.py", "import PySide6.QtCore"),
    ("storage-has-no-window", "storage/breaks.py", "import pydantic"),
    ("only-storage-has-sqlalchemy", "runtime/domain/breaks.py", "import sqlalchemy"),
    ("domain-is-pure", "runtime/domain/breaks.py", "import storage"),
    ("domain-is-pure", "runtime/domain/breaks.py", "import asyncio"),
    ("domain-is-pure", "runtime/domain/breaks.py", "import time"),
    ("domain-is-pure", "runtime/domain/breaks.py", "import sqlite3"),
]


def lint(root: Path, cache: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs the import linter over the packages below `root`."""
    program = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    command = [sys.executable, "-P", "-c", program, "--no-logo", "--cache-dir", str(cache), *options]
    values = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"}
    return subprocess.run(command, cwd=root, env=values, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source in which a test may break something; every room that a breaker names exists in it."""
    root = tmp_path_factory.mktemp("source")
    shutil.copy(CLONE / "pyproject.toml", root)
    for package in PACKAGES:
        shutil.copytree(CLONE / package, root / package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for room in ("engine", "operations", "gate", "tools", "models", "projections", "journal"):
        (root / "runtime" / room).mkdir(exist_ok=True)
        (root / "runtime" / room / "__init__.py").touch()
    (root / "runtime" / "assembly.py").touch()
    return root


def test_the_source_keeps_every_contract(tmp_path: Path) -> None:
    result = lint(CLONE, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_has_a_file_that_breaks_it() -> None:
    assert {contract for contract, _, _ in BREAKERS} == set(CONTRACTS)


@pytest.mark.parametrize(("contract", "name", "text"), BREAKERS)
def test_a_file_that_breaks_the_contract_is_red(contract: str, name: str, text: str, copy: Path) -> None:
    breaker = copy / name
    made_folder = not breaker.parent.exists()
    breaker.parent.mkdir(exist_ok=True)
    breaker.write_text(f"{text}\n", encoding="utf-8")
    try:
        result = lint(copy, copy.parent / "linter-cache", "--contract", contract)
    finally:
        breaker.unlink()
        if made_folder:
            breaker.parent.rmdir()
    assert result.returncode == 1, result.stdout + result.stderr
    assert "0 kept, 1 broken" in result.stdout


def test_every_room_of_runtime_has_its_place() -> None:
    contracts = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    rooms = next(contract for contract in contracts if contract["id"] == "runtime-rooms")
    placed = {room.strip(" ()") for layer in rooms["layers"] for room in layer.split("|")}
    there = {path.stem for path in (CLONE / "runtime").iterdir() if path.suffix in ("", ".py")}
    assert there - {"__init__", "__pycache__"} <= placed
