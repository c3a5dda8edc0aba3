"""How a call ends in the book: settled, released, expired or kept; who is warned; prices that people enter."""

import msgspec

from runtime.domain.budget import HELD_FOR, Amount, Cap, CapKind, Caps, EnteredPrice
from runtime.domain.budget_state import Terms, Used, evolve_terms
from runtime.domain.commands import EnterPrice, RemovePrice
from runtime.domain.decide_budget import (
    decide_enter_price,
    decide_expire_reservation,
    decide_keep,
    decide_remove_price,
    settle_facts,
)
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events.budget import (
    CapNeared,
    ReservationExpired,
    ReservationKept,
    ReservationMade,
    ReservationReleased,
    ReservationSettled,
)
from runtime.domain.ids import ReservationId
from runtime.domain.loop_commands import Spent
from runtime.domain.refusals import Refusal
from tests.fixtures.plain_account import AGENTS, DAYS, MONTH, Ledger, reservation


def test_a_call_that_cost_nothing_is_released_and_one_that_is_not_told_counts_in_full() -> None:
    ledger = Ledger(Caps(day=Cap(100)))
    for name in "12":
        assert ledger.reserve(reservation(name, AGENTS[0], DAYS[0], Amount(50, 5)))
    ledger.settle("1", Amount())
    ledger.settle("2", Amount(50, 5), sure=False)
    released, settled = [e for e in ledger.events if not isinstance(e, ReservationMade | CapNeared)]
    assert isinstance(released, ReservationReleased)
    assert isinstance(settled, ReservationSettled)
    assert not settled.sure
    assert ledger.book.all == Used(Amount(50, 5))


def test_a_call_that_did_cost_more_than_reserved_is_told_truly_and_holds_the_later_ones_back() -> None:
    """The provider answered with a dearer tier or model: what is spent is spent, and the cap holds from then on."""
    ledger = Ledger(Caps(day=Cap(100)))
    for name in "12":
        assert ledger.reserve(reservation(name, AGENTS[0], DAYS[0], Amount(40, 5)))
    held = ledger.told["1"].reservation
    ledger.caps = Caps()  # the plain account allows what a provider did on its own
    ledger.settle("1", Amount(70, 5))
    settled = next(event for event in ledger.events if isinstance(event, ReservationSettled))
    assert (settled.beyond, settled.cost, settled.held) == (True, Amount(70, 5), held)
    ledger.settle("2", Amount(20, 5))
    assert ledger.book.all == Used(Amount(90, 10))
    ledger.caps = Caps(day=Cap(100))
    assert not ledger.reserve(reservation("3", AGENTS[0], DAYS[0], Amount(11, 1)))
    assert ledger.reserve(reservation("4", AGENTS[0], DAYS[0], Amount(10, 1)))


def test_eighty_percent_are_warned_about_once_a_cap_and_period() -> None:
    ledger = Ledger(Caps(day=Cap(100), month=Cap(1_000)))
    for name, worst in (("1", 79), ("2", 1), ("3", 10), ("4", 10)):
        assert ledger.reserve(reservation(name, AGENTS[0], DAYS[0], Amount(worst, 1)))
        ledger.settle(name, Amount(worst, 1))
    assert ledger.reserve(reservation("5", AGENTS[0], DAYS[1], Amount(80, 1)))
    ledger.settle("5", Amount(80, 1))
    neared = [event for event in ledger.events if isinstance(event, CapNeared)]
    assert [(one.kind, one.key, one.spent.micros) for one in neared] == [
        (CapKind.DAY, DAYS[0], 80),
        (CapKind.DAY, DAYS[1], 80),
    ]
    ledger = Ledger(Caps(day=Cap(1_000, 100)))
    for name, tokens in (("1", 79), ("2", 1), ("3", 10)):
        assert ledger.reserve(reservation(name, AGENTS[0], DAYS[0], Amount(1, tokens)))
        ledger.settle(name, Amount(1, tokens))
    assert [one.spent.tokens for one in ledger.events if isinstance(one, CapNeared)] == [80]


def test_an_expired_reservation_that_passes_eighty_percent_is_warned_about() -> None:
    ledger = Ledger(Caps(day=Cap(100)))
    assert ledger.reserve(reservation("1", AGENTS[0], DAYS[0], Amount(80, 1)))
    ledger.expire("1")
    [neared] = [event for event in ledger.events if isinstance(event, CapNeared)]
    assert (neared.kind, neared.spent.micros) == (CapKind.DAY, 80)


def test_a_kept_reservation_stays_held_and_is_told_once() -> None:
    ledger = Ledger(Caps(day=Cap(100)))
    of_next_year = msgspec.structs.replace(reservation("1", AGENTS[0], DAYS[0], Amount(100, 5)), until=9_000 * HELD_FOR)
    assert ledger.reserve(of_next_year)
    assert ledger.take(decide_keep(ledger.book, ReservationId("1"), 5))
    assert isinstance(ledger.events[-1], ReservationKept)
    assert "not known" in ledger.events[-1].sentence
    assert ledger.events[-1].until == 5 + HELD_FOR  # the clock was set back meanwhile
    assert isinstance(decide_keep(ledger.book, ReservationId("1"), 5), Refusal)
    assert not ledger.reserve(reservation("2", AGENTS[0], DAYS[0], Amount(1, 1)))
    ledger.expire("1")
    assert isinstance(ledger.events[-2], ReservationExpired)
    assert isinstance(ledger.events[-1], CapNeared)
    assert ledger.book.all == Used(Amount(100, 5))


def test_the_same_reservation_is_settled_once() -> None:
    ledger = Ledger(Caps(day=Cap(100)))
    assert ledger.reserve(reservation("1", AGENTS[0], DAYS[0], Amount(100, 5)))
    ledger.settle("1", Amount(40, 5))
    spender = ledger.spender(ledger.told["1"].reservation)
    assert settle_facts(ledger.book, ledger.caps, spender, Spent(ReservationId("1"), MONTH, Amount(40, 5))) == []
    late = decide_expire_reservation(ledger.book, ledger.caps, spender, None, ReservationId("1"))
    assert isinstance(late, Refusal)


def test_prices_are_entered_replaced_and_removed_by_people() -> None:
    terms = Terms()

    def take(decided: Decided) -> None:
        nonlocal terms
        assert isinstance(decided, list), decided
        for fact in decided:
            assert isinstance(fact, Fact)
            terms = evolve_terms(terms, fact.event)  # type: ignore[arg-type]

    take(decide_enter_price(terms, EnterPrice("compatible:x/m", EnteredPrice(1, 2), "anna")))
    take(decide_enter_price(terms, EnterPrice("compatible:x/m", EnteredPrice(3, 4), "anna")))
    assert terms.prices == {"compatible:x/m": EnteredPrice(3, 4)}
    assert terms.numbers == {"compatible:x/m": 2}
    assert isinstance(decide_enter_price(terms, EnterPrice("m", EnteredPrice(1, 2), "anna")), Refusal)
    assert isinstance(decide_enter_price(terms, EnterPrice("x/m", EnteredPrice(-1, 2), "anna")), Refusal)
    assert isinstance(decide_remove_price(terms, RemovePrice("x/m", "anna")), Refusal)
    take(decide_remove_price(terms, RemovePrice("compatible:x/m", "anna")))
    assert terms.prices == {}
