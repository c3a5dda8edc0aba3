"""The notice centre: nothing is lost before there is a window, one kind of crash is shown once."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QApplication

from console.notices.centre import NoticeCentre, fault_sentence
from console.notices.crash_report import crash_report, kind_of, without_secrets
from console.notices.notice import Notice

pytestmark = pytest.mark.window


def _crash(text: str = "boom") -> ValueError:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_what_was_told_before_the_window_is_shown_when_it_exists(qapp: QApplication) -> None:
    centre, shown = NoticeCentre(), list[Notice]()
    centre.refused("No room.")
    centre.listen(shown.append)
    centre.done("Saved.")
    centre.stop_listening()
    centre.done("Later.")
    assert [(notice.tone, notice.sentence or notice.headline) for notice in shown] == [
        ("refused", "No room."),
        ("done", "Saved."),
    ]


@pytest.mark.may_log("crashes are logged")
def test_one_kind_of_crash_is_shown_once_and_counted(qapp: QApplication) -> None:
    centre, shown = NoticeCentre(), list[Notice]()
    centre.listen(shown.append)
    for _ in range(3):
        centre.crashed(_crash(), "a test")
    assert len(shown) == 1
    assert "Times: 3" in centre.reports()


@pytest.mark.may_log("crashes are logged")
def test_crashes_of_slots_threads_and_the_loop_arrive_and_hooks_are_given_back(qapp: QApplication) -> None:
    centre, shown = NoticeCentre(), list[Notice]()
    centre.listen(shown.append)
    before = (sys.excepthook, threading.excepthook)
    loop = asyncio.new_event_loop()
    centre.own_hooks(loop)
    try:
        sys.excepthook(ValueError, _crash("slot"), None)
        thread = threading.Thread(target=lambda: int("x"), name="worker")
        thread.start()
        thread.join()
        qapp.sendPostedEvents(centre, 0)
        loop.call_exception_handler({"message": "Task exception", "exception": KeyError("lost")})
    finally:
        centre.release_hooks()
        loop.close()
    assert len(shown) == 3
    assert "thread worker" in centre.reports()
    assert (sys.excepthook, threading.excepthook) == before


def test_what_qt_says_goes_to_the_log(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    centre = NoticeCentre()
    centre.own_hooks()
    try:
        with caplog.at_level(logging.WARNING, "console"):
            qWarning("QObject::connect: nonsense")
            qWarning("This plugin does not support propagateSizeHints()")
    finally:
        centre.release_hooks()
    assert [record.getMessage() for record in caplog.records] == ["Qt: QObject::connect: nonsense"]


def test_a_crash_report_names_places_and_no_secrets(qapp: QApplication) -> None:
    error = _crash("token sk-ant-abcdefghijklmnopqrstuvwxyz0123456789 for anna@example.org")
    report = crash_report(error, "a gesture")
    assert "ValueError" in report
    assert "test_centre.py" in report
    assert "sk-ant" not in report
    assert "anna@example.org" not in report
    assert kind_of(error).startswith("ValueError at test_centre.py:")
    assert without_secrets("password: hunter2") == "password: [removed]"


def test_faults_of_the_world_speak_for_themselves(qapp: QApplication) -> None:
    assert "No space" in fault_sentence(OSError(28, "No space left on device"))
    assert "no answer in time" in fault_sentence(TimeoutError())
    assert fault_sentence(ValueError("x")) == ""
