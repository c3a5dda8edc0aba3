"""Rewrites the lock files: the program's and the tests' from pyproject.toml, the benchmarks' peers' from their list.

Each names versions and hashes for all platforms and Pythons.

Run it after changing a dependency: `python3 packaging/lock.py`. It makes an environment of its own for `uv` below
`.local/` and leaves nothing else behind. `--upgrade` moves everything to the newest allowed versions.
`--check` changes nothing and asks the registry whether every supported platform finds wheels for what is locked.
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
PEERS = CLONE / "packaging" / "requirements-peers.in"
PEERS_LOCK = CLONE / "packaging" / "requirements-peers.txt"
PYTHONS = ("3.11", "3.12", "3.13")
# The oldest systems that Qt's own wheels allow.
PLATFORMS = (
    "x86_64-manylinux_2_34",
    "aarch64-manylinux_2_39",
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "x86_64-pc-windows-msvc",
)
FROM_SOURCE = "forbiddenfruit"  # of the tests only; published as source, pure Python
HEADER = "# Written by packaging/lock.py from {}; change that and run the script again.\n"


def uv_program() -> Path:
    """Path of `uv`, installed into an environment of its own when it is not there yet."""
    home = CLONE / ".local" / "lock-tool"
    program = home / ("Scripts/uv.exe" if os.name == "nt" else "bin/uv")
    if not program.exists():
        venv.create(home, with_pip=True, clear=True)
        python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return program


def uv_environment() -> dict[str, str]:
    """Keeps what `uv` writes in `.local/`; the macOS named is the oldest that Qt's newest wheels allow."""
    local = CLONE / ".local"
    (local / "tmp").mkdir(parents=True, exist_ok=True)
    own = {"UV_CACHE_DIR": str(local / "lock-cache"), "TMPDIR": str(local / "tmp"), "MACOSX_DEPLOYMENT_TARGET": "14.0"}
    return {**os.environ, **own}


def compile_lock(uv: Path, target: Path, *options: str, source: Path = CLONE / "pyproject.toml") -> None:
    """Resolves the dependencies once for all platforms and writes them with their hashes."""
    command = [
        str(uv), "pip", "compile", str(source), "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet",
        "--output-file", str(target), *options,
    ]  # fmt: skip
    subprocess.run(command, cwd=CLONE, env=uv_environment(), check=True)
    text = target.read_text(encoding="utf-8")
    if "://" in text:
        raise SystemExit(f"{target.name} names an address; a lock file holds names, versions and hashes only.")
    header = HEADER.format(source.name)
    target.write_text(header + text.replace(header, ""), encoding="utf-8", newline="\n")


def check_wheels(uv: Path) -> int:
    """Resolves the test lock for every platform and Python; nothing is fetched or installed."""
    failures = 0
    for platform in PLATFORMS:
        for python in PYTHONS:
            command = [
                str(uv), "pip", "install", "--dry-run", "--quiet", "--require-hashes", "--requirement", str(TEST_LOCK),
                "--target", str(CLONE / ".local" / "lock-check"), "--python-platform", platform,
                "--python-version", python, "--only-binary", ":all:", "--no-binary", FROM_SOURCE,
            ]  # fmt: skip
            found = subprocess.run(command, env=uv_environment(), capture_output=True, text=True, check=False)
            failures += found.returncode != 0
            print(f"{platform}, Python {python}: {'complete' if found.returncode == 0 else found.stderr.strip()}")
    return 1 if failures else 0


def main() -> int:
    """Writes the lock of the program, then the one of the tests with the same versions, then that of the peers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="move to the newest allowed versions")
    parser.add_argument("--check", action="store_true", help="only ask whether all wheels exist")
    options = parser.parse_args()
    upgrade = ["--upgrade"] if options.upgrade else []
    uv = uv_program()
    if options.check:
        return check_wheels(uv)
    compile_lock(uv, RUN_LOCK, *upgrade)
    compile_lock(uv, TEST_LOCK, "--extra", "test", "--constraint", str(RUN_LOCK), *upgrade)
    compile_lock(uv, PEERS_LOCK, *upgrade, source=PEERS)
    print(f"Written: {RUN_LOCK.name}, {TEST_LOCK.name}, {PEERS_LOCK.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
