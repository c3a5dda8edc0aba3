"""One run while it is read, when it can't be, while the journal is silent, and what is told in its own window."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from console.notices.notice import Notice
from console.views.run_window import RunWindow
from runtime.domain import commands as c
from runtime.domain.changes import Done
from runtime.domain.refusals import Refusal
from storage.errors import StorageUnavailable
from tests.fixtures.runs_screen import RunWorld, opened, run_world, screen
from tests.screens.states import Unanswered, Unreadable

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[RunWorld]:
    with run_world(qapp, tmp_path) as made:
        yield made


async def own_window(world: RunWorld) -> RunWindow:
    view = await screen(world)
    view.open_window("run-1")
    own = view.windows["run-1"]
    await world.until(lambda: own.page.detail and own.isActiveWindow() and not world.busy, "it is read in its window")
    return own


def test_of_another_run_nothing_stays_while_one_is_read(world: RunWorld) -> None:
    async def story() -> None:
        page = (await opened(world)).page
        before = page.header._title.text()
        assert page.plan.model.rowCount()
        world.story.history = waits = Unanswered(world.story.history)
        page.show_run("run-2")
        assert page.header._title.text() == "Being read"
        assert not page.plan.model.rowCount()
        assert page.filter.segment("calls").text() == "Tool calls"
        assert page.note.accessibleName().startswith("Tell it something")
        assert not page.facts._spend.isVisible()
        assert not page.facts.course.picture.lanes
        assert not page.header.pause.isEnabled()
        assert not page.header.more.isEnabled()
        assert "was read" in page.why_no_roll_back()
        world.story.history = waits._history
        waits.answer.set()
        await world.until(lambda: page.detail is not None and not world.busy, "it is read")
        assert page.header._title.text() not in ("", "Being read", before)
        assert page.header.more.isEnabled()
        assert page.facts._spend.isVisible()

    world.run(story())


@pytest.mark.may_block(reason="the log handler of pytest writes at once")
@pytest.mark.may_log(reason="what could not be read is told and noted")
def test_a_run_that_could_not_be_read_says_so_and_is_read_again_on_request(world: RunWorld) -> None:
    async def story() -> None:
        page = (await screen(world)).page
        history = world.story.history
        world.story.history = Unreadable(history)
        page.parentWidget().setCurrentWidget(page)  # type: ignore[union-attr]  # the stack of the screen
        page.show_run("run-1")
        await world.until(page.gone.isVisible, "it says that it could not be read")
        assert page.header._title.text() == "Not read"
        assert page.gone.accessibleName() == "This run could not be read. What was recorded is kept."
        world.story.history = history
        page.gone.button.click()
        await world.until(lambda: page.detail is not None and not world.busy, "it is read")
        assert not page.gone.isVisible()
        assert [type(error) for error, _ in world.crashes] == [StorageUnavailable]
        world.crashes.clear()

    world.run(story())


def test_the_own_window_of_a_run_says_since_when_the_journal_is_silent_and_asks_it_again(world: RunWorld) -> None:
    async def story() -> None:
        own = await own_window(world)
        window = world.window
        assert window is not None
        assert not own.stale.isVisible()
        world.story.silent = True
        window.heartbeat.ask_now()
        await world.until(own.stale.isVisible, "it says so")
        assert own.stale.accessibleName().startswith("The journal has not answered since ")
        assert not own.page.can_pause
        world.story.silent = False
        own.stale.button.click()
        await world.until(lambda: not own.stale.isVisible() and not world.busy, "it answers again")
        assert own.page.can_pause

    world.run(story())


def test_what_is_told_at_the_own_window_stands_there_and_is_closed_once(world: RunWorld) -> None:
    async def story() -> None:
        own = await own_window(world)
        assert world.window is not None
        main = world.window.toasts
        world.notices.tell(Notice("refused", "Not paused", "It has ended.", "pause"))
        assert "Not paused. It has ended." in own.toasts.texts
        assert own.toasts.texts == main.texts
        while own.toasts.texts:
            own.toasts.close_newest()
        assert main.texts == []
        world.window.activateWindow()
        await world.until(world.window.isActiveWindow, "the main window is in front")
        world.notices.tell(Notice("refused", "Not paused", "It has ended.", "pause"))
        assert (len(main.texts), own.toasts.texts) == (1, [])
        main.close_newest()

    world.run(story())


def test_the_window_of_a_run_may_be_closed_before_its_note_is_recorded(
    world: RunWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        own = await own_window(world)
        perform, let_go = world.story.perform, asyncio.Event()

        async def slowly(command: c.Command) -> Done | Refusal:
            await let_go.wait()
            return await perform(command)

        monkeypatch.setattr(world.story, "perform", slowly)
        own.page.note.setPlainText("The customer called")
        own.page.note.send()
        own.close()
        await world.until(lambda: not isValid(own), "it is gone")
        let_go.set()
        await world.until(lambda: not world.busy, "the note was recorded")
        assert [type(command) for command in world.story.performed] == [c.LeaveNote]

    world.run(story())
