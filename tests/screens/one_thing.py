"""One run, in its own window too, and the search: while they are read, when they can't be, and while the journal is
silent."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.change_set import ChangeSet
from console.views.palette import Palette
from console.views.run_window import RunWindow
from console.views.runs_view import RunsView
from console.views.table import RUNS
from tests.screens.around import close_notices, in_front
from tests.screens.screen import Screen, Stage, close_it
from tests.screens.states import Unanswered, Unreadable, answered_again, silent

READ, OTHER = "run-1", "run-2"


async def runs_view(stage: Stage) -> RunsView:
    stage.window.show_view(RUNS)
    await stage.settled()
    view = stage.window.view(RUNS)
    assert isinstance(view, RunsView)
    return view


async def run(stage: Stage) -> RunsView:
    """One that was read."""
    view = await runs_view(stage)
    view.open_item(READ)
    await stage.until(lambda: view.page.detail and view.page.detail.row.run_id == READ, "the run is read")
    await stage.settled()
    return view


async def own_window(stage: Stage) -> RunWindow:
    """The same in its own window."""
    (await run(stage)).open_window(READ)
    own = await stage.shown(RunWindow)
    await stage.until(lambda: own.page.detail, "the run is read in its own window")
    await stage.until(own.isActiveWindow, "its own window is in front")
    await stage.settled()
    return own


async def loading_run(stage: Stage) -> QWidget:
    """Another run was opened; of the one before nothing is left."""
    view = await run(stage)
    stage.story.story.history = Unanswered(stage.story.story.history)
    view.open_item(OTHER)
    return stage.window


async def loading_window(stage: Stage) -> QWidget:
    view = await runs_view(stage)
    stage.story.story.history = Unanswered(stage.story.story.history)
    view.open_window(OTHER)
    return next(iter(view.windows.values()))


async def read_at_last(stage: Stage, shown: QWidget) -> None:
    held = stage.story.story.history
    assert isinstance(held, Unanswered)
    stage.story.story.history = held._history
    held.answer.set()
    await away(stage, shown)


async def unreadable_run(stage: Stage) -> QWidget:
    view = await runs_view(stage)
    stage.story.story.history = Unreadable(stage.story.story.history)
    view.open_item(OTHER)
    await stage.until(lambda: stage.window.toasts.texts, "it is told")
    return stage.window


async def unreadable_window(stage: Stage) -> QWidget:
    """It was read before, and is to be read again."""
    own = await own_window(stage)
    stage.story.story.history = Unreadable(stage.story.story.history)
    own._refresher.touch(ChangeSet(everything=True))
    await stage.until(lambda: own.toasts.texts, "it is told where the person is")
    return own


async def readable_again(stage: Stage, shown: QWidget) -> None:
    held = stage.story.story.history
    assert isinstance(held, Unreadable)
    stage.story.story.history = held._history
    await close_notices(stage, shown)
    stage.window.touch(ChangeSet(everything=True))
    await away(stage, shown)


async def stale_run(stage: Stage) -> QWidget:
    await run(stage)
    await silent(stage)
    return stage.window


async def stale_window(stage: Stage) -> QWidget:
    own = await own_window(stage)
    await silent(stage)
    return own


async def speaks_again(stage: Stage, shown: QWidget) -> None:
    await answered_again(stage)
    await away(stage, shown)


async def away(stage: Stage, shown: QWidget) -> None:
    """A window or dialog of its own goes; the main one is in front again, with the list of runs."""
    await close_it(stage, shown)
    (await runs_view(stage)).show_list()
    await in_front(stage)


async def searched(stage: Stage) -> Palette:
    """The palette with its first answer."""
    stage.window.dialogs.open_palette()
    palette = await stage.shown(Palette)
    await stage.settled()
    return palette


async def loading_search(stage: Stage) -> QWidget:
    palette = await searched(stage)
    stage.story.story.history = Unanswered(stage.story.story.history)
    palette.field.setText("refund")
    await stage.until(lambda: palette.list.isHidden(), "it says that it looks")
    return palette


async def unreadable_search(stage: Stage) -> QWidget:
    palette = await searched(stage)
    stage.story.story.history = Unreadable(stage.story.story.history)
    palette.field.setText("refund")
    await stage.until(lambda: palette.list.isHidden() and stage.window.toasts.texts, "it says that it could not look")
    return palette


ONE_THING = (
    Screen("loading-run", loading_run, read_at_last, loading=True),
    Screen("loading-run-window", loading_window, read_at_last, loading=True),
    Screen("loading-palette", loading_search, read_at_last, loading=True),
    Screen("error-run", unreadable_run, readable_again, news=True),
    Screen("error-run-window", unreadable_window, readable_again, news=True),
    Screen("error-palette", unreadable_search, readable_again, news=True),
    Screen("stale-run", stale_run, speaks_again),
    Screen("stale-run-window", stale_window, speaks_again, sample=True),
)
