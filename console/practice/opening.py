"""Opens the practice once at a time, and ends it with the window it was opened from."""

from __future__ import annotations

from collections.abc import Callable

from console.context import ConsoleContext
from console.first_run import FirstRun
from console.practice.practice_window import PracticeWindow
from console.practice.workspace import open_practice
from console.presenters.wording import say

_open: dict[int, PracticeWindow | None] = {}
"""By window; None while its practice is being made."""


async def practise(context: ConsoleContext, changed: Callable[[], None]) -> PracticeWindow | None:
    """Show the practice of this window; ``changed`` when it was worked through. None: nobody decides here yet."""
    if id(context) in _open:
        if (shown := _open[id(context)]) is not None:
            shown.raise_()
            shown.activateWindow()
        return shown
    _open[id(context)] = None
    try:
        return await _opened(context, changed)
    finally:
        if _open[id(context)] is None:
            del _open[id(context)]  # there is none after all


async def _opened(context: ConsoleContext, changed: Callable[[], None]) -> PracticeWindow | None:
    people = await context.runtime.history.operators()
    person = next((one for one in people if one.operator_id == context.operator()), None)
    if person is None:
        context.notices.refused(say("Nobody decides here yet. Add an operator in the settings first."))
        return None
    runtime = await open_practice(person)
    window = PracticeWindow(context, runtime)
    _open[id(context)] = window
    first_run = FirstRun(context.settings, context.runtime.folder)

    def worked_through(right: int) -> None:
        first_run.note_practice(right)
        changed()

    def over() -> None:
        _open.pop(id(context), None)
        context.endings.remove(window.end)

    context.endings.append(window.end)
    window.done.connect(worked_through)
    window.closed.connect(over)
    window.start()
    return window
