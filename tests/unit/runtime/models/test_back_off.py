"""Pauses before a model is asked again."""

import pytest

from runtime.models.back_off import LONGEST_S, PATIENCE_S, pause_before


def test_each_pause_is_twice_as_long_and_scattered() -> None:
    assert [pause_before(attempt, 0.5, None, 1.0) for attempt in (2, 3, 4)] == [0.5, 1.0, 2.0]
    assert [pause_before(attempt, 0.5, None, 0.0) for attempt in (2, 3, 4)] == [0.25, 0.5, 1.0]
    drawn = {pause_before(2, 0.5, None) for _ in range(50)}
    assert len(drawn) > 1
    assert all(pause is not None and 0.25 <= pause <= 0.5 for pause in drawn)


def test_no_pause_of_our_own_grows_without_end() -> None:
    assert pause_before(40, 0.5, None, 1.0) == LONGEST_S


@pytest.mark.parametrize("scatter", [0.0, 0.5, 1.0])
def test_it_never_asks_sooner_than_the_provider_said(scatter: float) -> None:
    pause = pause_before(2, 0.5, 20.0, scatter)
    assert pause is not None
    assert 20.0 <= pause <= 20.25


def test_a_provider_that_asks_for_a_very_long_pause_is_not_waited_for() -> None:
    assert pause_before(2, 0.5, PATIENCE_S, 0.0) == PATIENCE_S
    assert pause_before(2, 0.5, PATIENCE_S + 1) is None


def test_a_pause_of_nothing_or_less_is_our_own() -> None:
    assert pause_before(2, 0.5, 0.0, 1.0) == 0.5
    assert pause_before(2, 0.5, -3.0, 1.0) == 0.5
