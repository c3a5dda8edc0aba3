"""The words of notifications and announcements: facts and times, never arguments, names or secrets. No Qt."""

from __future__ import annotations

from console.attention.facts import Call, Kind
from console.presenters.times import clock_time, duration, local

APP_NAME = "Operator console"
OPEN, PAUSE = "Open request", "Pause agent"


def headline(call: Call, now: int) -> str:
    """One fact."""
    match call.kind:
        case Kind.URGENT if call.again:
            return f"{call.again} % of the time is gone: {duration(call.deadline - now)} left"
        case Kind.URGENT:
            return "A request that can't be undone waits" if call.final else "An urgent request waits"
        case Kind.SOON:
            return f"{call.count} requests wait" if call.count > 1 else "1 request waits"
        case Kind.FLOOD:
            return f"{call.count} requests in 10 min"
        case Kind.LINK:
            return f"The journal has not answered for {duration(now - call.since)}"
        case Kind.CHAIN:
            return "The journal was changed"
        case Kind.CAP:
            return f"Spend caps were reached {call.count} times" if call.count > 1 else "A spend cap was reached"
        case Kind.FAILED:
            return f"{call.count} runs failed" if call.count > 1 else "1 run failed"


def sentence(call: Call, now: int) -> str:
    """What holds and what can be done."""
    match call.kind:
        case Kind.URGENT if call.again:
            return "An urgent request still waits. Without an answer it ends and nothing is done."
        case Kind.URGENT:
            return f"Answer by {_time(call.deadline)}, in {duration(call.deadline - now)}."
        case Kind.SOON:
            first = "The first is" if call.count > 1 else "It is"
            return f"{first} to be answered by {_time(call.deadline)}."
        case Kind.FLOOD:
            return "Alike ones are grouped. Urgent ones still call one by one, the others are held back."
        case Kind.LINK:
            return f"What the window shows is of {clock_time(call.since)}. Nothing can be decided until it answers."
        case Kind.CHAIN:
            return "Approvals are off. The audit view shows the first entry that does not fit."
        case Kind.CAP:
            return "What does not fit it waits for a person."
        case Kind.FAILED:
            return "Its steps and what can be undone are on its page." if call.count == 1 else "The newest opens first."


def _time(at: int) -> str:
    return local(at).strftime("%H:%M")


def announcement(priority: int, new: int, waiting: int) -> str:
    """What a screen reader says of new asks of one priority."""
    lead = "1 new" if new == 1 else f"{new} new"
    kind = "urgent request" if priority == 1 else "request"
    return f"{lead} {kind}{'' if new == 1 else 's'}, {waiting} waiting"
