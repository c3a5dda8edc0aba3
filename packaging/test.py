"""Runs the whole test suite: `python3 packaging/test.py`. Sets everything up the first time; needs nothing but Python.

Options for pytest may follow, for example `python3 packaging/test.py -k journal`; then only pytest runs.
`--coverage` alone runs everything and prints which lines were never reached; it takes a third longer.
`--long NAME` runs a long profile instead, with what follows as its options: `--long kills` (1,000 kills) or
`--long kills --seed 7`, `--long power` (10,000 power cuts), `--long faults` (each fault of the disk at each boundary),
`--long screens` (pictures of every screen in every look), `--long monkey` (10,000 random gestures), `--long keyboard`.
The exit status is 0 when everything passed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

# Before our own files are imported: what Python compiles of them belongs into .local/ as well.
sys.pycache_prefix = str(Path(__file__).resolve().parent.parent / ".local" / "cache" / "pyc")

import environment  # noqa: E402  (see above)
import system_packages  # noqa: E402
from beside import Beside  # noqa: E402
from display import private_displays  # noqa: E402

TEST_LOCK = "requirements-test.txt"
WORKERS = 2
NO_TESTS_COLLECTED = 5
BESIDE_THE_TESTS = frozenset({"mypy"})
"""Checks that take long and are made while the tests wait for files, windows and other processes."""
COVERAGE = "--coverage"
SCENARIOS = "tests/scenarios"
TEMPORARY = environment.LOCAL / "tmp" / "t"
ALL_OF_IT = {
    "CONSOLE_TEST_ALL_KILLS": "1",
    "CONSOLE_TEST_CUTS": "10000",
    "CONSOLE_TEST_ALL_FAULTS": "1",
    "CONSOLE_TEST_ALL_SCREENS": "1",
    "CONSOLE_TEST_ALL_MOVES": "1",
    "CONSOLE_TEST_REAL_TIME": "1",
    "CONSOLE_TEST_NEW_DICE": "1",
}


def main() -> int:
    """Sets up what is missing, runs every check and says at the end which failed."""
    # Ended from outside, this process still ends the displays and the tests it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        environment.continue_with_supported_python(__file__)
        if environment.ensure_environment(TEST_LOCK):
            environment.write_launchers()
        system_packages.ensure_test_programs()
    except environment.CannotSetUp as reason:
        print(reason, file=sys.stderr)
        return 3
    wanted = sys.argv[1:]
    with private_displays(WORKERS, environment.LOCAL / "tmp" / "display") as displays:
        values = test_environment(displays)
        if wanted[:1] == ["--long"]:
            return tell([run(name, command, values | ALL_OF_IT) for name, command in long_runs(wanted[1:])])
        measured = wanted == [COVERAGE]
        chosen = [] if measured else wanted
        due = [] if chosen else checks()
        results = [run(name, command, values) for name, command in due if name not in BESIDE_THE_TESTS]
        with contextlib.ExitStack() as stack:
            slow = [(name, command) for name, command in due if name in BESIDE_THE_TESTS]
            beside = [stack.enter_context(Beside(*check, environment.CLONE, values)) for check in slow]
            results += [run(name, command, values) for name, command in test_runs(chosen, measured=measured)]
            results += [check.ended() for check in beside]
    if measured:
        run("coverage", python("-m", "coverage", "report", "--skip-covered", "--sort=cover"), values)
    return tell(results)


def test_environment(displays: list[str]) -> dict[str, str]:
    """Environment variables of the test run; every cache stays in `.local/`."""
    values = environment.process_environment()
    values["COVERAGE_FILE"] = str(environment.LOCAL / "cache" / "coverage")
    values["CONSOLE_TEST_DISPLAYS"] = ",".join(displays)
    if displays:
        values["DISPLAY"] = displays[0]
    else:
        values.pop("DISPLAY", None)
    values.pop("WAYLAND_DISPLAY", None)
    values["PATH"] = os.pathsep.join([str(environment.environment_python().parent), values.get("PATH", "")])
    return values


def python(*arguments: str) -> list[str]:
    """A command of the private environment."""
    return [str(environment.environment_python()), *arguments]


def checks() -> list[tuple[str, list[str]]]:
    """The checks of the source text, quickest first."""
    linter = environment.environment_python().parent / ("lint-imports.exe" if os.name == "nt" else "lint-imports")
    cache = str(environment.LOCAL / "cache" / "import-linter")
    return [
        ("ruff check", python("-m", "ruff", "check", "--quiet", ".")),
        ("ruff format", python("-m", "ruff", "format", "--check", "--quiet", ".")),
        ("mypy", python("-m", "mypy")),
        ("import-linter", [str(linter), "--no-logo", "--cache-dir", cache]),
    ]


def test_runs(wanted: list[str], *, measured: bool) -> list[tuple[str, list[str]]]:
    """Most tests side by side, then those that must be alone; ``measured``: which lines they reach is written down."""
    shutil.rmtree(TEMPORARY, ignore_errors=True)
    TEMPORARY.mkdir(parents=True)
    if wanted:
        return [("tests", python("-m", "pytest", f"--basetemp={TEMPORARY / '0'}", *wanted))]
    measure = ["--cov=console", "--cov=runtime", "--cov=storage", "--cov-report="] if measured else []
    add = ["--cov-append"] if measured else []
    # As collected (tests/longest_first.py): xdist's own order would begin with the files that hold most tests.
    spread = ["-n", str(WORKERS), "--dist=loadfile", "--no-loadscope-reorder"]
    beside = ["-q", *spread, "-m", "not alone", f"--basetemp={TEMPORARY / '1'}", *measure]
    alone = ["-q", "-m", "alone", f"--basetemp={TEMPORARY / '2'}", *measure, *add]
    runs = [("tests", python("-m", "pytest", *beside))]
    if files := marked_alone():
        runs.append(("tests that run alone", python("-m", "pytest", *alone, *files)))
    return runs


def marked_alone() -> list[str]:
    """Files in which a test is marked so; for pytest to look through all of them takes longer than such a test."""
    files = sorted((environment.CLONE / "tests").rglob("test_*.py"))
    return [str(file) for file in files if "mark.alone" in file.read_text("utf-8")]


def long_runs(wanted: list[str]) -> list[tuple[str, list[str]]]:
    """The long profile of this name. What takes everything instead of a sample sees it in ALL_OF_IT."""
    name, options = (wanted[0], wanted[1:]) if wanted else ("", [])
    shutil.rmtree(TEMPORARY, ignore_errors=True)
    TEMPORARY.mkdir(parents=True)
    profiles = {
        "kills": [
            ("kills", python("-m", "tests.kills", *options)),
            ("kills in the domains", python("-m", "pytest", "-q", "-s", "tests/domains/test_killed.py")),
        ],
        "power": [("power cuts", python("-m", "pytest", "-q", "-s", "tests/crash/power", *options))],
        "faults": [("faults of the disk", python("-m", "pytest", "-q", "-s", "tests/crash/faults", *options))],
        "screens": [("pictures", python("-m", "pytest", "-q", f"{SCENARIOS}/test_screens.py", *options))],
        "monkey": [("random gestures", python("-m", "pytest", "-q", "-s", f"{SCENARIOS}/test_monkey.py", *options))],
        "keyboard": [("fifty asks", python("-m", "pytest", "-q", "-s", f"{SCENARIOS}/test_fifty_asks.py", *options))],
    }
    if name not in profiles:
        print(f"There is no long profile {name!r}; there are: {', '.join(profiles)}.", file=sys.stderr)
        sys.exit(2)
    return profiles[name]


def run(name: str, command: list[str], values: dict[str, str]) -> tuple[str, bool, float]:
    """Runs one check with its output shown; (name, passed, seconds)."""
    environment.say(f"\n--- {name}")
    begun = time.monotonic()
    status = subprocess.run(command, cwd=environment.CLONE, env=values, check=False).returncode
    passed = status == 0 or (status == NO_TESTS_COLLECTED and name == "tests that run alone")
    return name, passed, time.monotonic() - begun


def tell(results: list[tuple[str, bool, float]]) -> int:
    """The last lines: what passed, what did not. Skipped tests were listed with their reasons by pytest above."""
    environment.say("")
    for name, passed, seconds in results:
        environment.say(f"{'passed' if passed else 'FAILED':8} {name} ({seconds:.1f} s)")
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
