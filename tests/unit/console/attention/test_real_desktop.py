"""The programs of a real desktop: a notification service (dunst) and a tray (trayer); skipped where one is absent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.attention.desktop import Desktop
from console.attention.message import Message
from console.attention.tray import Tray, TrayState
from console.theme.theme import Theme
from tests.fixtures.session_bus import session_bus

pytestmark = pytest.mark.window
PATIENCE_S = 60.0
STEP_MS = 20


def missing(*programs: str) -> str:
    """Why it can't be tried here, or nothing."""
    if not os.environ.get("DISPLAY"):
        return "There is no X display, so no desktop can be tried."
    absent = [name for name in programs if shutil.which(name) is None]
    return f"{', '.join(absent)} is not installed (apt install {' '.join(absent)})." if absent else ""


@contextlib.contextmanager
def running(*command: str, **more: str) -> Iterator[None]:
    """Another program for as long as the test lasts."""
    process = subprocess.Popen(
        command, env={**os.environ, **more}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


async def come_about(holds: Callable[[], bool], what: str) -> None:
    """Ask another program until it says so."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await asyncio.to_thread(holds):  # noqa: ASYNC110  (the other program tells nobody of itself)
                await asyncio.sleep(STEP_MS / 1000)
    except TimeoutError:
        raise AssertionError(f"This did not come about: {what}") from None


@pytest.mark.skipif(bool(missing("dunst", "dunstctl")), reason=missing("dunst", "dunstctl") or "nothing is missing")
async def test_a_real_notification_service_shows_it_takes_it_away_and_tells_of_a_click(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with session_bus() as address, running("dunst", DBUS_SESSION_BUS_ADDRESS=address):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)

        def told(*words: str) -> str:
            return subprocess.run(["dunstctl", *words], capture_output=True, text=True, check=False).stdout.strip()

        await come_about(lambda: told("count", "displayed") == "0", "dunst is there")
        desktop, pressed = Desktop("Operator console"), asyncio.Event()
        try:
            assert (await desktop.look()).buttons
            assert await desktop.show(Message("a", "A request waits", ".", critical=True)) == ""
            await come_about(lambda: told("count", "displayed") == "1", "it is on the screen")
            await desktop.withdraw("a")
            await come_about(lambda: told("count", "displayed") == "0", "it is taken away")
            urgent = Message("b", "An urgent request waits", "Answer by 14:32.", critical=True, on_click=pressed.set)
            assert await desktop.show(urgent) == ""
            await come_about(lambda: told("count", "displayed") == "1", "the other is on the screen")
            await asyncio.to_thread(told, "action", "0")
            async with asyncio.timeout(PATIENCE_S):
                await pressed.wait()
        finally:
            await desktop.close()


def wait_for(holds: Callable[[], object], what: str) -> None:
    """Let Qt work until it holds."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, f"This did not come about: {what}"
        QTest.qWait(STEP_MS)


@pytest.mark.skipif(bool(missing("trayer", "xdotool")), reason=missing("trayer", "xdotool") or "nothing is missing")
def test_a_real_tray_shows_the_sign_and_a_click_on_it_opens_the_window(qapp: QApplication) -> None:
    if qapp.platformName() != "xcb":
        pytest.skip("Qt draws without an X display here, so no tray can hold the sign.")
    heard: list[str] = []
    with running("trayer", "--edge", "top", "--width", "10", "--height", "24"):
        tray = Tray(Theme("dark"))
        tray.pressed.connect(lambda: heard.append("open"))
        wait_for(lambda: tray.available, "there is a tray")
        tray.show_state(TrayState(waiting=3, urgent=1))
        tray.show()
        wait_for(lambda: tray.icon.geometry().width() > 1, "the sign is in it")

        def clicked() -> bool:
            """A press before the tray has laid itself out hits nothing; the next one does."""
            middle = tray.icon.geometry().center()
            words = ["xdotool", "mousemove", str(middle.x()), str(middle.y()), "click", "1"]
            subprocess.run(words, check=True)
            QTest.qWait(STEP_MS)
            return bool(heard)

        wait_for(clicked, "the click arrived")
        tray.close()
    assert set(heard) == {"open"}
