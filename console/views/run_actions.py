"""The keys of a run: steps, expand, follow, roll back, pause, note, filter; alike in each window that shows one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.actions import Action, Actions
from console.views.table import RUNS
from runtime.domain.commands import ResumeRun
from runtime.domain.ids import RunId
from runtime.domain.words import RunState

if TYPE_CHECKING:
    from console.views.run_page import RunPage

Press = Callable[[], None]
RUN_KEYS = (
    "run.next+run.before",
    "run.expand",
    "run.follow",
    "run.roll_back",
    "run.pause",
    "run.note",
    "run.filter",
    "picture.numbers",
)


def tr(text: str) -> str:
    """Translated, for texts outside a QObject."""
    return QCoreApplication.translate("RunActions", text)


def add_run_actions(
    actions: Actions,
    page: RunPage,
    *,
    active: Callable[[], bool] = lambda: True,
    step: Callable[[int], None] | None = None,
    open_chosen: Press | None = None,
    filter_list: Press | None = None,
) -> None:
    """``active`` says whether the run is on screen; else the list beside it gets J, K, Enter and /."""

    def move(by: int) -> Press:
        def press() -> None:
            if active() or step is None:
                page.timeline.step(by)
            else:
                step(by)

        return press

    def or_else(mine: Press, other: Press | None) -> Press:
        return lambda: mine() if active() or other is None else other()

    def alive() -> bool:
        return active() and page.detail is not None

    def truthful() -> bool:
        return alive() and not page.stale_since

    def waits_by_itself() -> bool:
        """For a model, as a rule; not for a person."""
        detail = page.detail
        return detail is not None and detail.row.state is RunState.WAITING and not detail.row.waiting_asks

    def ask_again() -> None:
        page.context.runner.submit(ResumeRun(RunId(page.run_id), page.context.operator()))

    table = (
        (
            Action(
                "run.next", tr("Next step or run"), ("J",), RUNS, tr("next, before"), repeats=True, searchable=False
            ),
            move(1),
            lambda: True,
        ),
        (
            Action("run.before", tr("Step or run before"), ("K",), RUNS, tr("before"), repeats=True, searchable=False),
            move(-1),
            lambda: True,
        ),
        (
            Action(
                "run.open",
                tr("Open the run, or the whole step"),
                ("Return", "Enter"),
                RUNS,
                tr("open"),
                searchable=False,
            ),
            or_else(page.open_step, open_chosen),
            lambda: True,
        ),
        (
            Action("run.expand", tr("Show more of the step"), ("Space",), RUNS, tr("expand"), searchable=False),
            page.expand_step,
            alive,
        ),
        (Action("run.follow", tr("Follow live"), ("L",), RUNS, tr("follow live")), page.toggle_following, alive),
        (
            Action("run.roll_back", tr("Roll back"), ("Z",), RUNS, tr("roll back"), "rollback"),
            page.roll_back,
            lambda: truthful() and page.can_roll_back,
        ),
        (
            Action("run.pause", tr("Pause or resume this run"), ("P",), RUNS, tr("pause"), "pause"),
            page.pause_or_resume,
            lambda: truthful() and page.can_pause,
        ),
        (
            Action("run.note", tr("Tell the agent something"), ("N",), RUNS, tr("note"), "note"),
            page.write_note,
            lambda: truthful() and page.can_note,
        ),
        (
            Action("run.filter", tr("Filter"), ("/",), RUNS, tr("filter"), searchable=False),
            or_else(page.next_filter, filter_list),
            lambda: True,
        ),
        (
            Action("run.ask_again", tr("Ask its model again now"), (), RUNS, tr("ask again"), "play"),
            ask_again,
            lambda: truthful() and waits_by_itself(),
        ),
        (
            Action("run.stop", tr("Stop this run"), (), RUNS, tr("stop"), "stop"),
            page.stop_run,
            lambda: truthful() and page.can_stop,
        ),
        (
            Action("run.copy_text", tr("Copy this run as evidence, text"), (), RUNS, "", "copy"),
            page.menu.copy_text,
            alive,
        ),
        (
            Action("run.copy_json", tr("Copy this run as evidence, JSON"), (), RUNS, "", "copy"),
            page.menu.copy_json,
            alive,
        ),
    )
    why_not: dict[str, Press] = {"run.roll_back": lambda: page.tell_no_roll_back() if alive() else None}
    for action, press, enabled in table:
        actions.add(action, press, enabled=enabled, when_off=why_not.get(action.id))
