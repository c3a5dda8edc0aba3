"""Starts the operator console with its demo workspace: `python3 packaging/start.py`. Sets everything up the first time.

Options of the program may follow, for example `python3 packaging/start.py --help`. Needs nothing but Python.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Before our own files are imported: what Python compiles of them belongs into .local/ as well.
sys.pycache_prefix = str(Path(__file__).resolve().parent.parent / ".local" / "cache" / "pyc")

import environment  # noqa: E402  (see above)
import system_packages  # noqa: E402

RUN_LOCK = "requirements-run.txt"


def main() -> int:
    """Sets up what is missing, then becomes the program."""
    try:
        environment.continue_with_supported_python(__file__)
        if environment.ensure_environment(RUN_LOCK):
            launcher = environment.write_launchers()
            environment.say(f"Set up. The command line is {launcher.relative_to(environment.CLONE)}.")
        if sys.argv[1:] == ["--set-up-only"]:
            return 0
        system_packages.ensure_window_libraries()
    except environment.CannotSetUp as reason:
        print(reason, file=sys.stderr)
        return 3
    workspace = environment.LOCAL / "workspaces" / "demo"
    options = ["-P", "-m", "console", "--workspace", str(workspace), "--demo", *sys.argv[1:]]
    command = [str(environment.environment_python()), *options]
    values = environment.process_environment()
    # Caches of Qt, of the fonts and of the program stay in the clone too (Linux names the place by this variable).
    values["XDG_CACHE_HOME"] = str(environment.LOCAL / "cache")
    if os.name != "nt":  # there exec() would hand the terminal back before the program has ended
        os.execve(command[0], command, values)
    return subprocess.call(command, env=values)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
