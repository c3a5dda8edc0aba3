"""Spend by agent and day: a lane an agent, a bar a day, all on one scale. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from console.presenters.pictures.picture import Cells, Lane, Picture, Spot, counted
from console.presenters.spend_text import DAYS, csv_cells, day_words, lines_of, measure, said_measure
from console.presenters.wording import say
from runtime.projections.rows import SpendRow

LANES, LANE_TALL = 6, 30


def spend_picture(rows: Sequence[SpendRow], today: date, what: str = "cost") -> Picture:
    """``what``: cost, tokens or runs. The six largest agents, then all others together."""
    key, title = say("{what}-by-agent-and-day", what=what), say("By agent and day")
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    sums = _sums(rows, what)
    if not any(any(values.values()) for values in sums.values()):
        return Picture(
            key, title, "", empty=say("Nothing in {days} days.", days=DAYS), columns=_heads(), rows=_table(rows)
        )
    order = sorted(sums, key=lambda agent: (-sum(sums[agent].values()), agent))
    shown = [(agent, sums[agent]) for agent in order[:LANES]]
    if len(order) == LANES + 1:  # one more needs no lane of its own for "others"
        shown.append((order[-1], sums[order[-1]]))
    elif len(order) > LANES:
        rest = order[LANES:]
        others = {day.isoformat(): sum(sums[agent].get(day.isoformat(), 0) for agent in rest) for day in days}
        shown.append((counted(len(rest), "other agent"), others))
    top = max(max(values.values(), default=0) for _, values in shown) or 1
    lanes = tuple(_lane(name, values, days, today, what, top) for name, values in shown)
    labels = (day_words(days[0], today), day_words(days[len(days) // 2], today), day_words(today, today))
    return Picture(key, title, _sentence(order, sums, what), lanes, labels, _heads(), _table(rows))


def _heads() -> tuple[str, ...]:
    tokens = (say("Tokens in"), say("Tokens out"))
    return (say("Day"), say("Agent"), say("Model"), say("Runs"), *tokens, say("Cost $"), say("Price unknown"))


def _sums(rows: Sequence[SpendRow], what: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in lines_of(rows, "day-agent"):
        days = found.setdefault(line.agent, {})
        days[line.day] = days.get(line.day, 0) + measure(line, what)
    return found


def _lane(name: str, values: dict[str, int], days: Sequence[date], today: date, what: str, top: int) -> Lane:
    spots = tuple(
        Spot(
            (at + 0.5) / len(days),
            values.get(day.isoformat(), 0) / top,
            f"{name}, {day_words(day, today)}: {said_measure(values.get(day.isoformat(), 0), what)}",
        )
        for at, day in enumerate(days)
    )
    return Lane("bars", name, said_measure(sum(values.values()), what), spots, LANE_TALL)


def _sentence(order: Sequence[str], sums: dict[str, dict[str, int]], what: str) -> str:
    total, first = sum(sum(values.values()) for values in sums.values()), order[0]
    largest = said_measure(sum(sums[first].values()), what)
    return say(
        "{said_measure} of {counted}; most by {first}, {largest}.",
        said_measure=said_measure(total, what),
        counted=counted(len(order), "agent"),
        first=first,
        largest=largest,
    )


def _table(rows: Sequence[SpendRow]) -> tuple[Cells, ...]:
    return tuple(csv_cells(row) for row in rows)
