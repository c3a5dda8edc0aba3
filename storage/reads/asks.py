"""Questions about asks: what waits, what was decided, how alike ones were decided, how often an agent was right."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select

from storage.read_tables import asks, effects, plan_steps, runs

undone = exists(
    select(1).where(effects.c.run_id == asks.c.run_id, effects.c.call_id == asks.c.call_id, effects.c.undone == 1)
)

_behind = (
    select(func.count())
    .where(
        plan_steps.c.run_id == asks.c.run_id,
        plan_steps.c.plan_revision == runs.c.plan_revision,
        plan_steps.c.leaf == 1,
        plan_steps.c.status == "to do",
    )
    .correlate(asks, runs)
)

_others = asks.alias("others")
repeats = (
    select(func.count())
    .where(
        _others.c.same == asks.c.same,
        _others.c.raised_at > asks.c.raised_at - 10 * 60 * 1_000_000,
        _others.c.raised_at <= asks.c.raised_at,
    )
    .correlate(asks)
)

_outcome = (
    select(effects.c.outcome)
    .where(effects.c.run_id == asks.c.run_id, effects.c.call_id == asks.c.call_id)
    .limit(1)
    .scalar_subquery()
)

rows = select(
    asks,
    runs.c.paused_at,
    undone.label("rolled_back"),
    _behind.scalar_subquery().label("behind"),
    repeats.scalar_subquery().label("repeats"),
).join_from(asks, runs, runs.c.run_id == asks.c.run_id, isouter=True)
"""Asks with what their run says about them."""


def open_asks() -> Select[Any]:
    """Waiting and held."""
    return rows.where(asks.c.state.in_(("waiting", "held"))).order_by(asks.c.raised_at)


def one(ask_id: str) -> Select[Any]:
    return rows.where(asks.c.ask_id == ask_id)


def of_run(run_id: str) -> Select[Any]:
    return rows.where(asks.c.run_id == run_id).order_by(asks.c.raised_at)


def decided(before: int, limit: int) -> Select[Any]:
    """Closed asks, newest first; `before` = closed at of the last row of the page before."""
    # The state is not looked up in its index: nearly every ask is closed, and all of them would have to be sorted.
    found = rows.where(asks.c.state.op("||")("") == "closed", asks.c.closed_at > 0)
    if before:
        found = found.where(asks.c.closed_at < before)
    return found.order_by(asks.c.closed_at.desc(), asks.c.ask_id.desc()).limit(limit)


def similar(ask_id: str, shape: str, limit: int = 8) -> Select[Any]:
    """Decided asks of the same tool and shape of arguments, newest first, with what came of the action."""
    decided_ones = and_(asks.c.shape == shape, asks.c.ruled_at > 0, asks.c.ask_id != ask_id)
    found = rows.add_columns(_outcome.label("outcome")).where(decided_ones, asks.c.ruling != "told")
    return found.order_by(asks.c.ruled_at.desc()).limit(limit)


def asked_before(ask_id: str, run_id: str, tool: str, raised_at: int) -> Select[Any]:
    """The newest earlier ask of the same run for the same tool."""
    earlier = and_(asks.c.run_id == run_id, asks.c.tool == tool, asks.c.kind == "action", asks.c.ask_id != ask_id)
    return rows.where(earlier, asks.c.raised_at <= raised_at).order_by(asks.c.raised_at.desc()).limit(1)


def track(agent: str, tool: str, since_newest: int = 500) -> Select[Any]:
    """(stated, cases, right) over the newest calls of this tool by this agent that were done or rejected."""
    ended = or_(effects.c.outcome.in_(("ok", "failed")), effects.c.refused == "rejected")
    harmless = func.coalesce(asks.c.harmful, "") == ""
    newest = (
        select(
            effects.c.confidence,
            case((and_(effects.c.outcome == "ok", effects.c.undone == 0, harmless), 1), else_=0).label("was_right"),
        )
        .join_from(effects, runs, runs.c.run_id == effects.c.run_id)
        .join(asks, asks.c.ask_id == effects.c.ask_id, isouter=True)
        .where(effects.c.tool == tool, runs.c.agent == agent, ended)
        .order_by(effects.c.judged_at.desc())
        .limit(since_newest)
        .subquery()
    )
    return select(
        func.avg(newest.c.confidence).label("stated"),
        func.count().label("cases"),
        func.coalesce(func.sum(newest.c.was_right), 0).label("right"),
    ).select_from(newest)


def raised_since(since: int, agent: str = "") -> Select[Any]:
    """When asks were raised, oldest first, with what their priority follows from; of one agent, or of all."""
    found = select(asks.c.raised_at, asks.c.tier, asks.c.answer_by).where(asks.c.raised_at >= since)
    if agent:
        found = found.where(asks.c.agent == agent)
    return found.order_by(asks.c.raised_at)


def asked_since(since: int) -> Select[Any]:
    """Asks raised since then, oldest first, as far as floods and repeats are concerned."""
    wanted = (asks.c.ask_id, asks.c.kind, asks.c.agent, asks.c.same, asks.c.raised_at, asks.c.tier, asks.c.answer_by)
    found = select(*wanted, asks.c.closed_how, asks.c.ruled_at).where(asks.c.raised_at >= since)
    return found.order_by(asks.c.raised_at)


def rulings_of(operator: str, since: int) -> Select[Any]:
    """What a person ruled since then."""
    found = select(asks.c.ruling, asks.c.looked_ms, undone.label("rolled_back"))
    return found.where(asks.c.ruled_at >= since, asks.c.ruled_by == operator)


def matching(words: list[str], limit: int) -> Select[Any]:
    """Asks whose title, agent or tool has all these words, newest first."""
    found = select(asks.c.ask_id, asks.c.title, asks.c.agent, asks.c.tool, asks.c.state, asks.c.raised_at)
    for word in words:
        fields = (asks.c.title, asks.c.agent, asks.c.tool, asks.c.ask_id)
        found = found.where(or_(*(field.contains(word, autoescape=True) for field in fields)))
    return found.order_by(asks.c.raised_at.desc()).limit(limit)
