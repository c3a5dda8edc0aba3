"""A window is whole on its screen: at the first start, when the screen became smaller, when it is gone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console import window_geometry
from console.window_geometry import fitted, restore

pytestmark = pytest.mark.window
LAPTOP, LARGE = QRect(0, 27, 1366, 741), QRect(1366, 0, 2560, 1440)
LEAST = QSize(1100, 700)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def framed(window: QWidget) -> QRect:
    """What it takes of the screen once it has its frame."""
    margins = window_geometry._frame(window)
    return QRect(window.pos(), window.size().grownBy(margins))


@pytest.mark.parametrize("screen", [LAPTOP, QRect(0, 0, 1024, 600), QRect(0, 0, 1440, 900), LARGE])
def test_the_first_start_never_exceeds_the_screen(
    window: QWidget, monkeypatch: pytest.MonkeyPatch, screen: QRect
) -> None:
    monkeypatch.setattr(window_geometry, "available_screens", lambda: [screen])
    restore(window, None, LEAST)
    assert screen.contains(framed(window))
    assert window.minimumWidth() <= window.width()
    assert window.minimumHeight() <= window.height()
    if screen is LARGE:
        assert (window.size(), window.minimumSize()) == (QSize(1440, 900), LEAST)


def test_what_was_saved_on_a_large_screen_fits_the_small_one(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    window.setGeometry(300, 200, 1800, 1200)
    saved = QByteArray(window.saveGeometry())
    monkeypatch.setattr(window_geometry, "available_screens", lambda: [LAPTOP])
    restore(window, saved, LEAST)
    assert LAPTOP.contains(framed(window))


def test_a_window_that_fits_stays_where_it_is_and_one_from_a_lost_screen_comes_back() -> None:
    fits = QRect(1500, 100, 1200, 800)
    assert fitted(fits, [LAPTOP, LARGE]) == fits
    assert fitted(fits, [LAPTOP]) == QRect(166, 27, 1200, 741)
    assert fitted(QRect(-300, -50, 1200, 700), [LAPTOP]) == QRect(0, 27, 1200, 700)
    assert fitted(fits, []) == fits
