"""The note of the action bar is read whole at every width: it is what warns that an action is final."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from console.views.approvals.action_bar import ActionBar
from tests.fixtures.approvals_screen import opened
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def laid_out() -> None:
    """Every layout that was asked for is done; one may ask for another."""
    for _ in range(3):
        QApplication.sendPostedEvents()


def row_of(bar: ActionBar) -> QRect:
    """Where the buttons are."""
    row = bar.approve.parentWidget()
    assert row is not None
    return row.geometry()


def notes_are_whole(bar: ActionBar) -> bool:
    """Every sentence beside the buttons, one after the other."""
    whole = []
    for said in (bar.final_note, "Released early. Hold Q for 1 s.", "Read what will run to its end"):
        bar.note.setText(said)
        laid_out()
        inside = bar.rect().contains(bar.note.geometry())
        over = bar.note.geometry().intersects(row_of(bar))
        whole.append(inside and not over and not bar.note.is_elided)
    return all(whole)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("width", [1100, 1440, 1920])
def test_the_warning_that_an_action_is_final_is_never_cut(
    qapp: QApplication, tmp_path: Path, width: int, scale: float
) -> None:
    world = WindowWorld(qapp, tmp_path, "dark", scale)

    async def story() -> None:
        view = await opened(world)
        assert world.window is not None
        world.window.resize(width, 900)
        bar = view.desk.bar
        await world.until(lambda: world.window and world.window.width() == width, "the window has its size")
        for box in view.desk.card.checks.boxes:
            box.setChecked(True)
        view.desk.tick()
        assert bar.note.text() == bar.final_note
        await world.until(lambda: not bar.note.is_elided, "the warning is whole")
        laid_out()
        assert "Hold A for 1 s" in bar.note.text()
        world.context.actions.remapped = lambda name: ("Q",) if name == "approvals.approve" else None
        world.context.actions.tell_changed()
        view.desk.tick()
        assert "Hold Q for 1 s" in bar.note.text()  # the key that does it now, wherever it is named
        laid_out()
        places = [button.geometry() for button in bar.buttons]
        assert notes_are_whole(bar)
        care = [bar.shelve.geometry(), bar.hand_over.geometry()]
        assert all(bar.rect().contains(place) and not place.intersects(row_of(bar)) for place in care)
        assert (
            bar.note.geometry().right() < min(place.left() for place in care)
            or min(place.top() for place in care) < bar.note.geometry().top()
        )
        assert [button.geometry() for button in bar.buttons] == places  # another sentence moves no button
        assert bar.rect().contains(row_of(bar))

    try:
        world.run(story())
    finally:
        world.close()
    assert world.crashes == []


def test_an_ask_about_a_cap_has_its_own_answers_and_a_suggested_amount(qapp: QApplication, tmp_path: Path) -> None:
    world = WindowWorld(qapp, tmp_path)

    async def story() -> None:
        view = await opened(world)
        bar = view.desk.bar
        told: list[str] = []
        bar.told.connect(told.append)
        bar.show_kind("cap")
        bar.suggest(123_456)
        assert bar.extra.isVisibleTo(bar)
        assert bar.extra.value() == 0.13  # a cent too much is enough, a cent too little is not
        assert [bar.outcomes[key].isVisibleTo(bar) for key in ("raise", "partial", "stop")] == [True] * 3
        assert not bar.approve.isVisibleTo(bar)
        for key in ("raise", "partial", "stop"):
            bar.outcomes[key].activated.emit()
        assert told == ["raise", "partial", "stop"]
        bar.show_kind("action")
        assert bar.approve.isVisibleTo(bar)

    try:
        world.run(story())
    finally:
        world.close()
