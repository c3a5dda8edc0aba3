"""What was typed to reject a request is there until it was recorded or left by hand: also after a restart, and where
the journal refused it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.views.approvals.begun_rejections import MOST, NOTHING, BegunRejections
from runtime.domain import commands as c
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState
from tests.fixtures.approvals_screen import down, opened, sent, settled, tap
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_a_rejection_that_was_begun_is_there_after_a_restart(qapp: QApplication, tmp_path: Path) -> None:
    before = WindowWorld(qapp, tmp_path)

    async def begun() -> None:
        view = await opened(before)
        tap(before, "r")
        down(before, Qt.Key.Key_2, "2")
        QTest.keyClicks(view.desk.reject_panel.line, "the invoice of")

    before.run(begun())
    before.close()
    assert "the invoice of" in (tmp_path / "window.ini").read_text("utf-8")
    after = WindowWorld(qapp, tmp_path)

    async def ended() -> None:
        view = await opened(after)
        tap(after, "r")
        assert view.desk.reject_panel.reason == "A check is missing: the invoice of"
        down(after, Qt.Key.Key_Return)
        await settled(after, view, AskState.HELD)
        (command,) = sent(after, c.Reject)
        assert isinstance(command, c.Reject)
        assert command.reason == "A check is missing: the invoice of"
        kept = BegunRejections(after.context.settings, after.story.folder)
        assert kept.of("ask-refund") == NOTHING, "the journal has it now"

    after.run(ended())
    after.close()
    assert before.crashes + after.crashes == []


def test_a_rejection_that_was_refused_keeps_its_words(world: WindowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(_command: object) -> Refusal:
        return Refusal("The journal could not be written.")

    async def story() -> None:
        view = await opened(world)
        monkeypatch.setattr(world.story, "perform", refused)
        tap(world, "r")
        down(world, Qt.Key.Key_1, "1")
        down(world, Qt.Key.Key_Return)
        await world.until(lambda: not world.busy and view.desk.is_open, "it was refused")
        world.pass_time(1)
        tap(world, "r")
        assert view.desk.reject_panel.reason == "Wrong target"

    world.run(story())


def test_they_are_kept_by_workspace_and_the_oldest_go(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    here, there = (BegunRejections(settings, tmp_path / name) for name in ("one", "two"))
    for number in range(MOST + 1):
        here.keep(f"ask-{number}", 1, f"because {number}")
    assert here.of("ask-0") == NOTHING
    assert here.of(f"ask-{MOST}") == (1, f"because {MOST}")
    assert there.of("ask-1") == NOTHING
    here.forget("ask-1")
    assert here.of("ask-1") == NOTHING
    settings.setValue(there._key, "nothing to read")
    assert there.of("ask-1") == NOTHING
    there.keep("ask-1", -1, "a note")
    assert there.of("ask-1") == (-1, "a note")
