"""Goes through the tables in one look, a picture of each screen; nothing may be cut, nameless or faint."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from console.language import speaker_for
from console.presenters.wording import Speaker, speak
from tests.fixtures.camera import Camera
from tests.fixtures.real_console import Person, sit_down
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld
from tests.screens.longer_texts import longer_texts
from tests.screens.looks import Dress, Look
from tests.screens.screen import Screen, Stage
from tests.screens.tables import not_seen


async def go_through(stage: Stage, screens: Sequence[Screen], look: Look, camera: Camera, dress: Dress) -> None:
    """Each screen of a table in one dress."""
    for screen in screens:
        shown = await screen.show(stage)
        assert isinstance(shown, QWidget)
        stage.window.say("")  # passing news is no part of a screen
        if not screen.loading:
            await stage.whole(shown)
        camera.found += [f"{screen.name}: no {name} is to be seen" for name in not_seen(screen.name, shown)]
        camera.shoot(screen.name, shown, look.suffix(dress), loading=screen.loading, news=screen.news)
        await screen.leave(stage, shown)


def seen_in(screens: Sequence[Screen], look: Look, dress: Dress) -> Sequence[Screen]:
    """All in the first dress and where the look is to be seen whole; the samples in the others."""
    return screens if look.whole or dress == look.dresses[0] else [one for one in screens if one.sample]


@contextlib.contextmanager
def spoken(app: QApplication, look: Look) -> Iterator[None]:
    """The program's texts as this look wants them."""
    with longer_texts(app) if look.longer else contextlib.nullcontext():
        speak(speaker_for(QLocale(QLocale.Language.English)))
        try:
            yield
        finally:
            speak(Speaker())


def of_the_demo(
    app: QApplication,
    worked: Path,
    tmp_path: Path,
    look: Look,
    screens: Sequence[Screen],
    *,
    demo: bool = True,
) -> Camera:
    """The real program over a copy of the worked-through demo (``demo=False``: over a new, empty workspace).

    The theme is changed while the program runs, as a person can.
    """
    folder = tmp_path / "ws"
    if demo:
        shutil.copytree(worked, folder)
    settings = QSettings(str(tmp_path / "ws.ini"), QSettings.Format.IniFormat)
    for key, value in zip(("scheme", "contrast", "scale"), (*look.dresses[0], look.scale), strict=True):
        settings.setValue(f"look/{key}", value)
    settings.sync()
    camera = Camera()

    async def visit(person: Person) -> None:
        stage = Stage(person.window)
        stage.window.resize(*look.size)
        await stage.worked_through()
        theme = stage.window.context.theme
        for dress in look.dresses:
            theme.apply(app, *dress)
            await go_through(stage, seen_in(screens, look, dress), look, camera, dress)

    with spoken(app, look):
        sit_down(folder, visit, demo=demo)
    return camera


def of_a_story(app: QApplication, tmp_path: Path, look: Look, screens: Sequence[Screen]) -> Camera:
    """The window over a story, for what the demo does not show; a new story for each dress."""
    camera = Camera()
    with spoken(app, look):
        for dress in look.dresses:
            folder = tmp_path / "-".join(dress)
            folder.mkdir(parents=True)
            world = WindowWorld(app, folder, dress[0], look.scale, SettingsStory(folder))
            _one_story(world, look, seen_in(screens, look, dress), camera, dress)
    return camera


def _one_story(world: WindowWorld, look: Look, screens: Sequence[Screen], camera: Camera, dress: Dress) -> None:
    app = world.app
    world.theme.apply(app, *dress)

    async def visit() -> None:
        window = await world.show()
        window.resize(*look.size)
        await world.until(window.isActiveWindow, "the window is in front")
        await go_through(Stage(window, world), screens, look, camera, dress)

    try:
        world.run(visit(), None)
    finally:
        world.close()
