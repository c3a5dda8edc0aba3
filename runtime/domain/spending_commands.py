"""What the loop records of money and tokens: reservations, what was spent, a cap that was met."""

import msgspec

from runtime.domain.ask_draft import AskDraft
from runtime.domain.budget import Answering, CapKind, Reservation
from runtime.domain.decision import Usage
from runtime.domain.events.asks import CapQuestion
from runtime.domain.events.workspace import ConnectionTested
from runtime.domain.ids import ReservationId, RunId
from runtime.domain.spent import Spent


class Reserve(msgspec.Struct, frozen=True, gc=False):
    """Hold the worst case of a call before it is made. ``instead``: why this model and not the agent's own."""

    reservation: Reservation
    instead: str = ""
    kinds: tuple[CapKind, ...] = ()


class RecordSpent(msgspec.Struct, frozen=True, gc=False):
    """A call did cost something that no answer can tell: its run ended or was stopped meanwhile."""

    run_id: RunId
    model: str
    sentence: str
    usage: Usage
    spent: Spent


class ReserveTest(msgspec.Struct, frozen=True, gc=False):
    """Hold the worst case of a test of a connection."""

    reservation: Reservation


class RecordTest(msgspec.Struct, frozen=True, gc=False):
    """What a test of a connection found, and what it did cost. ``by`` is who asked for it."""

    found: ConnectionTested
    by: str
    spent: Spent | None = None


class NoteDearer(msgspec.Struct, frozen=True, gc=False):
    """A call of this route (``model``) was answered by what costs more."""

    model: str
    answered: Answering


class KeepReservation(msgspec.Struct, frozen=True, gc=False):
    """An earlier life of the program made the call and never heard of its end."""

    reservation_id: ReservationId
    month: str


class ExpireReservation(msgspec.Struct, frozen=True, gc=False):
    """Its time is up."""

    reservation_id: ReservationId
    month: str
    run_id: RunId


class AskCap(msgspec.Struct, frozen=True, gc=False):
    """The next call does not fit a cap: a person is asked. ``sentence`` says which cap, ``known`` what was done."""

    run_id: RunId
    draft: AskDraft
    question: CapQuestion
    sentence: str
    known: str


SpendingCommand = (
    Reserve | RecordSpent | ReserveTest | RecordTest | NoteDearer | KeepReservation | ExpireReservation | AskCap
)
