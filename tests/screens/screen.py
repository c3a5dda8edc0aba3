"""What a screen of the tables is: a name, the way a person gets there, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from runtime.projections.rows import AskDetail
from tests.fixtures.real_console import PATIENCE_S, PAUSE_S, STANDING, Person
from tests.fixtures.window_world import WindowWorld
from tests.screens.whole import WAIT_FOR_A_PERSON, behind, picture_of, unread

Kind = TypeVar("Kind", bound=QWidget)


@dataclass(slots=True)
class Stage(Person):
    """The person before the window; ``world`` where the window stands over a story whose clocks can be moved."""

    world: WindowWorld | None = None
    waiting: dict[str, AskDetail] = field(default_factory=dict)
    """The story's asks, while a screen shows that none of them waits."""

    @property
    def story(self) -> WindowWorld:
        """The world, where there is one."""
        assert self.world is not None, "this screen needs a story"
        return self.world

    async def settled(self) -> None:
        """Nothing is being read or sent, and the newest record was told to every window."""
        await self.quiet(self.window)

    async def quiet(self, shown: QWidget) -> None:
        """The same for one window."""
        missing = [""]
        try:
            async with asyncio.timeout(PATIENCE_S):
                while missing:
                    await asyncio.sleep(PAUSE_S)  # Qt shows what was added in the same moment
                    missing = unread(shown) or await behind(shown) or unread(shown)
        except TimeoutError:
            raise AssertionError(f"This is never whole: {'; '.join(missing)}") from None

    async def whole(self, shown: QWidget) -> None:
        """All of it is there: nothing is being read, and to paint it once more makes no difference."""
        await self.quiet(shown)
        before, now = None, picture_of(shown)
        while now != before:
            await self.quiet(shown)
            before, now = now, picture_of(shown)

    async def shown(self, kind: type[Kind]) -> Kind:
        """A window or dialog of this class, open and filled."""

        def found() -> Kind | None:
            tops = (top for top in QApplication.topLevelWidgets() if isinstance(top, kind))
            return next((top for top in tops if top.isVisible()), None)

        top = await self.until(found, f"the {kind.__name__} is open")
        assert isinstance(top, kind)
        names = self.window.context.tasks
        await self.until(lambda: not set(names.names) - STANDING - WAIT_FOR_A_PERSON, f"{kind.__name__} is filled")
        return top


Show = Callable[[Stage], Awaitable[QWidget]]
Leave = Callable[[Stage, QWidget], Awaitable[None]]


async def close_it(stage: Stage, shown: QWidget) -> None:
    """Dialogs and other windows go; the main window stays."""
    if isinstance(shown, QDialog):
        shown.reject()
    elif shown.window() is not stage.window:
        shown.window().close()
    await stage.settled()


@dataclass(frozen=True, slots=True)
class Screen:
    """One line of a table. ``show`` answers the widget that is pictured; ``sample``: also in the short run, see README.

    A new screen or dialog is a line in ``decisions.py``, ``rooms.py``, ``dialogs.py``, ``beginning.py`` (the demo) or
    ``states.py`` (a story: what the demo does not show). Pictures, the walk of a screen reader and the checks for
    clipped words all go through the same tables.
    """

    name: str
    show: Show
    leave: Leave = close_it
    sample: bool = False
    loading: bool = False
    """It is pictured while it waits for an answer; every other screen is pictured when it is whole."""
    news: bool = False
    """Notices that lie over it belong to it."""
