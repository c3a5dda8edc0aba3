"""Which system libraries Qt needs on Linux, which of them are missing, and the one command that installs them.

Standard library only and no import of ours: the start script loads this file by its path before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

# File name of the library -> Debian and Ubuntu package that holds it.
DRAWING_LIBRARIES: dict[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libzstd.so.1": "libzstd1",
}
WINDOW_LIBRARIES: dict[str, str] = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
}


def has_display() -> bool:
    """Whether a window can be shown at all; macOS and Windows always have one, Linux when a display is named."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def is_debian() -> bool:
    """Whether packages are installed with apt-get here (Debian, Ubuntu and what is made from them)."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def missing_libraries(wanted: dict[str, str]) -> list[str]:
    """File names of `wanted` that the dynamic linker does not find; nothing is ever missing off Linux."""
    if not sys.platform.startswith("linux"):
        return []
    listed = _linker_cache()
    return [name for name in wanted if name not in listed and not _loads(name)]


def missing_packages(wanted: dict[str, str]) -> list[str]:
    """Debian packages that hold the missing ones of `wanted`, each once, in the order given."""
    return list(dict.fromkeys(wanted[name] for name in missing_libraries(wanted)))


def libraries_for_window() -> dict[str, str]:
    """Everything Qt needs to show a window on X11."""
    return {**DRAWING_LIBRARIES, **WINDOW_LIBRARIES}


def install_command(packages: list[str]) -> str:
    """The one line a person can paste to install `packages`."""
    prefix = "" if _is_root() else "sudo "
    return f"{prefix}apt-get install -y {' '.join(packages)}"


def may_install() -> bool:
    """Whether packages can be installed here without asking anybody for a password."""
    if not is_debian():
        return False
    if _is_root():
        return True
    sudo = shutil.which("sudo")
    return sudo is not None and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0


def install_packages(packages: list[str]) -> bool:
    """Installs `packages` with apt-get and says whether that worked; call only when `may_install()`."""
    prefix = [] if _is_root() else ["sudo", "-n"]
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # A machine may have no package lists at all or very old ones; a list that fails to load is not yet a failure.
    subprocess.run([*quiet, "update"], check=False, stdout=subprocess.DEVNULL)
    command = [*quiet, "install", "-y", "--no-install-recommends", *packages]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _linker_cache() -> set[str]:
    """Names in the linker's cache; empty where there is no ldconfig."""
    program = shutil.which("ldconfig", path=f"{os.environ.get('PATH', '')}:/sbin:/usr/sbin")
    if program is None:
        return set()
    listing = subprocess.run([program, "-p"], capture_output=True, text=True, check=False).stdout
    return {line.split()[0] for line in listing.splitlines() if "=>" in line}


def _loads(name: str) -> bool:
    """Whether the linker finds the library elsewhere, for example through LD_LIBRARY_PATH."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
