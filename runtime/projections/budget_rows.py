"""What the budget's events change: sums a day and agent, open reservations, raises, caps, entered prices."""

import msgspec

from runtime.domain.budget import NOTHING, Amount, Reservation
from runtime.domain.envelope import Envelope
from runtime.domain.events.budget import (
    CapRaised,
    CapsSet,
    PriceEntered,
    PriceRemoved,
    ReservationExpired,
    ReservationKept,
    ReservationMade,
    ReservationReleased,
    ReservationSettled,
)
from storage.records import Add, Put, Remove, RowChange, Value

CAPS = "caps"
"""Name of a row in workspace_values."""


def budget_rows(seq: Value, envelope: Envelope) -> list[RowChange]:
    """Changes of budget_days, reservations, cap_raises and entered_prices."""
    event, at = envelope.event, envelope.at
    match event:
        case ReservationMade(reservation=reservation):
            return [_opened(reservation, at), _moved(reservation, NOTHING, reservation.worst)]
        case ReservationSettled(cost=cost):
            return _closed(event, cost)
        case ReservationReleased():
            return _closed(event, NOTHING)
        case ReservationExpired(held=held):
            return _closed(event, held.worst if held else NOTHING)
        case ReservationKept(reservation_id=reservation_id, until=until):
            return [Put("reservations", {"reservation_id": reservation_id}, {"until": until, "kept": 1})]
        case CapRaised(extra=extra):
            raised: dict[str, Value] = {
                "day": event.day,
                "agent": event.agent,
                "run_id": event.run_id,
                "kinds": ", ".join(event.kinds),
                "at": at,
                "micros": extra.micros,
                "tokens": extra.tokens,
            }
            return [Put("cap_raises", {"seq": seq}, raised)]
        case _:
            return _terms(envelope)


def _terms(envelope: Envelope) -> list[RowChange]:
    event, at = envelope.event, envelope.at
    match event:
        case CapsSet(caps=caps):
            value = msgspec.json.encode(caps).decode()
            return [Put("workspace_values", {"name": CAPS}, {"value": value, "at": at})]
        case PriceEntered(model=model, price=price, note=note):
            entered: dict[str, Value] = {
                "price": msgspec.json.encode(price).decode(),
                "entered_by": envelope.by,
                "note": note,
                "entered_at": at,
            }
            return [Put("entered_prices", {"model": model}, entered)]
        case PriceRemoved(model=model):
            return [Remove("entered_prices", {"model": model})]
        case _:
            return []


def _opened(reservation: Reservation, at: int) -> Put:
    values: dict[str, Value] = {
        "run_id": reservation.run_id,
        "agent": reservation.agent,
        "day": reservation.day,
        "model": reservation.model,
        "prices": reservation.prices,
        "made_at": at,
        "until": reservation.until,
        "micros": reservation.worst.micros,
        "tokens": reservation.worst.tokens,
        "kept": int(reservation.kept),
    }
    return Put("reservations", {"reservation_id": reservation.reservation_id}, values)


def _closed(event: ReservationSettled | ReservationReleased | ReservationExpired, cost: Amount) -> list[RowChange]:
    if event.held is None:
        return []
    given_back = NOTHING.minus(event.held.worst)
    gone = Remove("reservations", {"reservation_id": event.reservation_id})
    return [gone, _moved(event.held, cost, given_back)]


def _moved(reservation: Reservation, spent: Amount, held: Amount) -> Add:
    amounts = {
        "spent_micros": spent.micros,
        "spent_tokens": spent.tokens,
        "held_micros": held.micros,
        "held_tokens": held.tokens,
    }
    return Add("budget_days", {"day": reservation.day, "agent": reservation.agent}, amounts)
