"""Questions about spend: sums per agent, model and local day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, select

from storage.read_tables import runs, spend

SLOT_MICROS = 15 * 60 * 1_000_000


def by_day(days: Sequence[tuple[str, int, int]]) -> Select[Any]:
    """Sums per day, agent and model; days are (name, from, until) in µs, oldest first."""
    inside = [(spend.c.slot < until // SLOT_MICROS, name) for name, _, until in days]
    day = case(*inside, else_=days[-1][0]).label("day")
    first, last = days[0][1] // SLOT_MICROS, days[-1][2] // SLOT_MICROS
    found = select(
        day,
        runs.c.agent,
        spend.c.model,
        func.count(spend.c.run_id.distinct()).label("runs"),
        func.sum(spend.c.input_tokens).label("input_tokens"),
        func.sum(spend.c.output_tokens).label("output_tokens"),
        func.sum(spend.c.cost_micros).label("cost_micros"),
        func.sum(spend.c.price_unknown).label("price_unknown"),
    ).join_from(spend, runs, runs.c.run_id == spend.c.run_id)
    found = found.where(spend.c.slot >= first, spend.c.slot < last).group_by(day, runs.c.agent, spend.c.model)
    return found.order_by(day.desc(), runs.c.agent, spend.c.model)


def since(start: int) -> Select[Any]:
    """(agent, cost) from the day's start on."""
    found = select(runs.c.agent, func.sum(spend.c.cost_micros).label("cost_micros"))
    found = found.join_from(spend, runs, runs.c.run_id == spend.c.run_id)
    return found.where(spend.c.slot >= start // SLOT_MICROS).group_by(runs.c.agent)
