"""Questions about spend: sums per agent, model and local day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, select

from storage.read_tables import budget_days, cap_raises, entered_prices, reservations, runs, spend

SLOT_MICROS = 15 * 60 * 1_000_000
_agent = func.coalesce(runs.c.agent, func.replace(spend.c.run_id, "-", " "))
"""A test of a connection is no run: it is told by its own name."""


def by_day(days: Sequence[tuple[str, int, int]]) -> Select[Any]:
    """Sums per day, agent and model; days are (name, from, until) in µs, oldest first."""
    inside = [(spend.c.slot < until // SLOT_MICROS, name) for name, _, until in days]
    day = case(*inside, else_=days[-1][0]).label("day")
    first, last = days[0][1] // SLOT_MICROS, days[-1][2] // SLOT_MICROS
    found = select(
        day,
        _agent.label("agent"),
        spend.c.model,
        func.count(spend.c.run_id.distinct()).label("runs"),
        func.sum(spend.c.input_tokens).label("input_tokens"),
        func.sum(spend.c.output_tokens).label("output_tokens"),
        func.sum(spend.c.cost_micros).label("cost_micros"),
        func.sum(spend.c.price_unknown).label("price_unknown"),
    ).join_from(spend, runs, runs.c.run_id == spend.c.run_id, isouter=True)
    found = found.where(spend.c.slot >= first, spend.c.slot < last).group_by(day, _agent, spend.c.model)
    return found.order_by(day.desc(), _agent, spend.c.model)


def since(start: int) -> Select[Any]:
    """(agent, cost) from the day's start on."""
    found = select(_agent.label("agent"), func.sum(spend.c.cost_micros).label("cost_micros"))
    found = found.join_from(spend, runs, runs.c.run_id == spend.c.run_id, isouter=True)
    return found.where(spend.c.slot >= start // SLOT_MICROS).group_by(_agent)


def used_in(month: str) -> Select[Any]:
    """(day, agent, spent and held) of one month (ISO)."""
    return select(budget_days).where(budget_days.c.day.startswith(month, autoescape=True))


def under_way() -> Select[Any]:
    """Reservations that are not settled, oldest first."""
    return select(reservations).order_by(reservations.c.made_at, reservations.c.reservation_id)


def raised_in(month: str) -> Select[Any]:
    """What single runs were allowed beyond caps."""
    return select(cap_raises).where(cap_raises.c.day.startswith(month, autoescape=True))


def prices() -> Select[Any]:
    """What people entered."""
    return select(entered_prices).order_by(entered_prices.c.model)


def finished_tasks(limit: int) -> Select[Any]:
    """Finished runs, newest first, with what their answers used."""
    tokens = select(
        spend.c.run_id,
        func.sum(spend.c.input_tokens).label("input_tokens"),
        func.sum(spend.c.output_tokens).label("output_tokens"),
    )
    used = tokens.group_by(spend.c.run_id).subquery()
    found = select(
        runs.c.run_id,
        runs.c.title,
        runs.c.agent,
        runs.c.model,
        runs.c.outcome,
        runs.c.finished_at,
        runs.c.cost_micros,
        func.coalesce(used.c.input_tokens, 0).label("input_tokens"),
        func.coalesce(used.c.output_tokens, 0).label("output_tokens"),
        runs.c.price_unknown,
    ).join_from(runs, used, used.c.run_id == runs.c.run_id, isouter=True)
    found = found.where(runs.c.base_state == "finished")
    return found.order_by(runs.c.finished_at.desc(), runs.c.run_id.desc()).limit(limit)
