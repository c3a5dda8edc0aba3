"""What `operator-console doctor` looks at on this machine: each finding with a sentence and the command that mends it.

Standard library only; PySide6 and the keyring are asked about, not imported at start.
"""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console import system_libraries

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)
DISK_NEEDED = 500 * 1024 * 1024
KEYRING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend_command` is empty where no single command mends it."""

    name: str
    ok: bool
    sentence: str
    mend_command: str = ""


def check_machine(folder: Path) -> list[Finding]:
    """Everything the program depends on, in the order in which a person would mend it."""
    return [
        check_python(sys.version_info[:2]),
        check_qt(sys.version_info[:2], installed_qt_version()),
        check_libraries(),
        check_display(),
        check_keyring(keyring_backend_name),
        check_disk(folder),
    ]


def check_python(version: tuple[int, int]) -> Finding:
    """Whether this Python is one the program was tested on."""
    found = f"{version[0]}.{version[1]}"
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return Finding("Python", True, f"Python {found} is supported.")
    return Finding("Python", False, f"Python {found} is not supported. Install Python 3.11, 3.12 or 3.13.")


def installed_qt_version() -> str | None:
    """Version of PySide6 in this environment, or None; PySide6 itself is not loaded."""
    try:
        return importlib.metadata.version("PySide6-Essentials")
    except importlib.metadata.PackageNotFoundError:
        return None


def check_qt(python: tuple[int, int], qt: str | None) -> Finding:
    """Refuses the pair of Python and PySide6 that ends the process (PYSIDE-3474)."""
    mend = "python3 packaging/start.py"
    if qt is None:
        return Finding("Qt", False, "PySide6-Essentials is not installed in this environment.", mend)
    series = tuple(int(part) for part in qt.split(".")[:2] if part.isdigit())
    if python < (3, 12) and series >= (6, 12):
        sentence = (
            f"PySide6 {qt} ends the program on Python {python[0]}.{python[1]} (PYSIDE-3474). "
            "Nothing was started. Use PySide6 6.11 with this Python, or Python 3.12 or newer."
        )
        return Finding("Qt", False, sentence, "python -m pip install 'PySide6-Essentials>=6.11.3,<6.12'")
    return Finding("Qt", True, f"PySide6 {qt} works with Python {python[0]}.{python[1]}.")


def check_libraries() -> Finding:
    """Whether the system libraries of a window are there (Linux only)."""
    wanted = system_libraries.libraries_for_window()
    missing = system_libraries.missing_libraries(wanted)
    if not missing:
        return Finding("System libraries", True, "Every system library that a window needs is installed.")
    packages = list(dict.fromkeys(wanted[name] for name in missing))
    mend = system_libraries.install_command(packages) if system_libraries.is_debian() else ""
    return Finding("System libraries", False, f"A window cannot be shown without: {', '.join(missing)}.", mend)


def check_display() -> Finding:
    """Whether there is a display; without one the program works without a window."""
    if system_libraries.has_display():
        return Finding("Display", True, "A display is available.")
    sentence = "No display (DISPLAY and WAYLAND_DISPLAY are not set). The program works without a window."
    return Finding("Display", False, sentence)


def keyring_backend_name() -> str:
    """Name of the keyring that secrets would be kept in; raises where there is none that keeps them encrypted."""
    from runtime.operations.keyring_found import keyring_found

    return keyring_found()


def check_keyring(backend_name: Callable[[], str]) -> Finding:
    """Whether credentials can be kept here. Asked in a thread: a locked keyring may not answer at all."""
    answers: list[str | Exception] = []

    def ask() -> None:
        try:
            answers.append(backend_name())
        except Exception as error:  # whatever a backend raises is told to the person, never hidden
            answers.append(error)

    thread = threading.Thread(target=ask, name="ask the keyring", daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    answer = answers[0] if answers else TimeoutError(f"it did not answer within {KEYRING_SECONDS:.0f} s")
    return _keyring_finding(answer)


def _keyring_finding(answer: str | Exception) -> Finding:
    mend = ""
    if sys.platform.startswith("linux") and system_libraries.is_debian():
        mend = system_libraries.install_command(["gnome-keyring", "dbus-x11"])
    consequence = "Credentials cannot be stored; everything that needs none still works."
    if isinstance(answer, Exception):
        what = getattr(answer, "what", f"The keyring could not be asked: {answer}.")
        if "PYTHON_KEYRING_BACKEND" in getattr(answer, "to_do", ""):
            mend = "" if sys.platform == "win32" else "unset PYTHON_KEYRING_BACKEND"
        return Finding("Keyring", False, f"{what} {consequence}", mend)
    return Finding("Keyring", True, f"Credentials are kept in {answer}.")


def check_disk(folder: Path) -> Finding:
    """Whether there is room for the journal where the workspaces live; `folder` may not exist yet."""
    existing = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(existing).free
    amount = f"{free / 1024**3:.1f} GB free for {folder}"
    if free >= DISK_NEEDED:
        return Finding("Disk", True, f"{amount}.")
    return Finding("Disk", False, f"Only {amount}; at least {DISK_NEEDED // 1024**2} MB are needed. Free some space.")


def machine_line() -> str:
    """One line about the machine, for the head of the report."""
    return f"{platform.system()} {platform.release()}, {platform.machine()}, Python {platform.python_version()}"
