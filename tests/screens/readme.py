"""The four pictures of the README: a request on its card, a run, the fleet, the audit log; all of the demo, in dark."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from tests.fixtures.camera import write_small
from tests.screens import decisions, rooms
from tests.screens.screen import Screen, Show, Stage


async def approvals(stage: Stage) -> QWidget:
    view = await decisions.card(stage, "sql.refund_order")
    view.desk.card.checks.boxes[0].setChecked(True)
    view.desk.tick()
    return stage.window


README_SCREENS: dict[str, Show] = {
    "approvals": approvals,
    "run": rooms.run,
    "fleet": rooms.fleet,
    "audit": rooms.audit,
}


def write_readme(folder: Path) -> tuple[Screen, ...]:
    """Screens that, when shown, are also written as small files into ``folder``."""

    def written(name: str, show: Show) -> Show:
        async def show_and_write(stage: Stage) -> QWidget:
            shown = await show(stage)
            stage.window.say("")  # passing news is no part of a screen
            await stage.whole(shown)
            write_small(shown, folder / f"{name}.png")
            return shown

        return show_and_write

    return tuple(Screen(f"readme-{name}", written(name, show)) for name, show in README_SCREENS.items())
