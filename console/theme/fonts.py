"""The two bundled type families and the roles in which the console sets them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal, NamedTuple

from PySide6.QtGui import QFont, QFontDatabase

from console.theme.bundled import BundledFileMissing, bundled

SANS, MONO = "Inter", "JetBrains Mono"
FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Medium.ttf",
)

Role = Literal[
    "key",
    "line_number",
    "meta",
    "meta_medium",
    "meta_strong",
    "mono",
    "mono_medium",
    "body",
    "body_medium",
    "body_strong",
    "title",
    "page",
    "value",
]


class _Face(NamedTuple):
    family: str
    pixels: int
    weight: int


FACES: MappingProxyType[Role, _Face] = MappingProxyType(
    {
        "key": _Face(SANS, 11, 600),
        "line_number": _Face(MONO, 11, 400),
        "meta": _Face(SANS, 12, 400),
        "meta_medium": _Face(SANS, 12, 500),
        "meta_strong": _Face(SANS, 12, 600),
        "mono": _Face(MONO, 12, 400),
        "mono_medium": _Face(MONO, 12, 500),
        "body": _Face(SANS, 13, 400),
        "body_medium": _Face(SANS, 13, 500),
        "body_strong": _Face(SANS, 13, 600),
        "title": _Face(SANS, 15, 600),
        "page": _Face(SANS, 20, 600),
        "value": _Face(SANS, 20, 600),
    }
)

_loaded: dict[str, int] = {}


def load_fonts() -> None:
    """Gives the bundled files to Qt, once per process; needs a QGuiApplication."""
    for name in FILES:
        if name in _loaded:
            continue
        path = bundled("fonts", name)
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            raise BundledFileMissing(f"The font {path} can't be read. No data is touched. Install the console again.")
        _loaded[name] = number


def make_font(role: Role, scale: float) -> QFont:
    """A font of the role; figures keep one width, code never joins characters into ligatures."""
    face = FACES[role]
    font = QFont(face.family)
    font.setPixelSize(max(9, round(face.pixels * scale)))
    font.setWeight(QFont.Weight(face.weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if face.family == MONO:
        font.setStyleHint(QFont.StyleHint.Monospace, QFont.StyleStrategy.PreferAntialias)
        # "--" drawn as one long dash would show something else than what will run
        font.setFeature(QFont.Tag("liga"), 0)
        font.setFeature(QFont.Tag("calt"), 0)
    else:
        font.setStyleHint(QFont.StyleHint.SansSerif)
        font.setFeature(QFont.Tag("tnum"), 1)
    return font
