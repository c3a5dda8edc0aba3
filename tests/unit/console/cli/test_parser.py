"""Every command that is promised can be typed; what does not fit is wrong usage; help loads nothing heavy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from console.__main__ import FAMILIES, main
from console.cli.parser import build_parser

CLONE = Path(__file__).resolve().parents[4]
PROMISED = [
    "run AGENT --text T",
    "run AGENT --input FILE --json",
    "asks",
    "asks list",
    "asks show ID",
    "asks approve ID --digest D --check 1 --check 2 --second MARIA --detach",
    "asks reject ID --reason R",
    "asks edit ID --arguments {}",
    "asks answer ID happened",
    "asks take-back ID",
    "runs list --agent A",
    "runs show ID",
    "runs pause ID",
    "runs resume ID",
    "runs stop ID",
    "runs rollback ID --to 2 --dry-run --overwrite 2.1",
    "runs pause-all",
    "agents list",
    "agents show NAME",
    "agents import FILE",
    "agents export NAME",
    "agents train NAME FILE",
    "agents evaluate NAME FILE",
    "audit search Q",
    "audit verify",
    "audit export FILE.csv --agent A --since 2026-01-01 --until 2026-02-01",
    "workspaces list",
    "workspaces create NAME",
    "workspaces delete NAME",
    "workspaces backup FILE",
    "workspaces restore FILE NAME",
    "workspaces space",
    "workspaces clear",
    "policy show",
    "policy import FILE",
    "operators list",
    "operators add ID NAME",
    "doctor",
]


@pytest.mark.parametrize("line", PROMISED)
def test_every_promised_command_is_understood_with_the_shared_options(line: str) -> None:
    args = build_parser().parse_args([*line.split(), "--workspace", "shop", "--json", "--as", "anna"])
    assert (args.workspace, args.json, args.operator) == (Path("shop"), True, "anna")


@pytest.mark.parametrize("line", PROMISED)
def test_shared_options_may_stand_before_the_command(line: str) -> None:
    args = build_parser().parse_args(["--workspace", "shop", "--json", "--as", "anna", *line.split()])
    assert (args.workspace, args.json, args.operator) == (Path("shop"), True, "anna")


@pytest.mark.parametrize(
    "line",
    ["fly", "run AGENT", "run AGENT --text a --input b", "asks reject ID", "asks show", "asks edit ID", "runs fly ID",
     "asks answer ID perhaps", "runs rollback ID --to two"],
)  # fmt: skip
def test_what_does_not_fit_is_wrong_usage(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    assert "usage:" in capsys.readouterr().err


def test_every_family_has_a_file_that_does_it() -> None:
    import importlib

    for family in (*FAMILIES, "run", "doctor"):
        assert callable(getattr(importlib.import_module(f"console.cli.{family}"), family))


def test_help_names_every_command_and_loads_neither_qt_nor_a_database() -> None:
    heavy = "{'PySide6', 'sqlalchemy', 'msgspec', 'pydantic', 'asyncio', 'qasync', 'keyring'}"
    show = f"print(sorted({heavy} & set(sys.modules)))"
    program = f"import sys; from console.__main__ import main; main(['--help']); {show}"
    values = {**os.environ, "PYTHONPATH": str(CLONE)}
    told = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, env=values, check=True)
    assert told.stdout.rstrip().endswith("[]")
    for family in (*FAMILIES, "run", "doctor"):
        assert re.search(rf"^    {family} ", told.stdout, re.MULTILINE), family


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("operator-console ")
