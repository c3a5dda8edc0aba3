"""What a screen reader is told of new asks: urgent ones at once, priority 2 when it is its turn, one in 10 s. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from console.attention.facts import WaitingAsk
from console.attention.words import announcement

APART = 10 * 1_000_000


@dataclass(frozen=True, slots=True)
class Announcement:
    """``assertive`` interrupts what is being read; else it waits for its turn."""

    text: str
    assertive: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Asks that were told or were there at the first look (None: there was none yet), and when something was said."""

    known: frozenset[str] | None = None
    unsaid: dict[str, int] = field(default_factory=dict)
    """New asks and their priority, until they are said or gone."""
    said_at: int | None = None


def listen(heard: Heard, asks: tuple[WaitingAsk, ...], now: int) -> tuple[Heard, Announcement | None]:
    """What is to be said now, if anything. What waits 10 s for its turn is said together."""
    now_there = {ask.ask_id: ask.priority for ask in asks}
    if heard.known is None:  # whoever opens the window hears of its counts from the window
        return Heard(frozenset(now_there)), None
    new = {ask_id: priority for ask_id, priority in now_there.items() if ask_id not in heard.known and priority < 3}
    unsaid = {ask_id: now_there[ask_id] for ask_id in {*heard.unsaid, *new} if ask_id in now_there}
    heard = replace(heard, known=frozenset(now_there), unsaid=unsaid)
    if not unsaid or (heard.said_at is not None and now - heard.said_at < APART):
        return heard, None
    first = min(unsaid.values())
    count = sum(1 for priority in unsaid.values() if priority == first)
    left = {} if first > 1 else {ask_id: priority for ask_id, priority in unsaid.items() if priority > 1}
    told = Announcement(announcement(first, count, len(asks)), assertive=first == 1)
    return replace(heard, unsaid=left, said_at=now), told
