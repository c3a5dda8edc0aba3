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

from console.notices.notice import Notice
from tests.fixtures.camera import CLONE, Camera, screens_folder
from tests.fixtures.window_world import WindowWorld
from tests.screens.empty import EMPTY
from tests.screens.looks import LOOKS, PLAIN, Look
from tests.screens.readme import README_SCREENS, write_readme
from tests.screens.screen import Screen, Stage
from tests.screens.shooting import of_a_story, of_the_demo
from tests.screens.tables import ALL, DEMO, SEEN_ON, STORY, shown_classes

pytestmark = pytest.mark.window
ALL_OF_IT = bool(os.environ.get("CONSOLE_TEST_ALL_SCREENS"))
ONCE = replace(PLAIN, dresses=PLAIN.dresses[:1])
SHORT = tuple(replace(look, dresses=look.dresses[:1]) for look in LOOKS if look.name in ("small", "longer-150-small"))
LOOKS_NOW = tuple(replace(look, whole=True) for look in LOOKS) if ALL_OF_IT else (PLAIN, *SHORT)

EMPTY_LOOKS = LOOKS_NOW if ALL_OF_IT else LOOKS_NOW[:1]


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


@pytest.mark.may_block(reason="the log handler of pytest writes at once")
@pytest.mark.may_log(reason="what could not be read is told and noted")
@pytest.mark.parametrize("look", LOOKS_NOW, ids=lambda look: look.name or "plain")
def test_what_the_demo_does_not_show_is_whole(qapp: QApplication, tmp_path: Path, look: Look) -> None:
    screens = due(look, STORY)
    whole(of_a_story(qapp, tmp_path, look, screens), len(screens))


def test_every_page_dialog_and_window_has_a_picture(qapp: QApplication) -> None:
    names = [screen.name for screen in ALL]
    assert len(set(names)) == len(names)
    assert {name: SEEN_ON.get(name, "no picture") for name in shown_classes()} == SEEN_ON
    assert set(SEEN_ON.values()) <= set(names)


def test_what_is_being_read_and_what_lies_under_a_notice_is_no_picture(qapp: QApplication, tmp_path: Path) -> None:
    world, camera = WindowWorld(qapp, tmp_path), Camera(tmp_path)
    loading = next(screen for screen in STORY if screen.loading)

    async def visit() -> None:
        stage = Stage(await world.show(), world)
        shown = await loading.show(stage)
        camera.shoot("too-early", shown, "dark")
        await loading.leave(stage, shown)
        await stage.whole(shown)
        camera.shoot("there", shown, "dark")
        camera.shoot("too-late", shown, "dark", loading=True)
        stage.window.context.notices.tell(Notice("refused", "Not done", "Nothing was changed.", "a"))
        camera.shoot("under-news", shown, "dark")

    try:
        world.run(visit())
    finally:
        world.close()
    found = {
        name: [told for told in camera.found if told.startswith(name)]
        for name in ("too-early", "there", "too", "under")
    }
    assert any("'refresh Fleet' is at work" in told for told in found["too-early"])
    assert not found["there"]
    assert any("everything on it was read" in told for told in found["too"])
    assert any("a notice lies over it" in told for told in found["under"])


@pytest.mark.parametrize("look", EMPTY_LOOKS, ids=lambda look: look.name or "plain")
def test_empty_screens_are_whole(qapp: QApplication, worked: Path, tmp_path: Path, look: Look) -> None:
    whole(of_the_demo(qapp, worked, tmp_path, look, EMPTY, demo=False), len(EMPTY))


def test_the_pictures_of_the_readme_are_small(qapp: QApplication, worked: Path, tmp_path: Path) -> None:
    folder = CLONE / "resources" / "readme" if ALL_OF_IT else screens_folder()
    of_the_demo(qapp, worked, tmp_path, ONCE, write_readme(folder)).complain()
    written = [folder / f"{name}.png" for name in README_SCREENS]
    assert len(written) == 4
    assert all(picture.stat().st_size < 200_000 for picture in written)
