"""Three may be mistyped; then each further one waits longer, and after an hour the count begins anew."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.missed_passphrases import (
    FORGOTTEN_AFTER_S,
    LONGEST_WAIT_S,
    SECOND,
    Missed,
    missed_again,
    told_wrong,
    too_soon,
    wait_s,
)
from runtime.domain.settings import Operator

BEN = Operator("ben", "Ben")


def test_waits_grow_and_are_told() -> None:
    assert [wait_s(Missed(times)) for times in range(8)] == [0, 0, 0, 5, 10, 20, 40, 80]
    assert wait_s(Missed(1_000_000)) == LONGEST_WAIT_S
    said = [told_wrong(Missed(times), BEN).sentence for times in (1, 2, 3)]
    assert said[0] == "That is not the passphrase of Ben. Nothing was approved."
    assert said[1].endswith("It is the 2nd wrong one in a row.")
    assert said[2].endswith("It is the 3rd wrong one in a row. The next is looked at in 5 s.")
    assert "11th wrong one" in told_wrong(Missed(11), BEN).sentence


def test_the_next_is_looked_at_when_its_time_has_come() -> None:
    missed = Missed(4, 100 * SECOND)
    refused = too_soon(missed, BEN, 103 * SECOND)
    assert refused is not None
    assert "in 7 s" in refused.sentence
    assert too_soon(missed, BEN, 110 * SECOND) is None


@given(st.lists(st.integers(0, 2 * FORGOTTEN_AFTER_S * SECOND), max_size=30))
def test_only_those_close_together_are_counted(gaps: list[int]) -> None:
    missed, now = Missed(), 10 * FORGOTTEN_AFTER_S * SECOND
    for gap in gaps:
        now += gap
        before, missed = missed, missed_again(missed, now)
        fresh = now - before.at > FORGOTTEN_AFTER_S * SECOND
        assert missed == Missed(1 if fresh else before.times + 1, now)
        assert too_soon(missed, BEN, now + LONGEST_WAIT_S * SECOND) is None
