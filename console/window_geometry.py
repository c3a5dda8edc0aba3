"""Where a window goes: as it was last time, and never larger than the screen it is on, its frame included."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMargins, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QWidget

FIRST_SIZE = QSize(1440, 900)
MAIN_KEY = "window/v1/geometry"
"""Where the settings keep the place of the main window."""
MAIN_LEAST = (1100, 700)
"""Width and height below which the main window is not usable (UX, section 11)."""
_BORDER = 4


def available_screens() -> list[QRect]:
    """What bars and docks leave of each screen, the main one first."""
    first = QGuiApplication.primaryScreen()
    others = [screen for screen in QGuiApplication.screens() if screen is not first]
    return [screen.availableGeometry() for screen in (*([first] if first else []), *others)]


def fitted(framed: QRect, screens: list[QRect]) -> QRect:
    """A window with its frame, moved and shrunk as little as needed to be whole on the screen its middle is on."""
    if not screens:
        return framed
    room = next((screen for screen in screens if screen.contains(framed.center())), screens[0])
    size = framed.size().boundedTo(room.size())
    left = min(max(framed.left(), room.left()), room.right() - size.width() + 1)
    top = min(max(framed.top(), room.top()), room.bottom() - size.height() + 1)
    return QRect(left, top, size.width(), size.height())


def restore(window: QWidget, saved: object, least: QSize, first: QSize = FIRST_SIZE) -> None:
    """As it was saved, or in the middle at its ``first`` size; ``least`` gives way where the screen is smaller."""
    screens, frame = available_screens(), _frame(window)
    restored = isinstance(saved, QByteArray) and window.restoreGeometry(saved)
    if restored and (window.isMaximized() or window.isFullScreen()):
        window.setMinimumSize(least)
        return
    framed = window.geometry().marginsAdded(frame)
    if not restored:
        framed = QRect(framed.topLeft(), first.grownBy(frame))
        if screens:
            framed.setSize(framed.size().boundedTo(screens[0].size()))
            framed.moveCenter(screens[0].center())
    framed = fitted(framed, screens)
    inner = framed.marginsRemoved(frame)
    window.setMinimumSize(least.boundedTo(inner.size()) if _too_small(framed, screens) else least)
    window.resize(inner.size())
    window.move(framed.topLeft())


def _too_small(framed: QRect, screens: list[QRect]) -> bool:
    """Whether the window fills its screen in one direction, so that its least size may not fit."""
    rooms = [screen for screen in screens if screen.contains(framed.center())]
    return any(framed.width() >= room.width() or framed.height() >= room.height() for room in rooms)


def _frame(window: QWidget) -> QMargins:
    """What the system draws around it; before it was ever shown only a guess is possible."""
    inner, outer = window.geometry(), window.frameGeometry()
    if outer != inner:
        return QMargins(
            inner.left() - outer.left(), inner.top() - outer.top(), outer.right() - inner.right(),
            outer.bottom() - inner.bottom(),
        )  # fmt: skip
    bar = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight, None, window)
    return QMargins(_BORDER, max(bar, 28) + _BORDER, _BORDER, _BORDER)
