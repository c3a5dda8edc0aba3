"""Where the owner of a workspace listens: a socket below a folder that only this person can enter, or a named pipe."""

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

LONGEST_PATH = 100
"""A Unix socket's path holds 104 bytes on macOS and 108 on Linux, the closing NUL included."""


class NoPlaceForDoor(Exception):
    """There is no folder of this person's own for the socket; the message is a sentence."""


def door_address(folder: Path) -> str:
    """The address for the workspace in ``folder``; on Unix its parent folder is made, private to this person.

    It follows from the folder, so that it can be written into the lock before anybody listens. Raises NoPlaceForDoor.
    """
    name = hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:16]
    if sys.platform == "win32":
        person = hashlib.sha256(os.environ.get("USERNAME", "").encode()).hexdigest()[:8]
        return rf"\\.\pipe\operator-console-{person}-{name}"
    return str(_private_folder() / f"{name}.sock")


def _private_folder() -> Path:
    reasons = []
    for place in _places():
        if len(os.fsencode(place)) + 22 > LONGEST_PATH:
            reasons.append(f"{place} is too long a path for a socket")
            continue
        try:
            place.mkdir(mode=0o700, exist_ok=True)
            found = place.lstat()
        except OSError as error:
            reasons.append(f"{place}: {error.strerror or error}")
            continue
        if fault := _not_private(found):
            reasons.append(f"{place} {fault}")
            continue
        return place
    raise NoPlaceForDoor(
        f"Other processes cannot reach this workspace: {'; '.join(reasons)}. Everything else works. "
        "Give yourself a private folder and name it in XDG_RUNTIME_DIR."
    )


def _places() -> list[Path]:
    person = f"operator-console-{os.getuid()}" if sys.platform != "win32" else "operator-console"
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    first = [Path(named) / "operator-console"] if named and os.path.isabs(named) else []
    return [*first, Path(tempfile.gettempdir()) / person, Path("/tmp") / person]


def _not_private(found: os.stat_result) -> str:
    if not stat.S_ISDIR(found.st_mode):
        return "is not a folder"
    if sys.platform != "win32" and found.st_uid != os.getuid():
        return "belongs to somebody else"
    if stat.S_IMODE(found.st_mode) & 0o077:
        return "can be entered by others"
    return ""
