"""Pictures of every screen, of the real program on the demo and of a story; nothing on them is cut, nameless or faint.

The short run sees every screen dark and light, and samples in the other looks. `packaging/test.py --long screens` sees
every screen in every look and writes the README's pictures anew.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.fixtures.camera import CLONE, Camera, screens_folder
from tests.screens.beginning import BEGINNING
from tests.screens.decisions import DECISIONS
from tests.screens.dialogs import DIALOGS
from tests.screens.empty import EMPTY
from tests.screens.looks import LOOKS, PLAIN, Look
from tests.screens.readme import README_SCREENS, write_readme
from tests.screens.rooms import ROOMS
from tests.screens.screen import Screen
from tests.screens.shooting import of_a_story, of_the_demo
from tests.screens.states import STATES

pytestmark = pytest.mark.window
ALL_OF_IT = bool(os.environ.get("CONSOLE_TEST_ALL_SCREENS"))
DEMO = (*DECISIONS, *ROOMS, *DIALOGS, *BEGINNING)
ONCE = replace(PLAIN, dresses=PLAIN.dresses[:1])
SHORT = tuple(replace(look, dresses=look.dresses[:1]) for look in LOOKS if look.name in ("small", "longer-150"))
LOOKS_NOW = tuple(replace(look, whole=True) for look in LOOKS) if ALL_OF_IT else (PLAIN, *SHORT)


def due(look: Look, screens: tuple[Screen, ...]) -> tuple[Screen, ...]:
    """All of them, or the samples where the run is short and the look is not the plain one."""
    return screens if look.whole or look is PLAIN else tuple(one for one in screens if one.sample)


def whole(camera: Camera, count: int) -> None:
    assert len(camera.taken) >= count
    camera.complain()


@pytest.mark.parametrize("look", LOOKS_NOW, ids=lambda look: look.name or "plain")
def test_the_screens_of_the_demo_are_whole(qapp: QApplication, worked: Path, tmp_path: Path, look: Look) -> None:
    screens = due(look, DEMO)
    whole(of_the_demo(qapp, worked, tmp_path, look, screens), len(screens))


@pytest.mark.parametrize("look", LOOKS_NOW, ids=lambda look: look.name or "plain")
def test_what_the_demo_does_not_show_is_whole(qapp: QApplication, tmp_path: Path, look: Look) -> None:
    screens = due(look, STATES)
    whole(of_a_story(qapp, tmp_path, look, screens), len(screens))


@pytest.mark.parametrize("look", LOOKS_NOW[: None if ALL_OF_IT else 1], ids=lambda look: look.name or "plain")
def test_empty_screens_are_whole(qapp: QApplication, worked: Path, tmp_path: Path, look: Look) -> None:
    whole(of_the_demo(qapp, worked, tmp_path, look, EMPTY, demo=False), len(EMPTY))


def test_the_pictures_of_the_readme_are_small(qapp: QApplication, worked: Path, tmp_path: Path) -> None:
    folder = CLONE / "resources" / "readme" if ALL_OF_IT else screens_folder()
    of_the_demo(qapp, worked, tmp_path, ONCE, write_readme(folder)).complain()
    written = [folder / f"{name}.png" for name in README_SCREENS]
    assert len(written) == 4
    assert all(picture.stat().st_size < 200_000 for picture in written)
