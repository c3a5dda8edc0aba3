"""The rooms of a workspace in which nothing has happened yet."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.views.table import APPROVALS, AUDIT, FLEET, RUNS, SPEND
from tests.screens.screen import Screen, Show, Stage


def room(number: int) -> Show:
    async def show(stage: Stage) -> QWidget:
        stage.window.show_view(number)
        await stage.settled()
        return stage.window

    return show


EMPTY = tuple(
    Screen(f"empty-{name}", room(number))
    for name, number in {"fleet": FLEET, "approvals": APPROVALS, "runs": RUNS, "audit": AUDIT, "spend": SPEND}.items()
)
