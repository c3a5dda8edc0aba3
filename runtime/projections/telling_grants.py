"""Words for standing grants: given, used, ended."""

from datetime import UTC, datetime
from typing import assert_never

from runtime.domain.action import canonical
from runtime.domain.events.grants import GrantEnded, GrantEvent, GrantGiven, GrantUsed, Widened
from runtime.domain.grant import number
from runtime.projections.telling import About, Named, Told, count, stop

_ENDED = {"revoked": "Grant revoked", "expired": "Grant expired", "used up": "Grant used up"}


def told_grant(event: GrantEvent, about: About, named: Named) -> Told:
    """What is told about a standing grant."""
    name = f"Standing grant {number(event.grant_id)}"
    match event:
        case GrantGiven():
            words = f"{name}: {named(event.by)} allows {event.agent}, {limits(event)}: {stop(event.title)}"
            return Told("Allowed ahead", "approved", f"{event.tool} {event.title}", f"{words} {condition(event)}")
        case GrantUsed():
            what = f"{about.tool} {about.title}".strip() or event.call_id
            title = stop(about.title or f"call {event.call_id}")
            return Told("Done under a grant", "approved", what, f"{name}, use {event.use:,}: {title}")
        case GrantEnded(how=how, sentence=sentence):
            why = stop(ended_words(how, sentence, named(event.by) if event.by else ""))
            return Told(_ENDED.get(how, "Grant ended"), "note", name, f"{name} holds no more: {why}")
        case _ as unreachable:
            assert_never(unreachable)


def ended_words(how: str, sentence: str, by: str) -> str:
    """Why a grant is over, ``by`` being the name of whoever ended it: a record has the id, or nobody."""
    return f"Revoked by {by}." if how == "revoked" and by else sentence


def limits(given: GrantGiven) -> str:
    """ "10 times at most, until 2026-11-30 14:00 UTC, in one run"."""
    try:
        until = datetime.fromtimestamp(given.until / 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):  # no calendar has it; it is told all the same
        until = f"{given.until:,} µs"
    run = ", in one run" if given.run_id else ""
    return f"{count(given.uses, 'time')} at most, until {until}{run}"


def condition(given: GrantGiven) -> str:
    """What has to be the same, in a sentence."""
    where = f"resources that fit {given.resources}" if given.resources else f"exactly {given.resource or 'no resource'}"
    if not given.widened:
        return f"Tool {given.tool}, {where}, exactly these arguments: {given.arguments}"
    varies = "; ".join(f"{one.argument} {within_words(one)}" for one in given.widened)
    return f"Tool {given.tool}, {where}, these arguments: {given.arguments}; may vary: {varies}."


def within_words(one: Widened) -> str:
    """The limits of one argument: "from 1 to 50", "one of "a", "b"", "any text of at most 200 characters"."""
    if one.one_of:
        return f"one of {', '.join(one.one_of)}"
    if one.longest:
        return f"any text of at most {count(one.longest, 'character')}"
    return f"from {_plain(one.least)} to {_plain(one.most)}"


def _plain(value: float | None) -> str:
    return canonical(value) if value is not None else "nothing"
