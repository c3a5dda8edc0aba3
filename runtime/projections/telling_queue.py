"""Words for how asks are looked after, for duty and presence, and for floods."""

from typing import assert_never

from runtime.domain.events.ask_care import (
    AfterwardsRead,
    AskCareEvent,
    AskFoundHarmful,
    AskFoundHarmless,
    AskHandedOver,
    AskReturned,
    AskSeen,
    AskShelved,
)
from runtime.domain.events.people import (
    DutyBegun,
    DutyEnded,
    FloodBegan,
    FloodEnded,
    OperatorAway,
    OperatorBack,
    PeopleEvent,
)
from runtime.projections.telling import Named, Told, count, stop


def told_care(event: AskCareEvent, what: str, title: str, named: Named) -> Told:
    """What is told about an ask that waits. ``title`` ends with a full stop."""
    who = named(event.by)
    match event:
        case AskSeen():
            return Told("Looked at", "note", what, f"{who} looked at it for the first time: {title}")
        case AskShelved(reason=reason):
            told = f"{who} put it away for a time: {title} Reason: {stop(reason)} Its deadlines run on."
            return Told("Shelved", "note", what, told)
        case AskReturned():
            return Told("Back from the shelf", "note", what, f"{who} put it back into the list: {title}")
        case AskHandedOver(to=to, note=note):
            whom = named(to) if to else "whoever comes"
            return Told("Handed over", "note", what, f"{who} handed it over to {whom}: {title} {stop(note)}".rstrip())
        case AskFoundHarmful(why=why, ruled_by=ruled_by):
            told = f"{who} found that it did harm: {title} Why: {stop(why)} {named(ruled_by)} had approved it."
            return Told("Found harmful", "warning", what, told)
        case AskFoundHarmless():
            return Told("Found harmless", "note", what, f"{who} found that it did no harm after all: {title}")
        case AfterwardsRead():
            return Told("Read afterwards", "note", what, f"{who}, who had allowed it, read what came of it: {title}")
        case _ as unreachable:
            assert_never(unreachable)


def told_presence(event: PeopleEvent, named: Named) -> Told:
    """What is told about people and about how much is asked of them."""
    match event:
        case DutyBegun(operator_id=who):
            return Told("On duty", "note", named(who), f"{named(who)} is on duty.")
        case DutyEnded(operator_id=who):
            return Told("Off duty", "note", named(who), f"{named(who)} is off duty.")
        case OperatorAway(operator_id=who):
            return Told("Away", "note", named(who), f"{named(who)} is away: nobody touches the window.")
        case OperatorBack(operator_id=who):
            return Told("Back", "note", named(who), f"{named(who)} is before the window.")
        case FloodBegan(asks=asks):
            told = f"{asks} requests came within 10 min. Alike ones are grouped, priority 3 is held back."
            return Told("Flood began", "warning", f"{asks} in 10 min", told)
        case FloodEnded(asks=asks, decided=decided, expired=expired, waiting=waiting):
            told = f"It is calm again: of {count(asks, 'request')} {decided} were decided, {waiting} wait"
            ran_out = f", {expired} expired" if expired else ""
            return Told("Flood over", "note", count(asks, "request"), f"{told}{ran_out}.")
        case _ as unreachable:
            assert_never(unreachable)
