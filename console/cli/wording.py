"""How the program is called from this terminal, so that the commands it prints can be typed as they are."""

from __future__ import annotations

import os
import shlex
from functools import lru_cache
from pathlib import Path

from console import workspaces
from console.cli.parser import PROGRAM

_CLONE = Path(__file__).resolve().parents[2]


def program() -> str:
    """The launcher of the clone, seen from here, or the plain name where the program is installed."""
    launcher = _CLONE / ".local" / "bin" / (f"{PROGRAM}.cmd" if os.name == "nt" else PROGRAM)
    return quoted(seen_from_here(launcher)) if launcher.is_file() else PROGRAM


def command(folder: Path, *words: str) -> str:
    """A command line about this workspace, ready to be typed."""
    return " ".join([beginning(folder), *(quoted(word) for word in words)])


@lru_cache(maxsize=16)
def beginning(folder: Path) -> str:
    """Program and workspace. Asks the disk the first time: called once in a thread before a loop needs it."""
    place = [] if folder == workspaces.default_folder() else ["--workspace", seen_from_here(folder)]
    return " ".join([program(), *(quoted(word) for word in place)])


def seen_from_here(path: Path) -> str:
    """The path relative to the present folder where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return relative if len(relative) < len(str(path)) else str(path)


def quoted(word: str) -> str:
    """One word of a command line."""
    if os.name == "nt":
        return f'"{word}"' if " " in word else word
    return shlex.quote(word)
