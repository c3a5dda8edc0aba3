"""The words of notifications and announcements: facts and times, never arguments, names or secrets. No Qt."""

from __future__ import annotations

from console.attention.facts import Call, Kind
from console.presenters.times import clock_time, duration, local
from console.presenters.wording import later, say

APP_NAME = "Operator console"
OPEN, PAUSE = later("Open request"), later("Pause agent")


def headline(call: Call, now: int) -> str:
    """One fact."""
    match call.kind:
        case Kind.URGENT if call.again:
            left = duration(call.deadline - now)
            return say("{share} % of the time is gone: {time} left", share=call.again, time=left)
        case Kind.URGENT:
            return say("A request that can't be undone waits") if call.final else say("An urgent request waits")
        case Kind.SOON:
            return say("{count} requests wait", count=call.count) if call.count > 1 else say("1 request waits")
        case Kind.FLOOD:
            return say("{count} requests in 10 min", count=call.count)
        case Kind.LINK:
            return say("The journal has not answered for {time}", time=duration(now - call.since))
        case Kind.CHAIN:
            return say("The journal was changed")
        case Kind.CAP:
            many = say("Spend caps were reached {count} times", count=call.count)
            return many if call.count > 1 else say("A spend cap was reached")
        case Kind.FAILED:
            return say("{count} runs failed", count=call.count) if call.count > 1 else say("1 run failed")


def sentence(call: Call, now: int) -> str:
    """What holds and what can be done."""
    match call.kind:
        case Kind.URGENT if call.again:
            return say("An urgent request still waits. Without an answer it ends and nothing is done.")
        case Kind.URGENT:
            return say("Answer by {at}, in {time}.", at=_time(call.deadline), time=duration(call.deadline - now))
        case Kind.SOON:
            at = _time(call.deadline)
            several = say("The first is to be answered by {at}.", at=at)
            return several if call.count > 1 else say("It is to be answered by {at}.", at=at)
        case Kind.FLOOD:
            return say("Alike ones are grouped. Urgent ones still call one by one, the others are held back.")
        case Kind.LINK:
            at = clock_time(call.since)
            return say("What the window shows is of {at}. Nothing can be decided until it answers.", at=at)
        case Kind.CHAIN:
            return say("Approvals are off. The audit view shows the first entry that does not fit.")
        case Kind.CAP:
            return say("What does not fit it waits for a person.")
        case Kind.FAILED:
            one = say("Its steps and what can be undone are on its page.")
            return one if call.count == 1 else say("The newest opens first.")


def _time(at: int) -> str:
    return local(at).strftime("%H:%M")


def announcement(priority: int, new: int, waiting: int) -> str:
    """What a screen reader says of new asks of one priority."""
    if priority == 1:
        one, more = (
            later("1 new urgent request, {waiting} waiting"),
            later("{new} new urgent requests, {waiting} waiting"),
        )
    else:
        one, more = later("1 new request, {waiting} waiting"), later("{new} new requests, {waiting} waiting")
    return say(one if new == 1 else more, new=new, waiting=waiting)
