"""A circuit breaker as a value: whether a connection to a provider may be asked, for every agent at once. Pure.

Closed: it is asked. Open: it failed repeatedly and is left alone until ``probe_at``. Half-open: one call tries it.
"""

from enum import StrEnum

import msgspec

SECOND = 1_000_000
FAILURES = 5
"""So many in a row, of all agents together, and nobody asks any more."""
FIRST_PAUSE = 15 * SECOND
LONGEST_PAUSE = 600 * SECOND
LONGEST_WISH = 3_600 * SECOND
"""A provider that wants to be left alone for longer is tried again after this all the same."""
PERSON_PAUSE = 300 * SECOND
"""Where a person has to mend something (a key, the account's credit) trying often is of no use."""
PROBE_FOR = 900 * SECOND
"""A call that tries it and is never heard of again stands in the way no longer than this."""


class Standing(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker(msgspec.Struct, frozen=True):
    """One connection. Times are µs UTC of the engine's clock."""

    standing: Standing = Standing.CLOSED
    failures: int = 0
    """In a row since the last answer."""
    openings: int = 0
    """In a row without an answer in between: each pause is twice as long as the one before."""
    since: int = 0
    probe_at: int = 0
    """When it may be tried again: the end of its pause, or of the wait for the call that tries it."""
    why: str = ""
    by_person: bool = False
    """A person has to mend something; it is tried again now and then all the same."""

    @property
    def closed(self) -> bool:
        """Whether everybody may ask."""
        return self.standing is Standing.CLOSED


CLOSED = Breaker()


def may_ask(breaker: Breaker, now: int) -> bool:
    """Whether one more call may be made: any where it is closed, else only the one that tries it."""
    return breaker.closed or now >= breaker.probe_at


def trying(breaker: Breaker, now: int) -> Breaker:
    """A call is about to be made. Nothing changes where it is closed, or where none may be made."""
    if breaker.closed or now < breaker.probe_at:
        return breaker
    return msgspec.structs.replace(breaker, standing=Standing.HALF_OPEN, since=now, probe_at=now + PROBE_FOR)


def failed(breaker: Breaker, now: int, why: str, wish: int = 0, *, by_person: bool = False) -> Breaker:
    """A call failed. ``wish`` is how long (µs) the provider wants to be left alone."""
    if breaker.standing is Standing.OPEN:
        return breaker  # a call from before it was opened
    failures = breaker.failures + 1
    if breaker.closed and failures < FAILURES and not by_person:
        return msgspec.structs.replace(breaker, failures=failures, why=why)
    openings = breaker.openings + 1
    pause = max(pause_after(openings), PERSON_PAUSE if by_person else 0, min(wish, LONGEST_WISH))
    return Breaker(Standing.OPEN, failures, openings, now, now + pause, why, by_person)


def answered(breaker: Breaker, now: int) -> Breaker:
    """A call came back whole: whatever was, it works."""
    if breaker.closed:
        return breaker if not breaker.failures else msgspec.structs.replace(breaker, failures=0, why="")
    return Breaker(since=now)


def dropped(breaker: Breaker, now: int) -> Breaker:
    """The call that was to try it was stopped before it told anything: another may, at once."""
    if breaker.standing is not Standing.HALF_OPEN:
        return breaker
    return msgspec.structs.replace(breaker, standing=Standing.OPEN, since=now, probe_at=now)


def due(breaker: Breaker, now: int) -> Breaker:
    """A person wants it tried now, or mended something."""
    if breaker.standing is not Standing.OPEN or breaker.probe_at <= now:
        return breaker
    return msgspec.structs.replace(breaker, since=now, probe_at=now)


def pause_after(openings: int) -> int:
    """µs until it is tried again: 15 s, then twice as long each time, at most ten minutes."""
    return min(FIRST_PAUSE << min(max(openings - 1, 0), 20), LONGEST_PAUSE)


def left_alone(connection: str) -> str:
    """That it is not asked, as every sentence says it; what follows is the sentence's own."""
    return f"{connection} is left alone for now"


def told(connection: str, breaker: Breaker, now: int) -> str:
    """How it stands, in a sentence; empty where it is closed."""
    if breaker.closed:
        return ""
    why = breaker.why.strip()
    if breaker.standing is Standing.HALF_OPEN:
        return f"{connection} failed repeatedly; one call is trying it now. {why}".rstrip()
    seconds = max(0, breaker.probe_at - now) // SECOND
    when = "with the next call" if not seconds else f"in {seconds:,} s" if seconds < 120 else f"in {seconds // 60} min"
    return f"{left_alone(connection)} and tried again {when}. {why}".rstrip()
