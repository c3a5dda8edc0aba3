"""What a person meets first: the first steps, and the three made-up requests of the practice in a window of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.practice.lesson import CASES
from console.practice.practice_window import PracticeWindow
from console.views.fleet_view import FleetView
from console.views.fleet_welcome import PRACTICE
from console.views.table import FLEET
from tests.screens.cards import read_to_end
from tests.screens.screen import Screen, Stage


async def welcome(stage: Stage) -> FleetView:
    stage.window.show_first_steps()
    await stage.settled()
    view = stage.window.view(FLEET)
    assert isinstance(view, FleetView)
    await stage.until(view.welcome.isVisible, "the first steps are shown")
    return view


async def first_steps(stage: Stage) -> QWidget:
    await welcome(stage)
    return stage.window


async def practice(stage: Stage) -> QWidget:
    (await welcome(stage)).welcome.wanted.emit(PRACTICE)
    own = await stage.shown(PracticeWindow)
    pane, desk = own.view.pane, own.view.desk
    await stage.until(lambda: len(pane.model.ask_ids()) == len(CASES), "all of them wait")
    pane.select_first()
    first = pane.model.ask_ids()[0]
    await stage.until(lambda: desk.detail and desk.detail.row.ask_id == first, "the first is on the card")
    await read_to_end(stage, own, desk)
    return own


async def leave_steps(stage: Stage, shown: QWidget) -> None:
    """The fleet is a list of agents again."""
    if shown.window() is not stage.window:
        shown.window().close()
        await stage.until(lambda: not stage.window.context.endings, "the practice is over and its folder gone")
        stage.window.activateWindow()
        await stage.until(stage.window.isActiveWindow, "the window is in front again")
    view = stage.window.view(FLEET)
    assert isinstance(view, FleetView)
    view.welcome.left.emit()
    await stage.settled()


BEGINNING = (
    Screen("first-steps", first_steps, leave_steps, sample=True),
    Screen("practice", practice, leave_steps, sample=True),
)
