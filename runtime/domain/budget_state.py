"""The budget as folds of its events: the terms (caps, entered prices), and a book of each month."""

from collections.abc import Iterable
from typing import assert_never

import msgspec

from runtime.domain.budget import NOTHING, Amount, Answering, CapKind, Caps, EnteredPrice, Reservation
from runtime.domain.events.budget import (
    BudgetEvent,
    CapNeared,
    CapRaised,
    CapsSet,
    DearerAnswered,
    PriceEntered,
    PriceRemoved,
    ReservationExpired,
    ReservationKept,
    ReservationMade,
    ReservationReleased,
    ReservationSettled,
)
from runtime.domain.ids import AgentName, ReservationId, RunId


class Terms(msgspec.Struct, frozen=True):
    """What people set. ``entered`` counts the prices ever entered, so that a cost can name the one it was made with."""

    caps: Caps = Caps()
    prices: dict[str, EnteredPrice] = {}
    numbers: dict[str, int] = {}
    entered: int = 0
    dearer: dict[str, tuple[Answering, ...]] = {}
    """Who answered at a higher price than the model that was asked, by route: calls are reserved at the dearest."""


def evolve_terms(terms: Terms, event: BudgetEvent) -> Terms:
    """The terms after one more event of the budget's own stream."""
    change = msgspec.structs.replace
    match event:
        case CapsSet(caps=caps):
            return change(terms, caps=caps)
        case PriceEntered(model=model, price=price):
            number = terms.entered + 1
            prices, numbers = {**terms.prices, model: price}, {**terms.numbers, model: number}
            return change(terms, prices=prices, numbers=numbers, entered=number)
        case PriceRemoved(model=model):
            return change(terms, prices={name: price for name, price in terms.prices.items() if name != model})
        case DearerAnswered(model=model, answered=by):
            return change(terms, dearer={**terms.dearer, model: (*terms.dearer.get(model, ()), by)})
        case _:
            return terms


class Used(msgspec.Struct, frozen=True):
    """What is spent and what is held. Their sum never passes a cap."""

    spent: Amount = NOTHING
    held: Amount = NOTHING

    def plus(self, spent: Amount = NOTHING, held: Amount = NOTHING) -> "Used":
        """With so much more of each."""
        return Used(self.spent.plus(spent), self.held.plus(held))

    @property
    def together(self) -> Amount:
        """Spent and held."""
        return self.spent.plus(self.held)


class DayBook(msgspec.Struct, frozen=True):
    """One day: everybody, and each agent."""

    all: Used = Used()
    agents: dict[AgentName, Used] = {}


class Book(msgspec.Struct, frozen=True):
    """One month."""

    month: str
    all: Used = Used()
    days: dict[str, DayBook] = {}
    open: dict[ReservationId, Reservation] = {}
    """Reservations of calls whose cost is not known yet."""
    raised: tuple[CapRaised, ...] = ()
    neared: frozenset[str] = frozenset()
    """Caps and periods that were warned about."""

    def of_agent(self, day: str, agent: AgentName) -> Used:
        """What one agent used on a day."""
        return self.of_day(day).agents.get(agent, Used())

    def of_day(self, day: str) -> DayBook:
        """What was used on a day."""
        return self.days.get(day, DayBook())

    def held_by(self, run_id: RunId) -> Amount:
        """What a run holds."""
        held = NOTHING
        for reservation in self.open.values():
            if reservation.run_id == run_id:
                held = held.plus(reservation.worst)
        return held


class Ahead(msgspec.Struct, frozen=True):
    """What is booked on days that are still to come: the clock was set back since, or somebody travelled west.

    It counts for the day and the month it is now: who sets the clock back opens no cap once more.
    """

    day: Amount = NOTHING
    agent: Amount = NOTHING
    month: Amount = NOTHING


def ahead_of(day: str, agent: AgentName, books: Iterable[Book]) -> Ahead:
    """``day``: ISO, local; ``books``: all there are with days after it."""
    of_all, of_agent, of_months = NOTHING, NOTHING, NOTHING
    for book in books:
        if book.month > day[:7]:
            of_months = of_months.plus(book.all.together)
        for later, booked in book.days.items():
            if later > day:
                of_all = of_all.plus(booked.all.together)
                of_agent = of_agent.plus(booked.agents.get(agent, Used()).together)
    return Ahead(of_all, of_agent, of_months)


def neared_key(kind: CapKind, key: str) -> str:
    """How a cap and its period are remembered."""
    return f"{kind}:{key}"


def evolve_book(book: Book, event: BudgetEvent) -> Book:
    """The book after one more event of its month."""
    match event:
        case ReservationMade(reservation=reservation):
            opened = {**book.open, reservation.reservation_id: reservation}
            return _moved(msgspec.structs.replace(book, open=opened), reservation, held=reservation.worst)
        case ReservationSettled(reservation_id=reservation_id, cost=cost):
            return _closed(book, reservation_id, cost)
        case ReservationReleased(reservation_id=reservation_id):
            return _closed(book, reservation_id, NOTHING)
        case ReservationExpired(reservation_id=reservation_id):
            expired = book.open.get(reservation_id)
            return _closed(book, reservation_id, expired.worst if expired else NOTHING)
        case ReservationKept(reservation_id=reservation_id, until=until):
            held = book.open.get(reservation_id)
            if held is None:
                return book
            kept = msgspec.structs.replace(held, until=until, kept=True)
            return msgspec.structs.replace(book, open={**book.open, reservation_id: kept})
        case CapNeared(kind=kind, key=key):
            return msgspec.structs.replace(book, neared=book.neared | {neared_key(kind, key)})
        case CapRaised():
            return msgspec.structs.replace(book, raised=(*book.raised, event))
        case CapsSet() | PriceEntered() | PriceRemoved() | DearerAnswered():
            return book
        case _ as unreachable:
            assert_never(unreachable)


def _closed(book: Book, reservation_id: ReservationId, cost: Amount) -> Book:
    reservation = book.open.get(reservation_id)
    if reservation is None:
        return book
    left = {name: one for name, one in book.open.items() if name != reservation_id}
    given_back = NOTHING.minus(reservation.worst)
    return _moved(msgspec.structs.replace(book, open=left), reservation, spent=cost, held=given_back)


def _moved(book: Book, of: Reservation, spent: Amount = NOTHING, held: Amount = NOTHING) -> Book:
    day = book.of_day(of.day)
    agents = {**day.agents, of.agent: day.agents.get(of.agent, Used()).plus(spent, held)}
    days = {**book.days, of.day: DayBook(day.all.plus(spent, held), agents)}
    return msgspec.structs.replace(book, all=book.all.plus(spent, held), days=days)
