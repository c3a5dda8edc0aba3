"""Rewrites the two lock files from pyproject.toml: versions and hashes for all platforms and Pythons.

Run it after changing a dependency: `python3 packaging/lock.py`. It makes an environment of its own for `uv` below
`.local/` and leaves nothing else behind. `--upgrade` moves everything to the newest allowed versions.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
RUN_LOCK = CLONE / "packaging" / "requirements-run.txt"
TEST_LOCK = CLONE / "packaging" / "requirements-test.txt"
HEADER = "# Written by packaging/lock.py from pyproject.toml; change that and run the script again.\n"


def uv_program() -> Path:
    """Path of `uv`, installed into an environment of its own when it is not there yet."""
    home = CLONE / ".local" / "lock-tool"
    program = home / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    if not program.exists():
        venv.create(home, with_pip=True, clear=True)
        python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return program


def compile_lock(uv: Path, target: Path, *options: str) -> None:
    """Resolves the dependencies once for all platforms and writes them with their hashes."""
    environment = {**os.environ, "UV_CACHE_DIR": str(CLONE / ".local" / "lock-cache")}
    command = [
        str(uv), "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet",
        "--output-file", str(target), *options,
    ]  # fmt: skip
    subprocess.run(command, cwd=CLONE, env=environment, check=True)
    text = target.read_text(encoding="utf-8")
    if "://" in text:
        raise SystemExit(f"{target.name} names an address; a lock file holds names, versions and hashes only.")
    target.write_text(HEADER + text.replace(HEADER, ""), encoding="utf-8", newline="\n")


def main() -> int:
    """Writes the lock of the program, then the one of the tests with the same versions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="move to the newest allowed versions")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    uv = uv_program()
    compile_lock(uv, RUN_LOCK, *upgrade)
    compile_lock(uv, TEST_LOCK, "--extra", "test", "--constraint", str(RUN_LOCK), *upgrade)
    print(f"Written: {RUN_LOCK.name}, {TEST_LOCK.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
