"""Whoever starts the program sees at once that it has started; who closes that again does not get a window."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.app import WindowOptions, run_window
from console.first_steps import open_for_work
from console.opening_window import OpeningWindow
from console.window import ConsoleWindow
from runtime.interface import Runtime
from storage.lock import owner_of

pytestmark = pytest.mark.window


def shown() -> list[OpeningWindow]:
    return [
        widget for widget in QApplication.topLevelWidgets() if isinstance(widget, OpeningWindow) and widget.isVisible()
    ]


@pytest.mark.parametrize("closed", [False, True])
def test_it_stands_there_until_the_window_does(qapp: QApplication, tmp_path: Path, closed: bool) -> None:
    told: list[str] = []
    windows: list[ConsoleWindow] = []

    async def opening() -> Runtime:
        (meanwhile,) = shown()
        told.append(meanwhile.headline.text())
        assert meanwhile._painted.is_set()
        runtime = await open_for_work(tmp_path / "shop", demo=False, operator="Anna")
        if closed:
            meanwhile.close()
        return runtime

    def begin(window: ConsoleWindow) -> None:
        windows.append(window)
        assert not shown()
        asyncio.get_running_loop().call_soon(window.quit)

    assert run_window(opening, WindowOptions(tmp_path / "window.ini", name="shop", on_window=begin)) == 0
    assert told == ["Opening the workspace shop"]
    assert len(windows) == (0 if closed else 1)
    assert owner_of(tmp_path / "shop") is None  # closed in order
