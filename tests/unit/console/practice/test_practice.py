"""Practice: three real requests on the real card; what was decided is told, and nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.first_run import FirstRun
from console.practice.lesson import CASES, Ruling, feedback, summary
from console.practice.opening import practise
from console.practice.practice_window import PracticeWindow
from runtime.domain.commands import Approve, Reject
from runtime.domain.ids import AskId
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
    window = await practise(world.context, lambda: heard.append("worked through"))
    assert window is not None
    history = window.context.runtime.history

    rows: list[AskRow] = []
    while len(rows) < len(CASES):
        rows = await history.asks()
        await world.until(lambda: True)
    return window, rows


async def titles(window: PracticeWindow, rows: list[AskRow]) -> dict[str, AskRow]:
    found = {}
    for row in rows:
        run = await window.context.runtime.history.run(row.run_id)
        assert run is not None
        found[run.row.title] = row
    return found


@pytest.mark.window
def test_three_requests_wait_are_decided_and_everything_is_thrown_away(world: WindowWorld) -> None:
    before = set(world.story.performed)

    async def story() -> None:
        window, rows = await opened(world)
        assert window.isVisible()
        assert "Nothing is sent" in window.mark.accessibleName()
        by_title = await titles(window, rows)
        assert set(by_title) == set(RULINGS)
        folder = window.context.runtime.folder
        for title, ruling in RULINGS.items():
            row = by_title[title]
            detail = await window.context.runtime.history.ask(row.ask_id)
            assert detail is not None
            ask_id, by = AskId(row.ask_id), window.context.operator()
            if ruling == "approved":
                checks = tuple(range(len(detail.checks)))
                window.context.runner.submit(Approve(ask_id, by, detail.digest, None, checks, 9_000))
            else:
                window.context.runner.submit(Reject(ask_id, by, "It sends everybody's data outside."))
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
        for ending in tuple(world.context.endings):
            await ending()
        assert not folder.exists()

    world.run(story())
