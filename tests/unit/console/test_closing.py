"""However the window is asked to end, the workspace closes in order, and what is waited for can be read."""

from __future__ import annotations

import inspect
import signal
import sys

import pytest
from PySide6.QtWidgets import QApplication

from console.app import ending_signals
from console.closing_list import ClosingList
from console.shutdown import RUNTIME_WITHIN_S
from console.theme.theme import Theme
from runtime.engine.supervisor import Supervisor

pytestmark = pytest.mark.window


def test_what_is_waited_for_can_be_read_until_it_ended(qapp: QApplication) -> None:
    called = ["sql.refund_order", "mail.send", "mail.send"]
    waiting = ClosingList(Theme("dark"), "Shop", lambda: called)
    waiting.begin()
    assert waiting.isVisible()
    assert waiting.headline.text() == "Waiting for 3 tool calls to end"
    assert waiting.waiting.text() == "sql.refund_order\nmail.send, 2 times"
    del called[1:]
    waiting.look()
    assert waiting.headline.text() == "Waiting for 1 tool call to end"
    waiting.end()
    assert not waiting.isVisible()


def test_the_window_gives_the_workspace_time_for_what_it_waits_for() -> None:
    grace = inspect.signature(Supervisor.close).parameters["grace_s"].default
    assert grace < RUNTIME_WITHIN_S


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP.")
def test_a_log_out_is_heard_like_an_interruption() -> None:
    heard = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(one, signal.SIG_DFL) for one in heard]  # a shell's job in the background ignores some
    try:
        assert set(heard) <= set(ending_signals())
    finally:
        for one, handler in zip(heard, before, strict=True):
            signal.signal(one, handler)


def test_nothing_in_flight_shows_nothing(qapp: QApplication) -> None:
    waiting = ClosingList(Theme("dark"), "Shop", lambda: ())
    waiting.begin()
    assert not waiting.isVisible()
    waiting.end()


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    if not hasattr(signal, "SIGHUP"):
        pytest.skip("This system has no SIGHUP.")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert signal.SIGHUP not in ending_signals()
    finally:
        signal.signal(signal.SIGHUP, before)
