"""Fails a test that leaves a window open or a Qt timer running."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Generator
from typing import Any

import pytest

_started: weakref.WeakSet[Any] = weakref.WeakSet()
_patch = pytest.MonkeyPatch()


def pytest_sessionstart() -> None:
    """Remembers every QTimer that is started from here on; Qt itself keeps no list of them."""
    from PySide6.QtCore import QTimer

    start: Any = QTimer.start

    def remembered(self: QTimer, *arguments: Any) -> None:
        _started.add(self)
        start(self, *arguments)

    _patch.setattr(QTimer, "start", remembered)


def pytest_sessionfinish() -> None:
    """Gives the timers back."""
    _patch.undo()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """After pytest-qt closed what the test registered: tells what is still there."""
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    faults = _open_windows() + _running_timers()
    if faults:
        pytest.fail(f"The test left behind: {'; '.join(faults)}", pytrace=False)


def _open_windows() -> list[str]:
    """Windows still on screen; they are closed here so that only the guilty test fails."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return []
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    open_windows = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    names = [f"open window {type(widget).__name__} {widget.windowTitle()!r}" for widget in open_windows]
    for widget in open_windows:
        widget.close()
        widget.deleteLater()
    return names


def _running_timers() -> list[str]:
    """Timers the test started that still run; they are stopped here for the same reason."""
    import shiboken6

    names = []
    for timer in list(_started):
        if shiboken6.isValid(timer) and timer.isActive():
            owner = type(timer.parent()).__name__ if timer.parent() else "nobody"
            names.append(f"running timer {timer.objectName()!r} of {owner}, every {timer.interval()} ms")
            timer.stop()
    _started.clear()
    return names
