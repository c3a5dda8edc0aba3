"""The private environment in `.local/`: which Python, which packages, and the commands that live there.

Standard library only. Everything it writes stays below `.local/` of the clone.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

CLONE = Path(__file__).resolve().parent.parent
LOCAL = CLONE / ".local"
PACKAGING = CLONE / "packaging"
SUPPORTED = ((3, 13), (3, 12), (3, 11))


class CannotSetUp(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def say(sentence: str) -> None:
    """One line to the person at the terminal."""
    print(sentence, flush=True)


def load_system_libraries() -> ModuleType:
    """The list of system libraries, loaded by path: the program's packages are not installed yet."""
    spec = importlib.util.spec_from_file_location("system_libraries", CLONE / "console" / "system_libraries.py")
    if spec is None or spec.loader is None:
        raise CannotSetUp("console/system_libraries.py is missing from this clone. Restore it with git.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def continue_with_supported_python(script: str) -> None:
    """Returns when this Python is supported; else runs `script` with one that is, or says what to install."""
    if sys.version_info[:2] in SUPPORTED:
        return
    for version in SUPPORTED:
        command = _command_of_python(version)
        if command is not None:
            sys.exit(subprocess.call([*command, script, *sys.argv[1:]]))
    found = "{}.{}".format(*sys.version_info[:2])
    raise CannotSetUp(
        f"Python 3.11, 3.12 or 3.13 is needed; this one is {found} and no other was found. "
        "Nothing was changed. Install one of them from python.org or your package manager, then run this again."
    )


def _command_of_python(version: tuple[int, int]) -> list[str] | None:
    """How the Python of this version is called here, when it is there and really is of this version."""
    dotted = "{}.{}".format(*version)
    commands = [["py", f"-{dotted}"]] if os.name == "nt" else [[f"python{dotted}"]]
    for command in commands:
        program = shutil.which(command[0])
        if program is None:
            continue
        probe = [program, *command[1:], "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        answer = subprocess.run(probe, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip() == dotted:
            return [program, *command[1:]]
    return None


def environment_folder() -> Path:
    """The environment for the running Python's version."""
    return LOCAL / "venv-{}.{}".format(*sys.version_info[:2])


def environment_python() -> Path:
    """The Python of the environment."""
    return environment_folder() / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def process_environment() -> dict[str, str]:
    """Environment variables for what we start: compiled files, temporary files and caches stay in `.local/`."""
    values = dict(os.environ)
    values["PYTHONPYCACHEPREFIX"] = str(LOCAL / "cache" / "pyc")
    values["PIP_CACHE_DIR"] = str(LOCAL / "cache" / "pip")
    values["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    values.pop("PYTHONPATH", None)
    values.pop("PYTHONHOME", None)
    return values


def ensure_environment(lock: str) -> bool:
    """Makes the environment hold exactly what `lock` names; says whether anything had to be done."""
    stamp = environment_folder() / f"{lock}.stamp"
    expected = _stamp_text(PACKAGING / lock)
    if _reads(stamp) == expected and environment_python().exists():
        return False
    with _only_one_at_a_time():
        if _reads(stamp) == expected and environment_python().exists():
            return True  # another start did it while this one waited
        say(f"Setting up {environment_folder().relative_to(CLONE)} from packaging/{lock} (once; a few minutes) ...")
        _make_environment()
        stamp.unlink(missing_ok=True)
        _install(PACKAGING / lock)
        _write_path_file()
        stamp.write_text(expected, encoding="utf-8")
    return True


def _stamp_text(lock: Path) -> str:
    """Changes when the lock or the place of the clone changes: then the packages are looked at anew."""
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()}\n{CLONE}\n"


def _reads(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _make_environment() -> None:
    folder = environment_folder()
    if environment_python().exists() and _environment_works():
        return
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        dotted = "{}.{}".format(*sys.version_info[:2])
        raise CannotSetUp(
            f"This Python has no {' and no '.join(missing)}, so the private environment cannot be made. "
            f"Nothing was changed. On Debian and Ubuntu run `apt-get install python3-venv` (or python{dotted}-venv), "
            "elsewhere install Python with its standard tools; then run this again."
        )
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    made = subprocess.run(command, env=process_environment(), capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise CannotSetUp(f"The private environment could not be made:\n{made.stdout}{made.stderr}")


def _environment_works() -> bool:
    """Whether the environment is still this one, of the Python it is named for, and has pip."""
    probe = [str(environment_python()), "-c", "import pip, sys; print(sys.prefix, sys.version_info[:2])"]
    answer = subprocess.run(probe, env=process_environment(), capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == f"{environment_folder()} {sys.version_info[:2]}"


def _install(lock: Path) -> None:
    temporary = LOCAL / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    values = {**process_environment(), "TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)}
    # The lock is complete. Left to look for dependencies, pip would take the newest of a package that is named with an
    # extra (`coverage[toml]`), find no hash for it and give up.
    exactly = ["--quiet", "--no-deps", "--require-hashes", "-r", str(lock)]
    command = [str(environment_python()), "-m", "pip", "install", *exactly]
    if subprocess.run(command, env=values, check=False).returncode != 0:
        raise CannotSetUp(
            "The packages could not be installed; the reason is printed above. What was fetched is kept. "
            "Check the network connection (and the proxy, if there is one) and run the same command again."
        )


def _write_path_file() -> None:
    """Puts the clone on the environment's path, so that `python -m console` works from every folder."""
    packages = next(environment_folder().glob("lib/python*/site-packages"), None)
    packages = packages or environment_folder() / "Lib" / "site-packages"
    # As a statement in ASCII: a plain path would be read in the encoding of the machine and fail on other letters.
    statement = f"import sys; sys.path.append({str(CLONE)!a})\n"
    (packages / "operator-console.pth").write_text(statement, encoding="ascii")


@contextlib.contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    """Keeps two set-ups of one clone apart; the operating system frees the lock of one that died."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "set-up.lock").open("w", encoding="utf-8") as lock:
        said = False
        while not _lock_without_waiting(lock.fileno()):
            if not said:
                say("Another set-up of this clone is running; waiting until it is done.")
                said = True
            time.sleep(0.3)
        yield


def _lock_without_waiting(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write_launchers() -> Path:
    """Writes `operator-console` into `.local/bin`, to be typed or linked from a folder on the PATH."""
    folder = LOCAL / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "nt":
        launcher = folder / "operator-console.cmd"
        # Relative to itself: cmd.exe reads the file in its own code page and would misread other letters in a path.
        python = f"%~dp0..\\{environment_folder().name}\\Scripts\\python.exe"
        text = f'@echo off\r\nset "PYTHONPYCACHEPREFIX=%~dp0..\\cache\\pyc"\r\n"{python}" -P -m console %*\r\n'
    else:
        launcher = folder / "operator-console"
        python = shlex.quote(str(environment_python()))
        prefix = shlex.quote(str(LOCAL / "cache" / "pyc"))
        text = f'#!/bin/sh\nPYTHONPYCACHEPREFIX={prefix} exec {python} -P -m console "$@"\n'
    launcher.write_bytes(text.encode("utf-8"))
    launcher.chmod(0o755)
    return launcher
