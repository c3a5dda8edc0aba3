"""A text is not cut inside a number: what is left of one would say something else."""

from __future__ import annotations

import pytest

from console.theme.cutting import with_whole_numbers


@pytest.mark.parametrize(
    ("text", "cut", "shown"),
    [
        ("Refund order 1003, $84.00", "Refund order 1003, $8…", "Refund order 1003…"),
        ("Refund order 1003, $84.00", "Refund order 1003, $84.…", "Refund order 1003…"),
        ("Refund order 1003, $84.00", "Refund order 1003, $…", "Refund order 1003…"),
        ("Refund order 1003, $84.00", "Refund order 1003,…", "Refund order 1003,…"),
        ("Refund order 1003, $84.00", "Refund order 10…", "Refund order…"),
        ("Refund order 1003, $84.00", "Refund ord…", "Refund ord…"),
        ("Refund order 1003, $84.00", "Refund order 1003, $84.00", "Refund order 1003, $84.00"),
        ("Pay 1,212,400 now", "Pay 1,212…", "Pay…"),
        ("13:38:42", "13:38:…", "…"),
        ("wait 5 s, then look", "wait 5…", "wait 5…"),
        ("ends in …", "ends in …", "ends in …"),
        ("4711", "…", "…"),
    ],
)
def test_a_number_is_shown_whole_or_not_at_all(text: str, cut: str, shown: str) -> None:
    assert with_whole_numbers(text, cut) == shown
