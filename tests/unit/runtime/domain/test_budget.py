"""No order of reserving, settling, releasing and expiring passes a cap; what is decided is what was counted."""

from dataclasses import dataclass, field

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.agent_spec import Limits
from runtime.domain.budget import HELD_FOR, NOTHING, Amount, Cap, CapKind, Caps, EnteredPrice, Reservation
from runtime.domain.budget_state import Book, Terms, Used, evolve_book, evolve_terms
from runtime.domain.commands import EnterPrice, RemovePrice, SetCaps
from runtime.domain.decide_budget import (
    caps_in_force,
    decide_enter_price,
    decide_expire_reservation,
    decide_keep,
    decide_remove_price,
    decide_reserve,
    decide_set_caps,
    settle_facts,
)
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events import BudgetEvent
from runtime.domain.events.budget import (
    CapNeared,
    CapRaised,
    ReservationExpired,
    ReservationKept,
    ReservationMade,
    ReservationReleased,
    ReservationSettled,
)
from runtime.domain.events.workspace import SettingsSaved
from runtime.domain.ids import AgentName, ReservationId, RunId
from runtime.domain.loop_commands import Spent
from runtime.domain.refusals import Refusal
from runtime.domain.settings import WorkspaceSettings
from runtime.domain.standings import Spender

MONTH = "2026-11"
DAYS = tuple(f"{MONTH}-{day:02d}" for day in (1, 2, 30))
AGENTS = tuple(AgentName(name) for name in ("a", "b"))
ROOMY = Limits(cost_micros=10**9)


def amounts(most: int) -> st.SearchStrategy[Amount]:
    return st.builds(Amount, st.integers(0, most), st.integers(0, most))


def caps(most: int) -> st.SearchStrategy[Cap]:
    bound = st.just(0) | st.integers(1, most)
    return st.builds(Cap, bound, bound)


all_caps = st.builds(
    Caps, caps(60), caps(120), caps(150), caps(300), st.dictionaries(st.sampled_from(AGENTS), caps(90), max_size=2)
)


@dataclass
class Told:
    """One attempt as the test remembers it, beside the book that is tested."""

    reservation: Reservation
    spent: Amount = NOTHING
    held: Amount = NOTHING


@dataclass
class Ledger:
    """The book under test, and a second, plain account of the same."""

    caps: Caps
    limits: Limits = ROOMY
    book: Book = field(default_factory=lambda: Book(MONTH))
    told: dict[str, Told] = field(default_factory=dict)
    events: list[BudgetEvent] = field(default_factory=list)

    def spender(self, reservation: Reservation) -> Spender:
        spent = Amount()
        for one in self.told.values():
            if one.reservation.run_id == reservation.run_id:
                spent = spent.plus(one.spent)
        return Spender(reservation.run_id, reservation.agent, reservation.day, spent, self.limits)

    def take(self, decided: Decided) -> bool:
        if isinstance(decided, Refusal):
            return False
        for fact in decided:
            assert isinstance(fact.event, BudgetEvent)
            self.events.append(fact.event)
            self.book = evolve_book(self.book, fact.event)
            self.check()
        return True

    def reserve(self, reservation: Reservation) -> bool:
        self.told[reservation.reservation_id] = Told(reservation, held=reservation.worst)
        taken = self.take_reservation(reservation)
        if not taken:
            del self.told[reservation.reservation_id]
        self.check()
        return taken

    def take_reservation(self, reservation: Reservation) -> bool:
        held = self.told.pop(reservation.reservation_id)
        decided = decide_reserve(self.book, self.caps, self.spender(reservation), reservation)
        self.told[reservation.reservation_id] = held
        return self.take(decided) if not isinstance(decided, Refusal) else False

    def settle(self, name: str, cost: Amount, *, sure: bool = True) -> None:
        one = self.told[name]
        spent = Spent(one.reservation.reservation_id, MONTH, cost, sure)
        facts = settle_facts(self.book, self.caps, self.spender(one.reservation), spent)
        one.spent, one.held = cost, Amount()
        self.take(facts)

    def expire(self, name: str) -> None:
        one = self.told[name]
        spender = self.spender(one.reservation)
        decided = decide_expire_reservation(self.book, self.caps, spender, None, one.reservation.reservation_id)
        one.spent, one.held = one.reservation.worst, Amount()
        self.take(decided)

    def check(self) -> None:
        """The plain account agrees with the book, and no cap of any period is passed."""
        everything = Used()
        by_day: dict[str, Used] = {}
        by_agent: dict[tuple[str, AgentName], Used] = {}
        by_run: dict[RunId, Used] = {}
        for one in self.told.values():
            who, day = one.reservation, one.reservation.day
            everything = everything.plus(one.spent, one.held)
            by_day[day] = by_day.get(day, Used()).plus(one.spent, one.held)
            by_agent[day, who.agent] = by_agent.get((day, who.agent), Used()).plus(one.spent, one.held)
            by_run[who.run_id] = by_run.get(who.run_id, Used()).plus(one.spent, one.held)
        within(everything, self.caps.month)
        for used in by_day.values():
            within(used, self.caps.day)
        for (_, agent), used in by_agent.items():
            within(used, self.caps.by_agent.get(agent, self.caps.agent_day))
        for used in by_run.values():
            within(used, self.caps.run)
            assert used.together.micros <= self.limits.cost_micros
        assert self.book.all == everything
        for day, used in by_day.items():
            assert self.book.of_day(day).all == used
        for (day, agent), used in by_agent.items():
            assert self.book.of_agent(day, agent) == used


def within(used: Used, cap: Cap) -> None:
    assert not cap.micros or used.together.micros <= cap.micros
    assert not cap.tokens or used.together.tokens <= cap.tokens


def reservation(name: str, agent: AgentName, day: str, worst: Amount, run: str = "") -> Reservation:
    run_id = RunId(run or f"run-{agent}-{name}")
    return Reservation(ReservationId(name), run_id, agent, day, "openai/m", worst, until=1, prices="table 1")


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


def test_the_same_reservation_is_settled_once() -> None:
    ledger = Ledger(Caps(day=Cap(100)))
    assert ledger.reserve(reservation("1", AGENTS[0], DAYS[0], Amount(100, 5)))
    ledger.settle("1", Amount(40, 5))
    spender = ledger.spender(ledger.told["1"].reservation)
    assert settle_facts(ledger.book, ledger.caps, spender, Spent(ReservationId("1"), MONTH, Amount(40, 5))) == []
    late = decide_expire_reservation(ledger.book, ledger.caps, spender, None, ReservationId("1"))
    assert isinstance(late, Refusal)


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
