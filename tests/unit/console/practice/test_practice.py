"""Practice: three real requests on the real card; what was decided is told, and nothing of it is kept anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.first_run import FirstRun
from console.practice.lesson import CASES, Ruling, feedback, summary
from console.practice.opening import practise
from console.practice.practice_window import PracticeWindow
from console.views.approvals.begun_rejections import NOTHING, BegunRejections
from runtime.domain.words import AskState, Tier
from runtime.projections.rows import AskRow
from tests.fixtures.window_world import WindowWorld

RULINGS = {case.title: case.right for case in CASES}


def test_every_ruling_has_an_answer_and_the_sum_counts_what_was_right() -> None:
    for case in CASES:
        assert feedback(case, case.right).startswith("That was right.")
        wrong: Ruling = "rejected" if case.right == "approved" else "approved"
        assert "it would have been better" in feedback(case, wrong)
    assert sorted(case.right for case in CASES) == ["approved", "approved", "rejected"]
    assert summary(RULINGS).startswith("3 of 3")
    assert summary({**RULINGS, CASES[2].title: "approved"}).startswith("2 of 3")


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path)
    yield made
    made.close()
    assert made.crashes == []


async def opened(world: WindowWorld) -> tuple[PracticeWindow, list[AskRow]]:
    heard: list[str] = []
    beside = practise(world.context, lambda: None)
    window, second = await asyncio.gather(practise(world.context, lambda: heard.append("worked through")), beside)
    assert window is not None
    assert second is None, "pressed twice it is made once"
    history = window.context.runtime.history

    rows: list[AskRow] = []
    while len(rows) < len(CASES):
        rows = await history.asks()
        await world.until(lambda: True)
    return window, rows


def press(window: PracticeWindow, key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key)


async def walk_to(world: WindowWorld, window: PracticeWindow, ask_id: str) -> None:
    """J or K until it is on the card, then V until its end was on screen; keys count again."""
    desk, pane = window.view.desk, window.view.pane
    await world.until(lambda: QApplication.activeWindow() is window, "the practice is in front")
    await world.until(lambda: ask_id in pane.model.ask_ids(), "it is in the list")
    pane.list.setFocus()
    while pane.selected != ask_id:
        keys, chosen = pane.model.ask_ids(), pane.selected
        above = chosen in keys and keys.index(chosen) > keys.index(ask_id)
        press(window, Qt.Key.Key_K if above else Qt.Key.Key_J)
        assert pane.selected != chosen
    await world.until(lambda: desk.detail and desk.detail.row.ask_id == ask_id, "it is on the card")
    await world.until(lambda: desk.card.evidence.has_preview, "its preview is there")
    while not desk.card.evidence.has_seen_end:
        press(window, Qt.Key.Key_V)
        await world.until(lambda: True)
    world.pass_time(2.0)
    desk.tick()


async def approve(world: WindowWorld, window: PracticeWindow) -> None:
    """V and Space until no check is open, then A, held for its second where it can't be undone."""
    desk = window.view.desk
    while left := desk.card.checks.open_count:
        press(window, Qt.Key.Key_V)
        box = desk.card.checks.first_open()
        assert box is not None
        await world.until(box.hasFocus, "an open check has the keyboard")
        press(window, Qt.Key.Key_Space)
        assert desk.card.checks.open_count < left
    window.view.pane.list.setFocus()
    assert desk.detail is not None
    final = desk.detail.row.tier >= Tier.FINAL
    target = QApplication.focusWidget() or window
    QTest.keyPress(target, Qt.Key.Key_A)
    if final:
        assert desk.bar.approve.progress < 1, "a tap approves nothing that can't be undone"
        world.pass_time(1.1)
    await world.until(lambda: desk.detail and desk.detail.row.state is not AskState.WAITING, "it is approved")
    QTest.keyRelease(target, Qt.Key.Key_A)


async def reject(world: WindowWorld, window: PracticeWindow) -> None:
    """R, the first reason, Enter."""
    panel = window.view.desk.reject_panel
    press(window, Qt.Key.Key_R)
    await world.until(panel.isVisible, "the reasons are open")
    press(window, Qt.Key.Key_1)
    press(window, Qt.Key.Key_Return)


async def titles(window: PracticeWindow, rows: list[AskRow]) -> dict[str, AskRow]:
    found = {}
    for row in rows:
        run = await window.context.runtime.history.run(row.run_id)
        assert run is not None
        found[run.row.title] = row
    return found


@pytest.mark.window
def test_three_requests_wait_are_decided_by_keys_and_everything_is_thrown_away(world: WindowWorld) -> None:
    before = set(world.story.performed)

    async def story() -> None:
        window, rows = await opened(world)
        assert window.isVisible()
        assert "Nothing is sent" in window.mark.accessibleName()
        by_title = await titles(window, rows)
        assert set(by_title) == set(RULINGS)
        folder = window.context.runtime.folder
        for title, ruling in RULINGS.items():
            await walk_to(world, window, by_title[title].ask_id)
            await (approve if ruling == "approved" else reject)(world, window)
            await world.until(partial(window.rulings.__contains__, title), f"{title}: {ruling}")
        await world.until(lambda: window.rulings == RULINGS, "all three are decided")
        await world.until(lambda: "3 of 3" in window.told.accessibleName(), "the sum is told")
        assert FirstRun(world.context.settings, world.story.folder).practised == "3"
        again = await practise(world.context, lambda: None)
        assert again is window  # one at a time
        QTest.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        await world.until(lambda: not world.context.endings, "it is over")
        assert not folder.exists()

    world.run(story())
    assert set(world.story.performed) == before  # the workspace of the window knows nothing of it


@pytest.mark.window
def test_the_program_that_ends_ends_the_practice_too(world: WindowWorld) -> None:
    async def story() -> None:
        window, _rows = await opened(world)
        folder = window.context.runtime.folder
        window.hide()
        kept = BegunRejections(world.context.settings, folder)
        kept.keep("ask-1", 1, "because")
        for ending in tuple(world.context.endings):
            await ending()
        assert not folder.exists()
        assert kept.of("ask-1") == NOTHING

    world.run(story())
