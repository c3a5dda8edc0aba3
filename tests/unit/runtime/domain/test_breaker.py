"""The breaker holds its promises whatever calls do and in whichever order: driven by random calls."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runtime.domain.breaker import (
    CLOSED,
    FAILURES,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    LONGEST_WISH,
    PERSON_PAUSE,
    PROBE_FOR,
    SECOND,
    Breaker,
    Standing,
    answered,
    dropped,
    due,
    failed,
    may_ask,
    pause_after,
    told,
    trying,
)


def opened(at: int = 0) -> Breaker:
    breaker = CLOSED
    for _ in range(FAILURES):
        breaker = failed(breaker, at, "No.")
    return breaker


def test_it_opens_with_the_last_of_so_many_failures_in_a_row_and_not_before() -> None:
    breaker = CLOSED
    for _ in range(FAILURES - 1):
        breaker = failed(breaker, 0, "No.")
        assert may_ask(breaker, 0)
    breaker = answered(breaker, 0)
    for _ in range(FAILURES - 1):
        breaker = failed(breaker, 0, "No.")
    assert breaker.closed  # one answer in between, and it counts anew
    breaker = failed(breaker, 0, "No.")
    assert (breaker.standing, breaker.probe_at) == (Standing.OPEN, FIRST_PAUSE)


def test_a_key_that_is_not_taken_opens_it_at_once_and_an_answer_closes_it() -> None:
    breaker = failed(CLOSED, 0, "The key was not taken.", by_person=True)
    assert (breaker.standing, breaker.probe_at) == (Standing.OPEN, PERSON_PAUSE)
    assert answered(breaker, 5).closed
    assert due(breaker, 7).probe_at == 7
    assert "tried again in 5 min. The key was not taken." in told("openai", breaker, 0)


def test_each_pause_is_twice_as_long_until_it_is_as_long_as_it_gets() -> None:
    breaker, pauses = opened(), []
    for _ in range(8):
        pauses.append(breaker.probe_at - breaker.since)
        now = breaker.probe_at
        breaker = failed(trying(breaker, now), now, "No.")
    assert pauses == [FIRST_PAUSE * n for n in (1, 2, 4, 8, 16, 32)] + [LONGEST_PAUSE] * 2
    assert failed(CLOSED, 0, "", 10**15, by_person=True).probe_at == LONGEST_WISH


class Calls(RuleBasedStateMachine):
    """Calls begin, answer, fail, are dropped; time passes; people press the key."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000 * SECOND
        self.breaker = CLOSED
        self.probes = 0
        self.probe_began = 0
        self.in_a_row = 0

    @rule(seconds=st.integers(0, 1_500))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @rule()
    def a_call_is_wanted(self) -> None:
        allowed = may_ask(self.breaker, self.now)
        after = trying(self.breaker, self.now)
        if self.breaker.closed:
            assert allowed
            assert after == self.breaker
        elif allowed:
            lost = self.now - self.probe_began >= PROBE_FOR
            assert self.probes == 0 or lost, "two calls try it at once"
            assert after.standing is Standing.HALF_OPEN
            self.probes, self.probe_began = 1, self.now
        else:
            assert after == self.breaker
        self.breaker = after

    @rule(wish=st.integers(0, 10_000), by_person=st.booleans())
    def a_call_fails(self, wish: int, by_person: bool) -> None:
        before, self.in_a_row = self.breaker, self.in_a_row + 1
        self.breaker = failed(before, self.now, "No.", wish * SECOND, by_person=by_person)
        if before.standing is Standing.OPEN:
            assert self.breaker == before
            return
        self.probes = 0
        if before.closed and self.in_a_row < FAILURES and not by_person:
            assert self.breaker.closed
        else:
            assert self.breaker.standing is Standing.OPEN
            pause = self.breaker.probe_at - self.now
            least = max(pause_after(before.openings + 1), PERSON_PAUSE if by_person else 0)
            assert least <= pause <= max(LONGEST_WISH, least)

    @rule()
    def a_call_answers(self) -> None:
        self.breaker = answered(self.breaker, self.now)
        self.in_a_row = self.probes = 0
        assert self.breaker.closed
        assert may_ask(self.breaker, self.now)

    @precondition(lambda self: self.breaker.standing is Standing.HALF_OPEN)
    @rule()
    def the_call_that_tries_is_dropped(self) -> None:
        self.breaker = dropped(self.breaker, self.now)
        self.probes = 0
        assert may_ask(self.breaker, self.now)

    @rule()
    def a_person_wants_it_tried(self) -> None:
        before = self.breaker
        self.breaker = due(before, self.now)
        if before.standing is Standing.OPEN:
            assert may_ask(self.breaker, self.now)
        else:
            assert self.breaker == before

    @invariant()
    def it_never_stays_shut_for_good(self) -> None:
        assert may_ask(self.breaker, self.now + max(LONGEST_WISH, PROBE_FOR))

    @invariant()
    def it_says_how_it_stands(self) -> None:
        assert bool(told("openai", self.breaker, self.now)) is not self.breaker.closed


TestCalls = Calls.TestCase
