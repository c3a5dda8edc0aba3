"""Whether a screen is whole: nothing on it is being read, its lists saw the newest record, no news lies over it."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from console.event_bridge import EventBridge
from console.notices.toasts import Toasts
from console.tasks import Tasks
from console.views.fleet_view import FleetView
from console.widgets.button import ActionButton
from tests.fixtures.real_console import STANDING

WAIT_FOR_A_PERSON = frozenset({"a second person"})
"""Tasks that stand still while a dialog is open."""
READS = (
    ("ShownAsk", "Loading"),
    ("PicturePanel", "Being read"),
    ("PlanDialog", "Reading the plan"),
    ("GroupCard", "Loading"),
    ("ShownRun", "Being read"),
    ("Palette", "Being read"),
)
"""What the program says in place of what it has not read yet, by the class that says it."""
LATER = ((Toasts, "_quiet"), (FleetView, "_reorder"))
"""Timers that read nothing: passing news goes, and the order of the cards, which is kept for 10 s, may change."""
_began: WeakKeyDictionary[EventBridge, int] = WeakKeyDictionary()


def tops(shown: QWidget) -> list[QWidget]:
    """The window that is pictured and those behind it."""
    return [top for top in QApplication.topLevelWidgets() if top.isVisible() or top is shown.window()]


def unread(shown: QWidget) -> list[str]:
    """One sentence for each thing that is still to come on what is shown."""
    found = [f"{name!r} is at work" for tasks in _tasks(shown) for name in tasks.names if name not in _STAND_STILL]
    for top in tops(shown):
        found += [f"{type(timer.parent()).__name__} looks again soon" for timer in _due(top)]
    found += [f"it says {text!r}" for text in _said(shown.window()) if text in _words_for_reading()]
    return found


def news_over(shown: QWidget) -> list[str]:
    """Notices that lie over it."""
    boxes = [box for top in tops(shown) for box in top.findChildren(Toasts)]
    return [f"a notice lies over it: {text}" for box in boxes for text in box.texts]


async def behind(shown: QWidget) -> list[str]:
    """One sentence for each window whose lists were not read since the newest record."""
    found = []
    for bridge in (bridge for top in tops(shown) for bridge in _bridges(top)):
        head = await bridge.runtime.history.caught_up()
        if head > max(bridge.told_to, _began.setdefault(bridge, head)):
            found.append(f"record {head} is not told yet, {bridge.told_to} was")
    return found


def picture_of(shown: QWidget) -> QImage:
    """As it is painted now; painting may make it say more, as when an end comes to be seen."""
    return shown.grab().toImage()


def _tasks(shown: QWidget) -> list[Tasks]:
    held = (getattr(getattr(top, "context", None), "tasks", None) for top in tops(shown))
    return list({id(tasks): tasks for tasks in held if isinstance(tasks, Tasks)}.values())


_STAND_STILL = STANDING | WAIT_FOR_A_PERSON


def _bridges(top: QWidget) -> list[EventBridge]:
    return [bridge for bridge in top.findChildren(EventBridge) if bridge.is_open]


def _due(top: QWidget) -> Iterator[QTimer]:
    """Timers that ring once, of what can be seen; those that ring again and again only move clocks."""
    for timer in top.findChildren(QTimer):
        owner = timer.parent()
        seen = (isinstance(owner, QWidget) and owner.isVisible()) or isinstance(owner, EventBridge)
        later = any(isinstance(owner, kind) and getattr(owner, name) is timer for kind, name in LATER)
        if seen and not later and timer.isSingleShot() and timer.isActive():
            yield timer


def _said(window: QWidget) -> Iterator[str]:
    for widget in window.findChildren(QWidget):
        if widget.isVisible():
            if isinstance(widget, QLabel | ActionButton):
                yield widget.text()
            yield widget.accessibleDescription()


def _words_for_reading() -> set[str]:
    return {QCoreApplication.translate(context, text) for context, text in READS}
