"""Money around a model call: the worst case is reserved before it, the true cost settled with its answer.

Free models (the playbook) pass through here untouched: no reservation, no further commit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, TypeVar

import msgspec

from runtime.domain.breaker import left_alone
from runtime.domain.budget import HELD_FOR, Amount, CapKind, Reservation
from runtime.domain.budget_state import Book
from runtime.domain.changes import Done
from runtime.domain.decide_budget import cost_of
from runtime.domain.decision import Origin, Usage
from runtime.domain.ids import ReservationId, book_stream
from runtime.domain.loop_commands import ExpireReservation, KeepReservation, RecordSpent, Reserve, Spent
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.standings import Standing, passed_words, standings
from runtime.domain.words import CapAction
from runtime.engine.clock import SECOND
from runtime.engine.dearer_answers import prices_of, reserved_price
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.prices import is_free, load_table
from runtime.models.providers.routes import connection_name
from runtime.models.worst_case import most_used
from runtime.operations.new_ids import new_reservation_id
from runtime.operations.on_budget import caps_now, spender_of

if TYPE_CHECKING:
    from runtime.engine.parts import Parts

T = TypeVar("T")


class NotAsked(Exception):
    """The model was not asked. ``str()`` is a sentence."""


class PriceUnknown(NotAsked):
    """The model has no known price, so nobody can say whether it fits the caps. ``str()`` is a sentence."""


class CapPassed(NotAsked):
    """The worst case does not fit a cap. ``passed`` are the caps it would pass, ``more`` is said after them."""

    def __init__(self, route: str, worst: Amount, passed: tuple[Standing, ...], more: str = "") -> None:
        super().__init__(" ".join((*(passed_words(standing, worst) for standing in passed), more)).rstrip())
        self.route = route
        self.worst = worst
        self.passed = passed

    @property
    def kinds(self) -> tuple[CapKind, ...]:
        """Which caps."""
        return tuple(standing.kind for standing in self.passed)


class RunOver(NotAsked):
    """The run ended while its call waited for room."""


class Held(msgspec.Struct, frozen=True):
    """The reservation of one call; None where the model is free."""

    route: str
    reservation: Reservation | None = None
    tier: str = ""
    """The tier it was reserved for."""


FREE = Held("")
"""Nothing is asked of anybody who charges."""

Prepare = Callable[[str], Awaitable[tuple[Model, ModelRequest]]]
"""From a route to its model and what it will be given."""
MayAsk = Callable[[str], Awaitable[bool]]
"""Whether the connection of another route may be asked now."""


@dataclass(slots=True)
class Budgeting:
    """What this process holds. ``zone`` None = the zone this machine is set to; days and months are local ones."""

    zone: tzinfo | None = None
    live: set[ReservationId] = field(default_factory=set)
    """Reservations whose calls this process made and has not seen settled."""
    ended: set[ReservationId] = field(default_factory=set)
    """Those of them whose calls came back; what they cost is being recorded."""
    _loaded: bool = False

    def day(self, now: int) -> str:
        """The local day (ISO) of a time."""
        return datetime.fromtimestamp(now / SECOND, self.zone).date().isoformat()

    async def hold(self, parts: "Parts", run: Run, route: str, model: Model, request: ModelRequest) -> Held:
        """Reserve the worst case; durable when this returns. Raises PriceUnknown, CapPassed or RunOver."""
        if is_free(route):
            return Held(route)
        await self._have_prices()
        now = parts.clock.now()
        most = most_used(model, request)
        priced = reserved_price(parts, route, most, now)
        if priced is None:
            raise PriceUnknown(
                f"The price of {route} is not known, so nothing can be reserved for it and it was not asked. Enter "
                "its price under Settings, Prices, or give the agent another model."
            )
        reservation = Reservation(
            new_reservation_id(),
            run.run_id,
            run.agent,
            self.day(now),
            route,
            Amount(priced.micros, most.input_tokens + most.output_tokens),
            now + HELD_FOR,
            priced.prices,
        )
        answer = await self._recorded(parts, run, reservation)
        if isinstance(answer, Refusal):
            self.live.discard(reservation.reservation_id)
            if answer.code != "cap":
                raise RunOver(answer.sentence)
            raise CapPassed(route, reservation.worst, self._passed(parts, run, reservation))
        return Held(route, reservation, most.tier)

    async def _recorded(self, parts: "Parts", run: Run, reservation: Reservation) -> Done | Refusal:
        """Durable. Where Stop comes meanwhile the call is never made, so the amount is given back at once."""
        self.live.add(reservation.reservation_id)
        recording = asyncio.ensure_future(parts.record(self._command(parts, run, reservation)))
        try:
            return await asyncio.shield(recording)
        except asyncio.CancelledError:
            if isinstance(await recording, Done):
                spent = Spent(reservation.reservation_id, reservation.month, Amount(), why="It was never asked.")
                sentence = "It was stopped before its model was asked."
                await parts.record(RecordSpent(run.run_id, reservation.model, sentence, Usage(), spent))
            self.live.discard(reservation.reservation_id)
            raise

    async def begin_call(
        self, parts: "Parts", run: Run, route: str, prepare: Prepare, may_ask: MayAsk
    ) -> tuple[Model, ModelRequest, Held]:
        """The model that is asked, with its reservation; the cheaper one of the agent where a cap leaves too little.

        Raises PriceUnknown, CapPassed or RunOver.
        """
        model, request = await prepare(route)
        if is_free(route):
            return model, request, FREE
        at_cap = parts.spec_of(run).at_cap
        try:
            return model, request, await self.hold(parts, run, route, model, request)
        except CapPassed as why:
            if at_cap.action is not CapAction.CHEAPER or at_cap.cheaper in ("", route):
                raise
            if not await may_ask(at_cap.cheaper):
                more = f"{at_cap.cheaper} would be cheaper, but {left_alone(connection_name(at_cap.cheaper))}."
                raise CapPassed(why.route, why.worst, why.passed, more) from None
        model, request = await prepare(at_cap.cheaper)
        return model, request, await self.hold(parts, run, at_cap.cheaper, model, request)

    async def _have_prices(self) -> None:
        if not self._loaded:
            await asyncio.to_thread(load_table)
            self._loaded = True

    def _command(self, parts: "Parts", run: Run, reservation: Reservation) -> Reserve:
        """Where a cheaper model is asked since a cap was reached, the run says so once."""
        spec = parts.spec_of(run)
        own = (*spec.models.planner, *spec.models.actor)
        now = parts.states.run(run.run_id) or run
        if reservation.model in own or now.instead == reservation.model or reservation.model != spec.at_cap.cheaper:
            return Reserve(reservation)
        sentence = f"A cap leaves too little for {own[-1]}; it goes on with {reservation.model}."
        return Reserve(reservation, sentence, self._close_to(parts, run, reservation))

    def _close_to(self, parts: "Parts", run: Run, reservation: Reservation) -> tuple[CapKind, ...]:
        """The caps with the least room, relative to what they allow."""
        book, spender = parts.states.book(reservation.month), spender_of(parts.ops, run, reservation.day)
        every = [one for one in standings(book, caps_now(parts.ops), spender) if one.limit_micros]
        return (min(every, key=lambda one: one.left.micros).kind,) if every else ()

    def _passed(self, parts: "Parts", run: Run, reservation: Reservation) -> tuple[Standing, ...]:
        book, spender = parts.states.book(reservation.month), spender_of(parts.ops, run, reservation.day)
        every = standings(book, caps_now(parts.ops), spender)
        return tuple(one for one in every if not one.takes(reservation.worst))

    def priced(self, parts: "Parts", held: Held, usage: Usage, origin: Origin) -> Usage:
        """The usage with its cost and the prices it was made with; what the provider did not say counts in full."""
        if held.reservation is None:
            return usage
        asked = held.reservation.asked_at
        cost = prices_of(parts).cost(held.route, usage, asked, origin.model)
        micros = cost.micros if cost else None
        known = msgspec.structs.replace(usage, cost_micros=micros, prices=_version(held, cost), asked_at=asked)
        return msgspec.structs.replace(known, cost_micros=cost_of(held.reservation, known).micros)

    def spent(self, held: Held, usage: Usage, why: str = "") -> Spent | None:
        """What the commit that records the answer settles. ``usage`` as ``priced`` made it."""
        reservation = held.reservation
        if reservation is None:
            return None
        cost = cost_of(reservation, usage)
        return Spent(reservation.reservation_id, reservation.month, cost, usage.known, usage.prices, why)

    def call_ended(self, held: Held) -> None:
        """However it ended: should nothing settle it, its time will be up."""
        if held.reservation is not None:
            self.ended.add(held.reservation.reservation_id)

    def forget_settled(self, books: Iterable[Book]) -> None:
        """Calls whose reservations are not open any more are over for good."""
        still_open = {name for book in books for name in book.open}
        gone = self.ended - still_open
        self.live -= gone
        self.ended -= gone

    def charge(self, parts: "Parts", held: Held, answer: Answered[T]) -> tuple[Answered[T], Spent | None]:
        """The answer with its true cost, and what settles it."""
        if held.reservation is None:
            return answer, None
        priced = msgspec.structs.replace(answer, usage=self.priced(parts, held, answer.usage, answer.origin))
        return priced, self.spent(held, priced.usage)

    async def abandon(self, parts: "Parts", run: Run, held: Held) -> None:
        """The call was cut by Stop: nobody knows what it used, so it counts in full."""
        if held.reservation is None:
            return
        usage = self.priced(parts, held, Usage(known=False), Origin())
        spent = self.spent(held, usage)
        assert spent is not None
        sentence = "It was stopped while it was answering. What that cost is not known; the most it can be is counted."
        await parts.record(RecordSpent(run.run_id, held.route, sentence, usage, spent))


def _version(held: Held, cost: object) -> str:
    prices = getattr(cost, "prices", "")
    return prices or (held.reservation.prices if held.reservation else "")


async def keep_what_is_open(parts: "Parts", months: Iterable[str]) -> None:
    """At the start: calls an earlier life of the program made stay reserved, and the journal says so."""
    for month in months:
        await parts.states.load([book_stream(month)])
        for reservation in parts.states.book(month).open.values():
            await parts.ops.perform(KeepReservation(reservation.reservation_id, month))


async def expire_what_is_late(parts: "Parts") -> None:
    """Reservations nobody will hear of again, and whose time is up, count in full."""
    budgeting, now = parts.budgeting, parts.clock.now()
    budgeting.forget_settled(parts.states.books)
    waited_for = budgeting.live - budgeting.ended
    for book in parts.states.books:
        late = [one for one in book.open.values() if one.until <= now and one.reservation_id not in waited_for]
        for one in late:
            await parts.ops.perform(ExpireReservation(one.reservation_id, one.month, one.run_id))
