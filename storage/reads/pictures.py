"""Questions behind pictures of an agent: how sure it said it was, against how it ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, func, or_, select

from storage.read_tables import effects, runs

NEWEST_RUNS = 1_000


def record_of(agent: str, with_reads: bool) -> Select[Any]:
    """(percent, stated, cases, right) of the calls in the newest runs of an agent, the surest first.

    ``percent`` is the stated confidence in whole percent, NULL where none was stated. A call counts when it ended or
    a person rejected it; it was right when it was done and is not undone.
    """
    newest = select(runs.c.run_id).where(runs.c.agent == agent)
    newest = newest.order_by(runs.c.started_at.desc(), runs.c.run_id.desc()).limit(NEWEST_RUNS)
    ended = or_(effects.c.outcome.in_(("ok", "failed")), effects.c.refused == "rejected")
    percent = cast(func.round(effects.c.confidence * 100), Integer).label("percent")
    right = case((and_(effects.c.outcome == "ok", effects.c.undone == 0), 1), else_=0)
    found = select(
        percent,
        func.avg(effects.c.confidence).label("stated"),
        func.count().label("cases"),
        func.sum(right).label("right"),
    ).where(effects.c.run_id.in_(newest), ended)
    if not with_reads:
        found = found.where(effects.c.effect != "read")
    return found.group_by(percent).order_by(percent.desc())
