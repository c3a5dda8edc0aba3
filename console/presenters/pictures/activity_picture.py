"""Actions per minute with marks where people were asked, of an agent or of the workspace. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from console.presenters.fleet_text import activity_text
from console.presenters.pictures.picture import Lane, Picture, Spot, counted
from console.presenters.times import local
from console.presenters.wording import say
from runtime.projections.rows import ActivityMinute

BARS_TALL = 96


def activity_picture(minutes: Sequence[ActivityMinute], title: str, agent: str = "") -> Picture:
    """A bar a minute; a mark below each minute in which somebody was asked."""
    key = "actions-per-minute"
    who = say("{agent} did", agent=agent) if agent else say("No agent did")
    if not any(one.actions or one.asks or one.asked_priority for one in minutes):
        nothing = (
            say("{who} nothing in {span}.", who=who, span=_span(len(minutes)))
            if agent
            else say("{who} anything in {span}.", who=who, span=_span(len(minutes)))
        )
        return Picture(key, title, "", empty=nothing)
    most = max(one.actions for one in minutes)
    spots = tuple(
        Spot(
            (at + 0.5) / len(minutes),
            one.actions / most if most else 0.0,
            _said(one),
            priority=one.asked_priority,
        )
        for at, one in enumerate(minutes)
    )
    text = activity_text(minutes)
    lane = Lane("bars", "", "", spots, BARS_TALL)
    rows = tuple(
        (local(one.minute).strftime("%Y-%m-%d %H:%M"), one.actions, one.asks, _urgency(one)) for one in minutes
    )
    columns = (say("Minute"), say("Actions"), say("Asks"), say("Highest priority"))
    return Picture(key, title, text.sentence, (lane,), text.labels, columns, rows)


def _span(minutes: int) -> str:
    if minutes % 60 == 0:
        return say("the last hour") if minutes == 60 else say("the last {minutes} hours", minutes=minutes // 60)
    return say("the last {minutes} minutes", minutes=minutes)


def _urgency(one: ActivityMinute) -> str:
    return str(one.asked_priority) if one.asked_priority else "none"


def _said(one: ActivityMinute) -> str:
    said = f"{local(one.minute).strftime('%H:%M')}, {counted(one.actions, 'action')}"
    if not one.asked_priority:
        return said
    times = counted(max(1, one.asks), "time")
    return say(
        "{said}, asked {times}, highest priority {asked_priority}",
        said=said,
        times=times,
        asked_priority=one.asked_priority,
    )
