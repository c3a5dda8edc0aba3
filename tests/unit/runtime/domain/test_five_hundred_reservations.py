"""500 calls against one cap, for every shape a cap can have: whatever order they end in, it is passed at no moment.

``engine/test_five_hundred_calls.py`` has the same with the whole runtime; here the books are kept a second time,
by plain sums, and the order in which calls are made and end is drawn.
"""

import os
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.agent_spec import Limits
from runtime.domain.budget import Amount, Cap, Caps, Reservation
from runtime.domain.budget_state import Book, evolve_book
from runtime.domain.decide_budget import decide_expire_reservation, decide_reserve, settle_facts
from runtime.domain.envelope import Fact
from runtime.domain.events import BudgetEvent
from runtime.domain.ids import AgentName, ReservationId, RunId
from runtime.domain.loop_commands import Spent
from runtime.domain.refusals import Refusal
from runtime.domain.standings import Spender

CALLS = 500
EXAMPLES = 50 if os.environ.get("CONSOLE_LONG") else 5
MONTH = "2026-11"
WORST = 1_000
ROOMY = Limits(cost_micros=10**9)
MONEY, TOKENS = Cap(micros=9_876), Cap(tokens=9_876)
NAMED = AgentName("agent 1")
SHAPES = {
    "run, money": Caps(run=Cap(micros=2_345)),
    "run, tokens": Caps(run=Cap(tokens=2_345)),
    "agent and day, money": Caps(agent_day=MONEY),
    "agent and day, tokens": Caps(agent_day=TOKENS),
    "one agent's own, money": Caps(by_agent={NAMED: MONEY}),
    "one agent's own, tokens": Caps(by_agent={NAMED: TOKENS}),
    "day, money": Caps(day=MONEY),
    "day, tokens": Caps(day=TOKENS),
    "month, money": Caps(month=MONEY),
    "month, tokens": Caps(month=TOKENS),
    "all of them": Caps(
        Cap(2_345, 2_000), Cap(8_000, 9_000), Cap(20_000, 24_000), Cap(23_456, 30_000), {NAMED: Cap(4_000, 5_000)}
    ),
}


@dataclass
class Sums:
    """What was spent and is held under each cap's name, added up without the program."""

    caps: Caps
    micros: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)

    def limits(self, held: Reservation) -> dict[str, Cap]:
        """The caps that bound this call, by name and period."""
        of_agent = self.caps.by_agent.get(held.agent, self.caps.agent_day)
        return {
            f"run {held.run_id}": self.caps.run,
            f"{held.agent} {held.day}": of_agent,
            f"day {held.day}": self.caps.day,
            "month": self.caps.month,
        }

    def add(self, held: Reservation, change: Amount) -> None:
        """So much more is spent or held; no cap may be passed by it."""
        for name, cap in self.limits(held).items():
            self.micros[name] += change.micros
            self.tokens[name] += change.tokens
            assert not cap.micros or self.micros[name] <= cap.micros, (name, cap, self.micros[name])
            assert not cap.tokens or self.tokens[name] <= cap.tokens, (name, cap, self.tokens[name])

    def fits(self, held: Reservation) -> bool:
        """Whether it would pass none."""
        return all(
            (not cap.micros or self.micros[name] + held.worst.micros <= cap.micros)
            and (not cap.tokens or self.tokens[name] + held.worst.tokens <= cap.tokens)
            for name, cap in self.limits(held).items()
        )


@dataclass
class Desk:
    """The program's book beside the sums."""

    caps: Caps
    dice: random.Random
    sums: Sums = field(init=False)
    book: Book = field(default_factory=lambda: Book(MONTH))
    of_run: dict[RunId, Amount] = field(default_factory=dict)
    under_way: list[Reservation] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self.sums = Sums(self.caps)

    def spender(self, held: Reservation) -> Spender:
        return Spender(held.run_id, held.agent, held.day, self.of_run.get(held.run_id, Amount()), ROOMY)

    def take(self, facts: list[Fact]) -> None:
        for fact in facts:
            assert isinstance(fact.event, BudgetEvent)
            self.book = evolve_book(self.book, fact.event)

    def call(self, number: int) -> None:
        """One more call is to be made."""
        dice = self.dice
        held = Reservation(
            ReservationId(f"r{number}"),
            RunId(f"run {dice.randrange(25)}"),
            AgentName(f"agent {dice.randrange(3)}"),
            f"{MONTH}-{dice.choice((1, 2)):02d}",
            "openai/m",
            Amount(dice.randrange(1, WORST), dice.randrange(1, WORST)),
            0,
        )
        decided = decide_reserve(self.book, self.caps, self.spender(held), held)
        assert isinstance(decided, Refusal) is not self.sums.fits(held)  # nobody is refused who would fit
        if isinstance(decided, Refusal):
            self.refused += 1
            return
        self.take(decided)
        self.sums.add(held, held.worst)
        self.under_way.append(held)

    def end(self) -> None:
        """One of those under way comes back: with its cost, without one, never asked, or not at all."""
        held = self.under_way.pop(self.dice.randrange(len(self.under_way)))
        how = self.dice.choice(("cost", "cost", "cost", "not known", "nothing", "late"))
        cost = held.worst
        if how == "cost":
            cost = Amount(self.dice.randrange(held.worst.micros + 1), self.dice.randrange(held.worst.tokens + 1))
        elif how == "nothing":
            cost = Amount()
        if how == "late":
            decided = decide_expire_reservation(self.book, self.caps, self.spender(held), None, held.reservation_id)
        else:
            spent = Spent(held.reservation_id, MONTH, cost, how != "not known")
            decided = settle_facts(self.book, self.caps, self.spender(held), spent)
        assert not isinstance(decided, Refusal)
        self.take(decided)
        self.sums.add(held, cost.minus(held.worst))
        self.of_run[held.run_id] = self.of_run.get(held.run_id, Amount()).plus(cost)


@pytest.mark.parametrize("caps", SHAPES.values(), ids=SHAPES)
@given(seed=st.integers(0, 2**32 - 1), eager=st.integers(1, 9))
@settings(max_examples=EXAMPLES)
def test_no_order_of_making_and_ending_passes_it(caps: Caps, seed: int, eager: int) -> None:
    """``eager`` of ten draws make a call while there are any left to be made."""
    desk, number = Desk(caps, random.Random(seed)), 0
    while number < CALLS or desk.under_way:
        if number < CALLS and (not desk.under_way or desk.dice.randrange(10) < eager):
            desk.call(number)
            number += 1
        else:
            desk.end()
    assert desk.refused > 0  # the cap did hold somebody back
    assert desk.book.open == {}
    assert desk.book.all.held == Amount()
    assert desk.book.all.spent == Amount(desk.sums.micros["month"], desk.sums.tokens["month"])
