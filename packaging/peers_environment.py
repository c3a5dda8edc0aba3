"""The private environment of the benchmarks' peers in `.local/`, apart from the program's; locked with hashes too."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

import environment

LOCK = environment.PACKAGING / "requirements-peers.txt"


def folder() -> Path:
    """The peers' environment for the running Python's version."""
    return environment.LOCAL / "peers-{}.{}".format(*sys.version_info[:2])


def python() -> Path:
    """The Python of that environment."""
    return folder() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure() -> Path:
    """Makes it hold exactly what the lock names, where it does not yet; answers its Python."""
    stamp = folder() / "lock.stamp"
    expected = hashlib.sha256(LOCK.read_bytes()).hexdigest() + "\n"
    if python().exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == expected:
        return python()
    environment.say(f"Setting up the peers in {folder().relative_to(environment.CLONE)} (once; a minute or two) ...")
    temporary = environment.LOCAL / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    venv.create(folder(), with_pip=True, clear=True)
    values = {**environment.process_environment(), "TMPDIR": str(temporary), "TEMP": str(temporary)}
    exactly = ["--quiet", "--no-deps", "--require-hashes", "-r", str(LOCK)]
    command = [str(python()), "-m", "pip", "install", *exactly]
    if subprocess.run(command, env=values, check=False).returncode != 0:
        raise environment.CannotSetUp(
            "The peers could not be installed; the reason is printed above. The program itself is as it was. "
            "Check the network connection (and the proxy, if there is one) and run the same command again."
        )
    stamp.write_text(expected, encoding="utf-8")
    return python()
