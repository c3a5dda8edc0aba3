"""Writes the list of packages the program installs, with their licences: resources/licences/THIRD-PARTY.txt.

Run it in the private environment after the lock files changed: `.local/venv/bin/python packaging/third_party.py`.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
LOCK = CLONE / "packaging" / "requirements-run.txt"
TARGET = CLONE / "resources" / "licences" / "THIRD-PARTY.txt"
HEAD = """Packages that the program installs, as locked in packaging/requirements-run.txt. Each is unmodified.
Qt and PySide6 are used under the LGPL version 3 (LGPL-3.txt, with GPL-3.txt which it builds on), linked dynamically:
they can be replaced by other builds in the private environment's folder. Every package brings its licence text along,
in its own .dist-info folder.

"""


def locked_names(lock: str) -> list[str]:
    """Names in a lock file, each once, in order."""
    return list(dict.fromkeys(re.findall(r"(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)==", lock)))


def licence_of(name: str) -> str:
    """What a package says of its own licence; empty where it is not installed on this platform."""
    try:
        found = importlib.metadata.metadata(name).json
    except importlib.metadata.PackageNotFoundError:
        return ""
    classifiers = [one.split(" :: ")[-1] for one in found.get("classifier", []) if one.startswith("License ::")]
    short = str(found.get("license") or "").strip().split("\n")[0]
    said = str(found.get("license_expression") or "")
    return said or (short if 0 < len(short) < 60 else "") or ", ".join(classifiers) or "see its files"


def third_party_text(lock: str) -> str:
    """The whole list."""
    lines = []
    for name in sorted(locked_names(lock), key=str.lower):
        version = re.search(rf"(?m)^{re.escape(name)}==([^\s;\\]+)", lock)
        licence = licence_of(name) or "only on other platforms; see its files"
        lines.append(f"{name} {version[1] if version else ''}: {licence}")
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Writes the list."""
    TARGET.write_text(third_party_text(LOCK.read_text("utf-8")), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
