"""Runs the benchmarks: `python3 packaging/bench.py [NAMES] [--json FILE] [--rounds 5]`. Sets up what it needs itself.

Each figure stands beside its references, measured in turns in the same run. `--help` lists the names. Ends with 0 when
every target was reached. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# Before our own files are imported: what Python compiles of them belongs into .local/ as well.
sys.pycache_prefix = str(Path(__file__).resolve().parent.parent / ".local" / "cache" / "pyc")

import environment  # noqa: E402  (see above)
import peers_environment  # noqa: E402
import system_packages  # noqa: E402
from display import private_displays  # noqa: E402

TEST_LOCK = "requirements-test.txt"


def main() -> int:
    """Sets up what is missing and runs the benchmarks with a display of their own."""
    try:
        environment.continue_with_supported_python(__file__)
        environment.ensure_environment(TEST_LOCK)
        system_packages.ensure_test_programs()
        peers = peers_environment.ensure()
    except environment.CannotSetUp as reason:
        print(reason, file=sys.stderr)
        return 3
    values = environment.process_environment()
    with private_displays(1, environment.LOCAL / "tmp" / "display") as displays:
        if displays:
            values["DISPLAY"] = displays[0]
            values.pop("WAYLAND_DISPLAY", None)
        arguments = [absolute(one, before) for before, one in zip(["", *sys.argv[1:]], sys.argv[1:], strict=False)]
        command = [str(environment.environment_python()), "-m", "tests.benchmarks", "--peers", str(peers), *arguments]
        return subprocess.run(command, cwd=environment.CLONE, env=values, check=False).returncode


def absolute(argument: str, before: str) -> str:
    """The file of ``--json`` as seen from where the person stands; anything else as it is."""
    return str(Path(argument).resolve()) if before == "--json" else argument


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
