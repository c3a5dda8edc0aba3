"""The program in a process of its own, walked through as a screen reader does, over a private bus.

``dbus-run-session -- python -m tests.screens.read_aloud FOLDER``: the demo, an empty workspace and a story. The
window runs in this process; the walk goes over D-Bus from a thread, through Qt's own bridge. One line of JSON for each
screen: its name, how many parts can be operated, their roles, what is wrong, what was said without being asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"  # before Qt: the bridge to AT-SPI is made when it starts

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QWidget

from console.plain_imports import import_as_python_does

import_as_python_does()

from tests.fixtures.at_spi import INTERACTIVE, AtSpi, Node  # noqa: E402
from tests.fixtures.real_console import Person, sit_down  # noqa: E402
from tests.fixtures.settings_story import SettingsStory  # noqa: E402
from tests.fixtures.window_world import WindowWorld  # noqa: E402
from tests.screens.empty import EMPTY  # noqa: E402
from tests.screens.roles import parts_now, told_otherwise  # noqa: E402
from tests.screens.screen import Screen, Stage  # noqa: E402
from tests.screens.tables import DEMO, STORY  # noqa: E402

PROGRAM = "Operator console"
RAIL = {"Fleet", "Approvals", "Runs", "Audit", "Spend"}
CONTAINERS = {"scroll pane", "viewport", "split pane", "unknown", "separator"}
"""What only holds other things and must not take the keyboard (UX, section 11)."""


def faults(windows: Sequence[Node]) -> list[str]:
    """What a screen reader could not make sense of."""
    found = []
    for node in (node for window in windows for node in window.all()):
        if not node.is_showing:
            continue
        if node.role in INTERACTIVE and not node.name.strip():
            found.append(f"has no name: {node.place}")
        if node.role.startswith("role "):
            found.append(f"has a role nobody knows: {node.place}")
        if node.role == "unknown" and (node.name or node.children):
            found.append(f"has no role: {node.place}")  # handles of splitters and sizes have none and need none
        if node.role in CONTAINERS and node.is_focusable:
            found.append(f"takes the keyboard and holds only other things: {node.place}")
        if node.role == "check box" and node.name.split(",")[0] in RAIL:
            found.append(f"leads to a screen and is no radio button: {node.place}")
    return found


def rail_is_radio(windows: Sequence[Node]) -> list[str]:
    """Navigation is told as one choice of several."""
    nodes = [node for window in windows for node in window.all() if node.role == "radio button"]
    named = {node.name.split(",")[0] for node in nodes}
    return [f"no radio button leads to {name}" for name in sorted(RAIL - named)]


async def walk(stage: Stage, screens: Sequence[Screen], *, broken: bool = False) -> None:
    """Each screen of a table: shown, read, told. ``broken`` takes things from a screen reader first."""
    bus = await asyncio.to_thread(AtSpi)
    try:
        for screen in screens:
            shown = await screen.show(stage)
            if not screen.loading:
                await stage.whole(shown)
            if broken:
                break_it(stage)
            before = parts_now()
            windows = await asyncio.to_thread(bus.windows, PROGRAM)
            otherwise = told_otherwise(windows, before, parts_now())
            more = [*otherwise, *(rail_is_radio(windows) if shown is stage.window else [])]
            tell(screen.name, shown, windows, more, bus.said)
            bus.said.clear()
            await screen.leave(stage, shown)
    finally:
        bus.close()


def break_it(stage: Stage) -> None:
    """A button has no name, another lies in a stack and is none of its pages, a box is told as a choice."""
    stage.window.strip.pause.setText("")
    QPushButton("Told to nobody", stage.window.stack).show()
    one_of_several = QCheckBox("Told as another", stage.window.rail)
    one_of_several.setAutoExclusive(True)
    one_of_several.show()


def tell(name: str, shown: QWidget, windows: Sequence[Node], more: list[str], said: list[str]) -> None:
    nodes = [node for window in windows for node in window.all() if node.is_showing]
    roles = Counter(node.role for node in nodes if node.role in INTERACTIVE)
    wrong = [*faults(windows), *more]
    is_window = shown.windowType() is not Qt.WindowType.Popup  # Qt tells of no menu as a window
    if is_window and not any(window.name == shown.window().windowTitle() for window in windows):
        wrong.append(f"the window {shown.window().windowTitle()!r} is not told")
    told = {"screen": name, "parts": sum(roles.values()), "roles": roles, "faults": wrong, "said": said}
    print(json.dumps(told), flush=True)


def demo(folder: Path, screens: Sequence[Screen]) -> None:
    """The real program on the demo."""

    async def visit(person: Person) -> None:
        stage = Stage(person.window)
        stage.window.resize(1440, 900)
        await stage.worked_through()
        await walk(stage, screens)

    sit_down(folder, visit)


def empty(folder: Path, screens: Sequence[Screen], *, broken: bool = False) -> None:
    """A workspace in which nothing has happened."""

    async def visit(person: Person) -> None:
        await walk(Stage(person.window), screens, broken=broken)

    sit_down(folder, visit, demo=False)


def story(folder: Path, screens: Sequence[Screen]) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    folder.mkdir()
    world = WindowWorld(app, folder, story=SettingsStory(folder))

    async def visit() -> None:
        window = await world.show()
        window.resize(1440, 900)
        await world.until(window.isActiveWindow, "the window is in front")
        await walk(Stage(window, world), screens)

    try:
        world.run(visit(), None)
    finally:
        world.close()


def main() -> int:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("folder", type=Path)
    reading.add_argument("--broken", action="store_true", help="take things from a screen reader: they must be found")
    arguments = reading.parse_args()
    if arguments.broken:
        empty(arguments.folder / "empty", EMPTY[:1], broken=True)
        return 0
    demo(arguments.folder / "demo", DEMO)
    empty(arguments.folder / "empty", EMPTY)
    story(arguments.folder / "story", STORY)
    return 0


if __name__ == "__main__":
    sys.exit(main())
