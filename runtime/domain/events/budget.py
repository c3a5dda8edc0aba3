"""Events of the budget: caps and prices that people set, and what model calls reserve, cost and give back."""

import msgspec

from runtime.domain.budget import Amount, Answering, CapKind, Caps, EnteredPrice, Reservation
from runtime.domain.ids import AgentName, AskId, ReservationId, RunId


class CapsSet(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="caps-set"):
    """All caps of the workspace, as they are from now on."""

    caps: Caps
    note: str = ""


class PriceEntered(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="price-entered"):
    """A person said what a model costs; it goes before the table."""

    model: str
    price: EnteredPrice
    note: str = ""


class PriceRemoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="price-removed"):
    """The entered price holds no more; the table's does, where it has one."""

    model: str


class DearerAnswered(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="dearer-answered"):
    """A call of a route was answered by what costs more: its next calls are reserved at that price."""

    model: str
    """The route that was asked."""
    answered: Answering


class ReservationMade(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="reservation-made"):
    """Held before the call is made: it fitted every cap."""

    reservation: Reservation

    @property
    def run_id(self) -> RunId:
        """The run the call belongs to."""
        return self.reservation.run_id


class ReservationSettled(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="reservation-settled"):
    """The call came back: what it cost is spent, the rest is given back.

    ``sure`` False = the provider did not say what was used, so the whole reservation counts.
    """

    reservation_id: ReservationId
    run_id: RunId
    cost: Amount
    sure: bool = True
    prices: str = ""
    held: Reservation | None = None
    """The reservation it closes, so that its day and agent are known from this event alone."""

    @property
    def beyond(self) -> bool:
        """Whether it did cost more than was reserved: the provider answered with a dearer tier or model."""
        worst = self.held.worst if self.held else self.cost
        return self.cost.micros > worst.micros or self.cost.tokens > worst.tokens


class ReservationReleased(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="reservation-released"):
    """The call failed and cost nothing."""

    reservation_id: ReservationId
    run_id: RunId
    why: str = ""
    held: Reservation | None = None


class ReservationKept(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="reservation-kept"):
    """The program ended between call and answer: the amount stays reserved until ``until``."""

    reservation_id: ReservationId
    run_id: RunId
    until: int
    sentence: str


class ReservationExpired(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="reservation-expired"):
    """Nobody learned what the call cost, so the whole reservation counts as spent."""

    reservation_id: ReservationId
    run_id: RunId
    held: Reservation | None = None


class CapNeared(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="cap-neared"):
    """80 % of a cap are spent. Once for each cap and period; ``key`` names the period, agent or run."""

    kind: CapKind
    key: str
    spent: Amount
    limit: Amount


class CapRaised(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="cap-raised"):
    """A person let one run go beyond these caps, by so much, in this period."""

    run_id: RunId
    agent: AgentName
    day: str
    kinds: tuple[CapKind, ...]
    extra: Amount
    ask_id: AskId = AskId("")


BudgetEvent = (
    CapsSet
    | PriceEntered
    | PriceRemoved
    | DearerAnswered
    | ReservationMade
    | ReservationSettled
    | ReservationReleased
    | ReservationKept
    | ReservationExpired
    | CapNeared
    | CapRaised
)
