"""Garbage is collected by rounds on the window's thread, and Python's own collector comes back afterwards."""

from __future__ import annotations

import gc
import weakref

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
