"""The text of a crash report: what, where, on what machine. No local values, no arguments, no secrets."""

import importlib.metadata
import platform
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from runtime.domain.redaction import EVERYWHERE

_HOME = str(Path.home())
# Long runs of letters and digits may be keys; words after these names are.
_TOKENS = re.compile(r"\b[A-Za-z0-9+/_=-]{24,}\b")
_NAMED = re.compile(r"(?i)\b(authorization|bearer|api[_-]?key|token|secret|passphrase|password)\b(\s*[:=]?\s*)\S+")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def without_secrets(text: str) -> str:
    """What may leave the machine: keys, addresses and the home folder are taken out of a message."""
    text = EVERYWHERE(text).replace(_HOME, "~")
    text = _NAMED.sub(r"\1\2[removed]", text)
    text = _ADDRESS.sub("[address]", text)
    return _TOKENS.sub("[removed]", text)


def _versions() -> str:
    found = []
    for name in ("operator-console", "PySide6-Essentials", "qasync"):
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} (not installed as a package)")
    return ", ".join(found)


_VERSIONS = _versions()  # on import: a crash is reported on the loop, where nothing may read the disk
_SYSTEM = f"Python {platform.python_version()}, {platform.system()} {platform.release()}"


def kind_of(error: BaseException) -> str:
    """Two crashes are one kind when the same error left the same line of code."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {place}"


def crash_report(error: BaseException, where: str, times: int = 1) -> str:
    """The report to copy. Frames name files and functions; source lines and values stay here."""
    lines = [
        "Operator console crash report",
        f"Time: {datetime.now(UTC).isoformat(timespec='seconds')}",
        f"Versions: {_VERSIONS}, {_SYSTEM}",
        f"Where: {without_secrets(where)}",
        f"Times: {times}",
        "",
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__name__}: {without_secrets(str(seen))}")
        frames = traceback.extract_tb(seen.__traceback__)
        lines.extend(f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames)
        seen = seen.__cause__
        if seen is not None:
            lines.append("caused by")
    return "\n".join(lines) + "\n"


def _short(filename: str) -> str:
    for root in sorted(sys.path, key=len, reverse=True):
        if root and filename.startswith(root):
            return filename[len(root) :].lstrip("/\\")
    return Path(filename).name
