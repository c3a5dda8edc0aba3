"""The gestures that hold in every view."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.actions import Action
from console.presenters.wording import say
from console.views.picture_panel import add_picture_action
from console.views.table import FLEET, SAMPLE, SETTINGS, VIEWS

if TYPE_CHECKING:
    from console.window import ConsoleWindow


def add_window_actions(window: ConsoleWindow) -> None:
    """Views by number, search, pause all, undo, panes, keys, settings, about, back, what was set aside."""
    actions = window.context.actions

    def tr(text: str) -> str:
        return QCoreApplication.translate("Actions", text)

    present = set(window.rail.items)
    for entry in VIEWS:
        if entry.number in present:
            title = tr("Go to {view}").format(view=say(entry.title))
            shown = Action(f"view.{entry.number}", title, (f"Ctrl+{entry.number}",), icon=entry.icon)
            actions.add(shown, partial(window.show_view, entry.number))
    if SETTINGS in present:
        keys = ("Ctrl+,", f"Ctrl+{SETTINGS}")
        settings = Action("settings", tr("Open settings"), keys, hint=tr("settings"), icon="settings")
        actions.add(settings, window.open_settings)
    grants = Action("grants", tr("Standing grants: see and revoke"), icon="hourglass")
    actions.add(grants, partial(window.open_settings, "grants"))
    search = Action("search", tr("Search"), ("Ctrl+K",), hint=tr("search"), icon="search", searchable=False)
    actions.add(search, window.dialogs.open_palette)
    pause = Action("pause_all", tr("Pause or resume all agents"), ("Ctrl+Shift+P",), hint=tr("pause all"), icon="pause")
    actions.add(pause, window.pause_or_resume_all, enabled=lambda: not window.heartbeat.is_stale)
    title = tr("Take the last decision back")
    undo = Action("undo", title, ("Ctrl+Z",), hint=tr("undo"), icon="undo-2", searchable=False)
    actions.add(undo, window.held.take_back_newest, enabled=lambda: _can_undo(window))
    pane = Action("next_pane", tr("Next pane"), ("F6",), hint=tr("next pane"), searchable=False)
    actions.add(pane, window.next_pane)
    add_picture_action(actions, lambda: window)
    duty = Action("duty", tr("Go on duty or off duty"), icon="user")
    actions.add(duty, window.queue.toggle_duty, enabled=lambda: not window.heartbeat.is_stale)
    week = Action("week", tr("This week: how well you are asked"), icon="activity")
    actions.add(week, window.queue.open_week)
    sample = Action("review", tr("Review a sample of what ran without asking"), icon="eye")
    actions.add(sample, partial(window.open_ask, SAMPLE), enabled=lambda: not window.heartbeat.is_stale)
    actions.add(Action("keys", tr("Show all keys"), ("?",), hint=tr("all keys"), icon="info"), window.dialogs.open_keys)
    steps = Action("first_steps", tr("First steps, and practice on made-up requests"), icon="target")
    actions.add(steps, window.show_first_steps, enabled=lambda: FLEET in present)
    leave = Action("quit", tr("Quit: no new step starts, what runs is waited for"), ("Ctrl+Q",), icon="power")
    actions.add(leave, window.quit)
    aside = Action("aside", tr("Go back to what waits as you left it"), icon="undo-2")
    actions.add(aside, window.dialogs.aside.back, enabled=lambda: bool(window.dialogs.aside.waiting))
    about = Action("about", tr("Version, licences and help"), ("F1",), hint=tr("help"), icon="help")
    actions.add(about, window.dialogs.open_about)
    close = Action("close_notice", tr("Close the newest notice"), ("Esc",), hint=tr("close"), searchable=False)
    actions.add(close, window.toasts.close_newest, enabled=lambda: bool(window.toasts.texts))


def _can_undo(window: ConsoleWindow) -> bool:
    return window.held.newest is not None and not window.heartbeat.is_stale
