"""Questions about calls: what is used of quotas, activity per minute, the calls of one run, what runs now, and what
other runs did later to the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Float, Select, and_, case, cast, exists, func, literal, or_, select, tuple_

from storage.read_tables import effects, runs, touched

_MINUTE = 60 * 1_000_000
_counted = and_(effects.c.started_at > 0, effects.c.effect != "read", effects.c.outcome.not_in(("failed", "cancelled")))


def used_by_tool(agent: str, argument: str, since: int, run_id: str = "") -> Select[Any]:
    """(tool, times, amount) of effects started since then: a quota's count, and the sum of a numeric argument."""
    path = '$."' + argument.replace('"', "") + '"'
    readable = func.json_valid(effects.c.arguments) == 1
    value = case((readable, func.json_extract(effects.c.arguments, path)), else_=0)
    amount = func.coalesce(func.sum(func.abs(cast(value, Float))), 0.0) if argument else literal(0.0)
    found = select(effects.c.tool, func.count().label("times"), amount.label("amount")).where(_counted)
    if run_id:
        found = found.where(effects.c.run_id == run_id)
    else:
        found = found.join_from(effects, runs, runs.c.run_id == effects.c.run_id)
        found = found.where(runs.c.agent == agent, effects.c.started_at >= since)
    return found.group_by(effects.c.tool)


def per_minute(since: int, agent: str = "") -> Select[Any]:
    """(minute, calls started) of one agent, or of all."""
    minute = (effects.c.started_at // _MINUTE).label("minute")
    found = select(minute, func.count().label("actions")).where(effects.c.started_at >= since).group_by(minute)
    if agent:
        found = found.join_from(effects, runs, runs.c.run_id == effects.c.run_id).where(runs.c.agent == agent)
    return found


def of_run(run_id: str) -> Select[Any]:
    return select(effects).where(effects.c.run_id == run_id).order_by(effects.c.judged_at, effects.c.call_id)


def running_now() -> Select[Any]:
    """(run, title) of calls that are under way in unfinished runs."""
    found = select(effects.c.run_id, effects.c.title, effects.c.started_at)
    found = found.join_from(runs, effects, and_(effects.c.run_id == runs.c.run_id, effects.c.running == 1))
    return found.where(runs.c.base_state.in_(("planning", "running"))).order_by(effects.c.started_at)


def later_of_others(run_id: str, call_id: str, things: Sequence[str]) -> Select[Any]:
    """(run_id, run, started_at): effects of other runs on one of these things that began later and still stand."""
    own = select(effects.c.started_seq).where(effects.c.run_id == run_id, effects.c.call_id == call_id)
    theirs = tuple_(effects.c.run_id, effects.c.call_id)
    named = select(touched.c.run_id, touched.c.call_id).where(touched.c.thing.in_(things))
    nameless = ~exists().where(touched.c.run_id == effects.c.run_id, touched.c.call_id == effects.c.call_id)
    found = select(effects.c.run_id, runs.c.title.label("run"), effects.c.started_at)
    found = found.join_from(effects, runs, runs.c.run_id == effects.c.run_id)
    found = found.where(_counted, effects.c.undone == 0, effects.c.run_id != run_id)
    found = found.where(effects.c.started_seq > own.scalar_subquery())
    return found.where(or_(theirs.in_(named), and_(effects.c.resource.in_(things), nameless))).order_by(
        effects.c.started_seq
    )
