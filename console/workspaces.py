"""Where workspaces live on this machine: their folders, the recent ones, making and deleting them. No Qt."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROGRAM = "operator-console"
JOURNAL_FILE = "journal.sqlite"
RECENT_FILE = "recent.json"
MOST_RECENT = 20
_CLONE = Path(__file__).resolve().parent.parent


class WorkspaceFault(Exception):
    """A workspace folder cannot be used so; the message says what was wrong, what holds and what to do."""


@dataclass(frozen=True, slots=True)
class KnownWorkspace:
    """One line of the list. ``there`` is False when its folder is gone."""

    name: str
    folder: Path
    there: bool
    current: bool


def data_home() -> Path:
    """The program's folder for data, as the system has it."""
    import platformdirs

    return Path(platformdirs.user_data_dir(PROGRAM, appauthor=False))


def home() -> Path:
    """The folder that holds the workspaces made by name."""
    return data_home() / "workspaces"


def demo_folder() -> Path:
    """The demo workspace: in ``.local`` of a clone, else beside the others."""
    if (_CLONE / "packaging" / "start.py").is_file():
        return _CLONE / ".local" / "workspaces" / "demo"
    return home() / "demo"


def settings_file(folder: Path) -> Path:
    """Where the window keeps geometry and taste: beside a workspace of the clone, else in the program's folder."""
    local = _CLONE / ".local"
    if local in folder.absolute().parents:
        return local / "window.ini"
    return data_home() / "window.ini"


def is_workspace(folder: Path) -> bool:
    """Whether there is a journal in it."""
    return (folder / JOURNAL_FILE).is_file()


def folder_named(name: str) -> Path:
    """The folder a name stands for: a known workspace, a path, or a new name below ``home``. Raises WorkspaceFault."""
    for known in known_workspaces():
        if known.name == name:
            return known.folder
    if os.sep in name or (os.altsep and os.altsep in name) or name.startswith((".", "~")):
        return Path(name).expanduser().absolute()
    if not re.fullmatch(r"[\w][\w .-]{0,59}", name) or name.rstrip(" .") != name:
        raise WorkspaceFault(
            f"{name!r} cannot be the name of a folder. Nothing was changed. Use letters, digits, blanks, - and _."
        )
    return home() / name


def new_folder(name: str) -> Path:
    """The folder for a workspace that is made now: not there yet, or empty. Raises WorkspaceFault."""
    folder = folder_named(name)
    if is_workspace(folder):
        raise WorkspaceFault(f"There is a workspace {name} already, in {folder}. Nothing was changed.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceFault(
            f"{folder} is not empty. Nothing was changed. Choose another name, or empty the folder first."
        )
    return folder


def known_workspaces() -> list[KnownWorkspace]:
    """Recent ones, newest first, then what else lies in ``home``."""
    recent = recent_folders()
    # A dot stands before what is only half there: a restore or a deletion that was cut off.
    there = [path for path in home().iterdir() if not path.name.startswith(".")] if home().is_dir() else []
    below = sorted(path for path in there if is_workspace(path))
    demo = [demo_folder()] if is_workspace(demo_folder()) else []
    folders = list(dict.fromkeys([*recent, *below, *demo]))
    return [
        KnownWorkspace(folder.name, folder, is_workspace(folder), bool(recent) and folder == recent[0])
        for folder in folders
    ]


def recent_folders() -> list[Path]:
    """The folders opened last, newest first; a list that cannot be read is an empty one."""
    try:
        found = json.loads((data_home() / RECENT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [Path(one) for one in found if isinstance(one, str)] if isinstance(found, list) else []


def note_recent(folder: Path) -> None:
    """This one is used when none is named. A list that cannot be written is no reason to stop."""
    folder = folder.absolute()
    if _CLONE / ".local" in folder.parents:
        return  # everything about the demo stays in the clone
    rest = [one for one in recent_folders() if one != folder]
    with contextlib.suppress(OSError):
        _write_recent([folder, *rest])


def forget_recent(folder: Path) -> None:
    """It is gone."""
    with contextlib.suppress(OSError):
        _write_recent([one for one in recent_folders() if one != folder.absolute()])


def _write_recent(folders: list[Path]) -> None:
    target = data_home() / RECENT_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=target.parent, prefix=".recent-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([str(folder) for folder in folders[:MOST_RECENT]], file)
    os.replace(part, target)


def default_folder() -> Path:
    """The workspace that is meant when none is named."""
    for folder in recent_folders():
        if is_workspace(folder):
            return folder
    return home() / "main"


def delete_folder(folder: Path) -> None:
    """Remove a workspace that nobody has open, with everything in it. Raises WorkspaceFault."""
    if not is_workspace(folder):
        raise WorkspaceFault(f"{folder} is not a workspace. Nothing was changed.")
    try:
        # Renamed first: what is half deleted is never opened again as a workspace.
        doomed = folder.with_name(f".{folder.name}.deleted")
        if doomed.exists():
            shutil.rmtree(doomed)
        folder.rename(doomed)
        shutil.rmtree(doomed)
    except OSError as error:
        raise WorkspaceFault(
            f"{folder.name} could not be deleted completely: {error.strerror or error}. "
            "Other workspaces are as they were. Check the rights of the folder and do it again."
        ) from error
    forget_recent(folder)
