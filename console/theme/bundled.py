"""Where the bundled fonts, icons and licence texts lie, from a checkout, an installed wheel or a frozen program."""

from __future__ import annotations

import sys
from pathlib import Path

_WHAT_HOLDS = "No data is touched. Install the console again."


class BundledFileMissing(Exception):
    """A file that belongs to the program is not there."""


def resources_root() -> Path:
    """The folder `resources` beside the package, or inside a frozen program."""
    frozen = getattr(sys, "_MEIPASS", None)
    beside = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    for root in (beside / "resources", Path(__file__).resolve().parents[1] / "resources"):
        if root.is_dir():
            return root
    raise BundledFileMissing(f"The folder with fonts and icons is missing: {beside / 'resources'}. {_WHAT_HOLDS}")


def bundled(*parts: str) -> Path:
    """Path of one bundled file; raises BundledFileMissing with a sentence when it is absent."""
    path = resources_root().joinpath(*parts)
    if not path.exists():
        raise BundledFileMissing(f"A file of the program is missing: {path}. {_WHAT_HOLDS}")
    return path
