"""Garbage is collected by rounds on the window's thread, and Python's own collector comes back afterwards."""

from __future__ import annotations

import gc
import sys
import weakref
from types import ModuleType

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console import garbage
from console.garbage import GarbageRounds

pytestmark = pytest.mark.window


class _Knot:
    """Refers to itself, so that only the collector can end it."""

    def __init__(self) -> None:
        self.me = self
        self.held = QObject()


def test_cycles_end_in_a_round_and_the_collector_is_given_back(qapp: QApplication) -> None:
    gc.enable()
    before = gc.get_threshold()
    rounds = GarbageRounds()
    rounds.start()
    try:
        assert not gc.isenabled()
        knot = weakref.ref(_Knot())
        young = [_Knot() for _ in range(gc.get_threshold()[0] + 1)]
        assert knot() is not None, "nothing is collected by itself"
        assert rounds.collect_due() >= 0
        assert knot() is None
        assert young
    finally:
        rounds.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == before


def test_what_was_set_aside_is_looked_at_again_later(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "FULL_ROUNDS", 2)
    before = gc.get_threshold()
    rounds = GarbageRounds()
    rounds.start()

    def full_round() -> None:
        while rounds.collect_due() != 2:
            assert [_Knot() for _ in range(gc.get_threshold()[0] + 1)]

    try:
        gc.set_threshold(100, 1, 1)
        held = _Knot()
        knot = weakref.ref(held)
        full_round()
        del held
        gc.collect()
        assert knot() is not None, "it was set aside"
        full_round()
        assert knot() is None
    finally:
        gc.set_threshold(*before)
        rounds.stop()


def test_a_package_that_was_imported_is_set_aside(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = GarbageRounds()
    rounds.start()
    try:
        held = _Knot()
        knot = weakref.ref(held)
        for number in range(garbage.IMPORTED):
            monkeypatch.setitem(sys.modules, f"imported_{number}", ModuleType("imported"))
        rounds.collect_due()
        del held
        gc.collect()
        assert knot() is not None, "it belongs to the package, for all that is known"
    finally:
        rounds.stop()
    gc.collect()
    assert knot() is None


def test_where_a_round_had_something_to_do_the_next_comes_sooner(qapp: QApplication) -> None:
    rounds = GarbageRounds()
    rounds.start()
    try:
        assert rounds._timer.interval() == garbage.EVERY_MS
        young = [_Knot() for _ in range(gc.get_threshold()[0] + 1)]
        assert rounds.collect_due() >= 0
        assert rounds._timer.interval() == garbage.SOON_MS
        assert rounds.collect_due() == -1
        assert rounds._timer.interval() == garbage.EVERY_MS
        assert young
    finally:
        rounds.stop()
