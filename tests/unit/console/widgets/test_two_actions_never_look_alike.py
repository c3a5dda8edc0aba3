"""Generated pairs of actions, drawn in three fonts and two sizes without their hash: no two pictures are equal.

Every run draws 10,000 pairs, each in one of the six settings; ``CONSOLE_LONG=1`` draws 10,000 in each of them. Within a
setting every picture is compared with all others, not with its twin alone. ``CONSOLE_TEST_SEED`` repeats a run.
"""

from __future__ import annotations

import os
import zlib
from types import MappingProxyType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QImage, QPainter
from pytestqt.qtbot import QtBot

from console.presenters.argument_lines import argument_lines
from console.theme import fonts
from console.theme.theme import Theme
from console.widgets.exact_text import ExactText
from tests.fixtures.deceiving_pairs import deceiving_pairs

LONG = bool(os.environ.get("CONSOLE_LONG"))
SEED = int(os.environ.get("CONSOLE_TEST_SEED", "20261130"))
PAIRS = 10_000 if LONG else 1_667
FONTS = ("the bundled one", "the bundled sans-serif", "the system's")
SETTINGS = [(font, scale) for font in FONTS for scale in (1.0, 1.5)]
WIDE = 380


def family_of(font: str) -> str:
    if font == FONTS[2]:
        return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return fonts.MONO if font == FONTS[0] else fonts.SANS


class Gallery:
    """Draws actions with the card's own widget and keeps what each picture shows."""

    def __init__(self, view: ExactText) -> None:
        self._view = view
        self._seen: dict[tuple[int, int], tuple[str, str]] = {}

    def picture(self, tool: str, arguments: str) -> QImage:
        view = self._view
        view.set_diff(argument_lines(tool, arguments), arguments)
        image = QImage(WIDE, view.content_height, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        view.paint_rows(painter, image.rect())
        painter.end()
        return image

    def hang(self, tool: str, arguments: str) -> str:
        """What else looks like this; "" for nothing."""
        image = self.picture(tool, arguments)
        key = (image.height(), zlib.crc32(image.constBits()))
        known = self._seen.setdefault(key, (tool, arguments))
        if known == (tool, arguments) or self.picture(*known) != image:
            return ""
        return f"{tool} {arguments!a} looks like {known[0]} {known[1]!a}"


@pytest.fixture
def gallery(request: pytest.FixtureRequest, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Gallery:
    font, scale = request.param
    family = family_of(font)
    faces = {
        role: face._replace(family=family) if face.family == fonts.MONO else face for role, face in fonts.FACES.items()
    }
    monkeypatch.setattr(fonts, "FACES", MappingProxyType(faces))
    view = ExactText(Theme("light", scale=scale), header=False)
    qtbot.addWidget(view)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    view.resize(WIDE, 200)
    view.show()  # else it has no width yet
    assert view.viewport().width() == WIDE
    return Gallery(view)


@pytest.mark.parametrize("gallery", SETTINGS, indirect=True, ids=lambda setting: f"{setting[0]}, {setting[1]}")
def test_no_two_of_ten_thousand_generated_pairs_look_alike(gallery: Gallery, request: pytest.FixtureRequest) -> None:
    number = SETTINGS.index(request.node.callspec.params["gallery"])
    alike: list[str] = []
    drawn = 0
    for pair in deceiving_pairs(SEED + number, PAIRS):
        alike += filter(None, (gallery.hang(pair.tool, pair.one), gallery.hang(pair.other_tool, pair.other)))
        drawn += 1
    assert alike == [], f"seed {SEED}: {len(alike)} of {drawn} pairs"
    assert drawn == PAIRS
