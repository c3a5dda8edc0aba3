"""Starting at log-in, as each system keeps it: a file in XDG's autostart folder, a LaunchAgent, a value of Run.

Every function that looks or writes reads the disk (or the registry): call them in a thread. The text is compared
whole, so that a change by somebody else is seen and told, never silently written over.
"""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from console.presenters.wording import say
from console.workspaces import PROGRAM

LABEL = f"org.{PROGRAM}"
_CLONE = Path(__file__).resolve().parents[2]
_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


@dataclass(frozen=True, slots=True)
class AutostartState:
    """``on``: the program starts at log-in. ``sentence`` says where that is kept, and what somebody else changed."""

    on: bool
    ours: bool
    sentence: str


class Place(Protocol):
    """Where the system looks at log-in."""

    @property
    def name(self) -> str: ...
    def read(self) -> str | None:
        """What is there; None = nothing."""
        ...

    def write(self, text: str | None) -> None:
        """Put it there; None takes it away. Raises OSError."""
        ...


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file of its own in a folder of the person's."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    def read(self) -> str | None:
        try:
            return self.path.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def write(self, text: str | None) -> None:
        if text is None:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f".{self.path.name}.part")
        part.write_text(text, "utf-8", newline="\n")
        os.replace(part, self.path)


@dataclass(frozen=True, slots=True)
class RegistryPlace:
    """A value of the person's Run key (Windows)."""

    value: str = PROGRAM

    @property
    def name(self) -> str:
        return rf"HKEY_CURRENT_USER\{_RUN_KEY}\{self.value}"

    def read(self) -> str | None:
        if sys.platform != "win32":
            raise OSError("There is no registry on this system.")
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
                return str(winreg.QueryValueEx(key, self.value)[0])
        except FileNotFoundError:
            return None

    def write(self, text: str | None) -> None:
        if sys.platform != "win32":
            raise OSError("There is no registry on this system.")
        import winreg

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, _RUN_KEY) as key:
            if text is not None:
                winreg.SetValueEx(key, self.value, 0, winreg.REG_SZ, text)
            elif self.read() is not None:
                winreg.DeleteValue(key, self.value)


class Autostart:
    """What is at the place against what this program would put there."""

    def __init__(self, place: Place, text: str) -> None:
        self._place, self._text = place, text

    def look(self) -> AutostartState:
        """As it is now. Raises OSError."""
        found = self._place.read()
        if found is None:
            return AutostartState(False, True, say("Off. Nothing is kept for it."))
        if found == self._text:
            return AutostartState(True, True, say("On, by {place}", place=self._place.name))
        if switched_off(found):
            said = say(
                "Switched off by the desktop in {place}. On writes it anew, Off removes it.", place=self._place.name
            )
            return AutostartState(False, False, said)
        said = say("{place} was changed by somebody else. On writes it anew, Off removes it.", place=self._place.name)
        return AutostartState(True, False, said)

    def switch(self, on: bool) -> AutostartState:
        """Write it exactly, or take it away. Raises OSError."""
        self._place.write(self._text if on else None)
        return self.look()


def switched_off(text: str) -> bool:
    """Whether a desktop entry says that it is not to be started."""
    return bool(re.search(r"(?mi)^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$", text))


def program_words() -> list[str]:
    """How this program is started: by the launcher of the clone, the installed one, or this Python."""
    launcher = _CLONE / ".local" / "bin" / (f"{PROGRAM}.cmd" if os.name == "nt" else PROGRAM)
    if launcher.is_file():
        return [str(launcher)]
    installed = shutil.which(PROGRAM)
    return [installed] if installed else [sys.executable, "-m", "console"]


def this_autostart(words: Sequence[str] = ()) -> Autostart:
    """Of this system and this program. Reads the disk."""
    words = list(words) or program_words()
    if sys.platform == "win32":
        return Autostart(RegistryPlace(), subprocess.list2cmdline(words))
    if sys.platform == "darwin":
        return Autostart(FilePlace(Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"), agent_text(words))
    config = os.environ.get("XDG_CONFIG_HOME", "")
    home = Path(config) if config.startswith("/") else Path.home() / ".config"
    return Autostart(FilePlace(home / "autostart" / f"{PROGRAM}.desktop"), entry_text(words))


def entry_text(words: Sequence[str]) -> str:
    """A desktop entry after the XDG specification (desktop-entry 1.5, autostart 0.5)."""
    command = " ".join(map(_quoted, words))
    return (
        "[Desktop Entry]\nType=Application\nVersion=1.5\nName=Operator console\n"
        f"Comment=Supervise autonomous agents\nExec={command}\nTerminal=false\nStartupNotify=false\n"
    )


def _quoted(word: str) -> str:
    """An argument of Exec: quoted, then escaped as every string of the file; a per cent sign stands for itself."""
    inside = re.sub(r'(["`$\\])', r"\\\1", word).replace("%", "%%")
    return f'"{inside}"'.replace("\\", "\\\\")


def agent_text(words: Sequence[str]) -> str:
    """A property list for launchd: started when the person logs in, and not again when it was quit."""
    agent = {"Label": LABEL, "ProgramArguments": list(words), "RunAtLoad": True, "ProcessType": "Interactive"}
    return plistlib.dumps(agent).decode()
