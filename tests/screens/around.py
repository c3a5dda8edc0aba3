"""What stands beside the window, over the story: opening, closing, and the menu of the tray."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from console.attention.tray import Tray
from console.closing_list import ClosingList
from console.opening_window import OpeningWindow
from tests.screens.screen import Screen, Stage

CALLS = ("mail.send", "http.send", "mail.send")


async def opening(stage: Stage) -> QWidget:
    context = stage.window.context
    settings = QSettings(str(stage.story.tmp / "first.ini"), QSettings.Format.IniFormat)
    window = OpeningWindow(context.theme, settings, context.runtime.title)
    window.show()
    return window


async def end_opening(stage: Stage, shown: QWidget) -> None:
    assert isinstance(shown, OpeningWindow)
    shown.end()
    await in_front(stage)


async def closing(stage: Stage) -> QWidget:
    listed = ClosingList(stage.window.context.theme, stage.window.context.runtime.title, lambda: CALLS)
    listed.begin()
    return listed


async def end_closing(stage: Stage, shown: QWidget) -> None:
    assert isinstance(shown, ClosingList)
    shown.end()
    await in_front(stage)


async def tray_menu(stage: Stage) -> QWidget:
    tray = Tray(stage.window.context.theme, stage.window)
    tray.setObjectName("pictured")
    tray.menu.popup(stage.window.mapToGlobal(stage.window.rect().center()))
    await stage.until(tray.menu.isVisible, "the menu is open")
    return tray.menu


async def end_tray(stage: Stage, shown: QWidget) -> None:
    shown.close()
    tray = stage.window.findChild(Tray, "pictured")
    assert isinstance(tray, Tray)
    tray.close()
    tray.deleteLater()
    await in_front(stage)


async def in_front(stage: Stage) -> None:
    stage.window.activateWindow()
    await stage.until(stage.window.isActiveWindow, "the window is in front again")
    await stage.settled()


async def close_notices(stage: Stage, _shown: QWidget) -> None:
    while stage.window.toasts.texts:
        stage.window.toasts.close_newest()


AROUND = (
    Screen("opening", opening, end_opening),
    Screen("closing", closing, end_closing),
    Screen("tray-menu", tray_menu, end_tray),
)
