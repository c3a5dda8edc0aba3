"""No order of reserving, settling, releasing and expiring passes a cap; what is decided is what was counted."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.agent_spec import Limits
from runtime.domain.budget import Amount, Cap, CapKind, Caps, Reservation
from runtime.domain.budget_state import Book, Terms, evolve_book, evolve_terms
from runtime.domain.commands import SetCaps
from runtime.domain.decide_budget import caps_in_force, decide_keep, decide_reserve, decide_set_caps
from runtime.domain.events.budget import CapRaised, ReservationMade, ReservationSettled
from runtime.domain.events.workspace import SettingsSaved
from runtime.domain.ids import ReservationId, RunId
from runtime.domain.refusals import Refusal
from runtime.domain.settings import WorkspaceSettings
from runtime.domain.standings import Spender
from tests.fixtures.plain_account import AGENTS, DAYS, MONTH, Ledger, reservation


def amounts(most: int) -> st.SearchStrategy[Amount]:
    return st.builds(Amount, st.integers(0, most), st.integers(0, most))


def caps(most: int) -> st.SearchStrategy[Cap]:
    bound = st.just(0) | st.integers(1, most)
    return st.builds(Cap, bound, bound)


all_caps = st.builds(
    Caps, caps(60), caps(120), caps(150), caps(300), st.dictionaries(st.sampled_from(AGENTS), caps(90), max_size=2)
)


@st.composite
def calls(draw: st.DrawFn, most: int = 12) -> list[tuple[Reservation, Amount, str]]:
    """Calls with what they will really cost, and how they will end."""
    made = []
    for number in range(draw(st.integers(1, most))):
        worst = draw(amounts(40))
        agent = draw(st.sampled_from(AGENTS))
        run = f"run-{agent}-{draw(st.integers(1, 3))}"
        cost = Amount(draw(st.integers(0, worst.micros)), draw(st.integers(0, worst.tokens)))
        how = draw(st.sampled_from(("settled", "released", "expired", "unsure")))
        made.append((reservation(str(number), agent, draw(st.sampled_from(DAYS)), worst, run), cost, how))
    return made


def end(ledger: Ledger, held: Reservation, cost: Amount, how: str) -> None:
    match how:
        case "settled":
            ledger.settle(held.reservation_id, cost)
        case "released":
            ledger.settle(held.reservation_id, Amount())
        case "unsure":
            ledger.settle(held.reservation_id, held.worst, sure=False)
        case _:
            ledger.take(decide_keep(ledger.book, held.reservation_id, 0))
            ledger.expire(held.reservation_id)


@settings(max_examples=120, deadline=None)
@given(all_caps, calls(), st.data())
def test_in_any_order_of_completion_no_cap_is_passed(
    wanted: Caps, made: list[tuple[Reservation, Amount, str]], data: st.DataObject
) -> None:
    ledger = Ledger(wanted, Limits(cost_micros=50))
    taken = [call for call in made if ledger.reserve(call[0])]
    order: list[tuple[Reservation, Amount, str]] = data.draw(st.permutations(taken))
    for held, cost, how in order:
        end(ledger, held, cost, how)
    assert ledger.book.open == {}
    assert ledger.book.all.held == Amount()


@settings(max_examples=120, deadline=None)
@given(all_caps, calls(20), st.data())
def test_reserving_while_others_complete_passes_no_cap_either(
    wanted: Caps, made: list[tuple[Reservation, Amount, str]], data: st.DataObject
) -> None:
    ledger = Ledger(wanted)
    running: list[tuple[Reservation, Amount, str]] = []
    for call in made:
        while running and bool(data.draw(st.booleans())):
            end(ledger, *running.pop(data.draw(st.integers(0, len(running) - 1))))
        if ledger.reserve(call[0]):
            running.append(call)
    for call in running:
        end(ledger, *call)
    assert ledger.book.all.held == Amount()


def test_a_cap_takes_what_fits_exactly_and_not_a_micro_dollar_more() -> None:
    ledger = Ledger(Caps(day=Cap(100)))
    assert ledger.reserve(reservation("1", AGENTS[0], DAYS[0], Amount(60, 5)))
    assert not ledger.reserve(reservation("2", AGENTS[1], DAYS[0], Amount(41, 5)))
    assert ledger.reserve(reservation("3", AGENTS[1], DAYS[0], Amount(40, 5)))
    assert ledger.reserve(reservation("4", AGENTS[1], DAYS[1], Amount(100, 5)))


def test_the_refusal_says_which_cap_and_what_is_left() -> None:
    ledger = Ledger(Caps(day=Cap(20_000_000)))
    assert ledger.reserve(reservation("1", AGENTS[0], DAYS[0], Amount(19_700_000, 5)))
    ledger.settle("1", Amount(19_400_000, 5))
    assert ledger.reserve(reservation("2", AGENTS[0], DAYS[0], Amount(300_000, 5)))
    third = reservation("3", AGENTS[0], DAYS[0], Amount(550_000, 5))
    refusal = decide_reserve(ledger.book, ledger.caps, ledger.spender(third), third)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "cap"
    assert refusal.sentence == (
        "The workspace's cap of a day is $20.00: $19.40 spent, $0.30 reserved. This call may cost up to $0.55."
    )


def test_what_is_given_back_can_be_used_again() -> None:
    ledger = Ledger(Caps(month=Cap(100)))
    assert ledger.reserve(reservation("1", AGENTS[0], DAYS[0], Amount(100, 5)))
    ledger.settle("1", Amount(30, 5))
    assert not ledger.reserve(reservation("2", AGENTS[0], DAYS[2], Amount(71, 5)))
    assert ledger.reserve(reservation("3", AGENTS[0], DAYS[2], Amount(70, 5)))
    assert isinstance(ledger.events[1], ReservationSettled)


def test_what_a_person_allowed_beyond_a_cap_is_that_runs_alone() -> None:
    ledger = Ledger(Caps(day=Cap(100)))
    assert ledger.reserve(reservation("1", AGENTS[0], DAYS[0], Amount(100, 5), "mine"))
    given_to = RunId("mine")
    given = CapRaised(given_to, AGENTS[0], DAYS[0], (CapKind.DAY,), Amount(50))
    ledger.book = evolve_book(ledger.book, given)
    ledger.caps = msgspec.structs.replace(ledger.caps, day=Cap(150))  # what the plain account allows altogether
    strict = Caps(day=Cap(100))

    def fits(name: str, run: str, micros: int) -> bool:
        one = reservation(name, AGENTS[0], DAYS[0], Amount(micros, 1), run)
        return not isinstance(decide_reserve(ledger.book, strict, ledger.spender(one), one), Refusal)

    assert not fits("2", "another", 1)
    assert not fits("3", "mine", 51)
    assert fits("4", "mine", 50)
    later = reservation("5", AGENTS[0], DAYS[1], Amount(101, 1), "mine")
    assert isinstance(decide_reserve(ledger.book, strict, ledger.spender(later), later), Refusal)


def test_what_a_run_holds_in_another_month_is_held_under_its_cap() -> None:
    """A call made before midnight of the last day is still under way."""
    limits = Limits(cost_micros=100)
    before = msgspec.structs.replace(reservation("1", AGENTS[0], DAYS[2], Amount(90, 5)), run_id=RunId("r"))
    after = msgspec.structs.replace(before, reservation_id=ReservationId("2"), day="2026-12-01")
    held = evolve_book(Book(MONTH), ReservationMade(before)).held_by(RunId("r"))
    spender = Spender(RunId("r"), AGENTS[0], after.day, Amount(), limits, held)
    assert isinstance(decide_reserve(Book("2026-12"), Caps(), spender, after), Refusal)
    little = msgspec.structs.replace(after, worst=Amount(10, 5))
    assert not isinstance(decide_reserve(Book("2026-12"), Caps(), spender, little), Refusal)


def test_caps_are_set_whole_and_the_days_money_is_a_setting() -> None:
    settings_now = WorkspaceSettings(day_cap_micros=20)
    wanted = Caps(day=Cap(30, 5), month=Cap(100))
    decided = decide_set_caps(Terms(), settings_now, SetCaps(wanted, "anna"))
    assert not isinstance(decided, Refusal)
    caps_set, saved = (fact.event for fact in decided)
    assert isinstance(saved, SettingsSaved)
    terms = evolve_terms(Terms(), caps_set)  # type: ignore[arg-type]
    assert caps_in_force(terms, saved.settings) == wanted
    assert isinstance(decide_set_caps(terms, saved.settings, SetCaps(wanted, "anna")), Refusal)
    negative = decide_set_caps(terms, saved.settings, SetCaps(Caps(run=Cap(-1)), "anna"))
    assert isinstance(negative, Refusal)
    assert "old caps hold" in negative.sentence
