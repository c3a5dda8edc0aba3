"""Garbage while agents work without a window: what was there is left out, what comes is still collected."""

import gc
import weakref

from console.cli.collecting import YOUNG, collected_seldom


class Knot:
    """Holds itself, so that only the collector can take it away."""

    def __init__(self) -> None:
        self.me = self


def test_what_was_there_is_not_looked_through_and_all_is_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with collected_seldom():
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold()[0] == YOUNG
    assert gc.get_freeze_count() == 0
    assert gc.get_threshold() == before


def test_garbage_in_cycles_is_still_taken_away() -> None:
    was_on = gc.isenabled()
    gc.enable()  # as it is in a process without a window
    try:
        with collected_seldom():
            gone = weakref.ref(Knot())
            kept = [Knot() for _ in range(2 * YOUNG)]
            assert gone() is None
        assert len(kept) == 2 * YOUNG
    finally:
        if not was_on:
            gc.disable()
