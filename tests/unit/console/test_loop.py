"""A callback of the window's loop finds its loop running, whoever lets Qt work."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication

from console.loop import WindowLoop

pytestmark = pytest.mark.window


def test_what_comes_due_between_two_runs_knows_its_loop(qapp: QApplication) -> None:
    loop = WindowLoop(qapp)
    found: list[object] = []

    async def work() -> None:
        await asyncio.sleep(0)
        found.append(asyncio.get_running_loop())

    try:
        task = loop.create_task(work())
        while not task.done():
            qapp.processEvents()
        task.result()
        assert found == [loop]
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        loop.run_until_complete(work())
        assert found == [loop, loop]
    finally:
        loop.close()
