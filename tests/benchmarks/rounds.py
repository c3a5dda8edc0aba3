"""Measures a workload: every contender once a round, one after another, each in a fresh process of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.workload import Contender, Figures, Measured, Workload

CLONE = Path(__file__).resolve().parents[2]
LONGEST_S = 3_600
MINUTES = 10.0
"""The window's load goes on so long, after its warm-up, unless somebody says otherwise."""
LINES_OF_FAULT = 12


class ContenderFailed(Exception):
    """A contender ended without figures; the text says which and how."""


def measure(
    workload: Workload, rounds: int, peers_python: Path, say: Callable[[str], None], minutes: float = MINUTES
) -> Measured:
    """Ours, reference, ours, reference, ...; a contender that fails ends its workload and is named.

    ``minutes``: how long those work whose load goes on until somebody ends it.
    """
    measured = Measured(workload, {one.name: [] for one in workload.contenders})
    begun = time.monotonic()
    try:
        for number in range(1, (workload.rounds or rounds) + 1):
            for contender in workload.contenders:
                like = measured.figures[contender.like][-1] if contender.like else None
                python = peers_python if contender.peer else Path(sys.executable)
                figures, facts = run_once(contender, python, like, minutes)
                measured.figures[contender.name].append(figures)
                measured.facts[contender.name] = facts
                first, value = next(iter(figures.items()))
                say(f"  {workload.name} round {number}: {contender.name}, {first} {value:,.4g}")
        if workload.explained_by is not None:
            measured.explained = run_once(workload.explained_by, Path(sys.executable), None, minutes)[1]
    except ContenderFailed as reason:
        measured.failed = str(reason)
    measured.minutes = (time.monotonic() - begun) / 60
    return measured


def run_once(
    contender: Contender, python: Path, like: Figures | None, minutes: float
) -> tuple[Figures, dict[str, str]]:
    """One fresh process in a fresh folder; (figures, facts)."""
    home = CLONE / ".local" / "tmp" / "benchmarks"
    home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=home))
    command = [str(python), "-m", contender.module, *contender.arguments, "--folder", str(folder)]
    if contender.timed:
        command += ["--minutes", f"{minutes:g}"]
    if like is not None:
        command += ["--like", json.dumps(like)]
    try:
        ended = subprocess.run(
            command, cwd=CLONE, env=_environment(folder), capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ContenderFailed(f"{contender.name} did not end in {LONGEST_S} s and was ended.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if ended.returncode != 0 or not ended.stdout.strip():
        told = "\n".join((ended.stderr or ended.stdout).splitlines()[-LINES_OF_FAULT:])
        raise ContenderFailed(f"{contender.name} ended with status {ended.returncode} and no figures:\n{told}")
    return sort_out(json.loads(ended.stdout.splitlines()[-1]))


def sort_out(printed: dict[str, float | str]) -> tuple[Figures, dict[str, str]]:
    """What a contender printed, as (figures, facts)."""
    figures = {name: float(value) for name, value in printed.items() if not isinstance(value, str)}
    facts = {name: value for name, value in printed.items() if isinstance(value, str)}
    return figures, facts


def _environment(folder: Path) -> dict[str, str]:
    """No key, no keyring of this person and no telemetry is touched by a benchmark."""
    values = dict(os.environ)
    values["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    values["TMPDIR"] = values["TEMP"] = values["TMP"] = str(folder)
    values["LANGSMITH_TRACING"] = "false"
    values["OPENAI_AGENTS_DISABLE_TRACING"] = "1"
    values.pop("PYTHONPATH", None)
    return values
