"""Words for the budget: caps and prices that people set, what calls reserve, cost and give back."""

from typing import assert_never

from runtime.domain.budget import Amount, Answering, EnteredPrice, said
from runtime.domain.decide_budget import caps_words
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
from runtime.domain.money import dollars
from runtime.projections.telling import About, Named, Told, stop


def told_budget(event: BudgetEvent, about: About, named: Named, by: str) -> Told:
    """What is told about an event of the budget."""
    who = named(by)
    match event:
        case CapsSet(caps=caps, note=note):
            what = caps_words(caps)
            return Told("Caps set", "note", what, f"{who} set the caps: {what}. {stop(note)}".rstrip())
        case PriceEntered(model=model, price=price, note=note):
            what = f"{model}: {price_words(price)}"
            return Told("Price entered", "note", what, f"{who} entered a price, {what}. {stop(note)}".rstrip())
        case PriceRemoved(model=model):
            return Told("Price removed", "note", model, f"{who} removed the entered price of {model}.")
        case DearerAnswered(model=model, answered=answered):
            what = dearer_words(answered)
            sentence = f"{model} was answered by {what}, which costs more. Its next calls are reserved at that price."
            return Told("Dearer answer", "warning", f"{model}: {what}", sentence)
        case CapNeared(kind=kind, key=key, spent=spent, limit=limit):
            what = f"{said(spent)} of {said(limit)}"
            sentence = f"80 % of a cap are spent. {str(kind).capitalize()} {key}: {what}."
            return Told("Cap nearly spent", "warning", what, sentence)
        case CapRaised(kinds=kinds, extra=extra):
            what = f"{said(extra)} beyond the cap of the {', '.join(kinds)}"
            return Told("Cap raised for a run", "approved", what, f"One run may use {what}.")
        case _:
            return _reserved(event)


def _reserved(
    event: ReservationMade | ReservationSettled | ReservationReleased | ReservationKept | ReservationExpired,
) -> Told:
    match event:
        case ReservationMade(reservation=held):
            what = f"{held.model}: at most {said(held.worst)}"
            return Told("Reserved", "note", what, f"Before asking {what} were reserved ({held.prices}).")
        case ReservationSettled(cost=cost, sure=sure, prices=prices):
            model = event.held.model if event.held else ""
            words = "Spent" if sure else "Spent, at most"
            why = "" if sure else " What it used was not told, so the whole reservation counts."
            if event.beyond and event.held:
                sentence = f"{model} did cost {said(cost)} ({prices}); {beyond_words(event.held.worst)}"
                return Told("Spent more than reserved", "warning", f"{model}: {said(cost)}", sentence)
            return Told(words, "note", f"{model}: {said(cost)}", f"{model} did cost {said(cost)} ({prices}).{why}")
        case ReservationReleased(why=why):
            given = said(event.held.worst) if event.held else ""
            sentence = f"The call cost nothing; {given} were given back. {stop(why)}".rstrip()
            return Told("Given back", "note", given, sentence)
        case ReservationKept(sentence=sentence):
            return Told("Reservation kept", "warning", "cost not known", sentence)
        case ReservationExpired():
            amount = said(event.held.worst) if event.held else ""
            sentence = f"Nobody learned what a call cost; the whole reservation counts as spent: {amount}."
            return Told("Reservation counted in full", "warning", amount, sentence)
        case _ as unreachable:
            assert_never(unreachable)


def dearer_words(by: Answering) -> str:
    """``gpt-5-pro``, ``gpt-5 at the tier priority``, ``the tier priority``."""
    tier = f"the tier {by.tier}" if by.tier else ""
    return " at ".join(part for part in (by.model, tier) if part)


def beyond_words(worst: Amount) -> str:
    """What follows where a call did cost more than was reserved for it."""
    return (
        f"{said(worst)} were reserved. The provider answered with a dearer tier or model than was asked for. "
        "All of it counts, and later calls are held to the caps."
    )


def price_words(price: EnteredPrice) -> str:
    """``$3.00 in, $15.00 out for a million tokens``."""
    parts = [f"{dollars(price.input)} in", f"{dollars(price.output)} out"]
    if price.cached_input is not None:
        parts.append(f"{dollars(price.cached_input)} from its cache")
    if price.cache_write is not None:
        parts.append(f"{dollars(price.cache_write)} into its cache")
    return f"{', '.join(parts)} for a million tokens"
