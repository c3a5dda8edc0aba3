"""Questions about how well people are asked: asks of a span of time with all that came of them, approvals by rule."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, literal_column, or_, select

from storage.read_tables import asks
from storage.reads.asks import repeats, undone

_approved = asks.c.ruling.like("approved%")


def asked_between(since: int, until: int) -> Select[Any]:
    """Every ask raised in that time, oldest first, with what the health figures are made of."""
    wanted = ("ask_id", "title", "tier", "priority", "raised_at", "answer_by", "ruling", "ruled_by", "ruled_at")
    more = ("looked_ms", "seen_at", "seen", "closed_how", "closed_at", "state", "moved_at", "harmful")
    columns = [asks.c[name] for name in (*wanted, *more)]
    found = select(*columns, undone.label("undone"), repeats.scalar_subquery().label("repeats"))
    return found.where(asks.c.raised_at >= since, asks.c.raised_at < until).order_by(asks.c.raised_at)


def by_rule(since: int, until: int) -> Select[Any]:
    """(rule, decided, approved, rejected, undone or harmful, expired unseen) in that time, most decisions first."""
    span = (asks.c.ruled_at >= since, asks.c.ruled_at < until)
    ruled = and_(or_(_approved, asks.c.ruling == "rejected"), *span)
    unseen = and_(asks.c.closed_how == "expired", asks.c.seen == 0, asks.c.ruling == "")
    lost = and_(unseen, asks.c.closed_at >= since, asks.c.closed_at < until)
    found = select(
        asks.c.rule,
        func.sum(case((ruled, 1), else_=0)).label("decided"),
        func.sum(case((_approved, 1), else_=0)).label("approved"),
        func.sum(case((asks.c.ruling == "rejected", 1), else_=0)).label("rejected"),
        func.sum(case((_approved & or_(undone, asks.c.harmful != ""), 1), else_=0)).label("undone"),
        func.sum(case((unseen, 1), else_=0)).label("expired_unseen"),
    )
    found = found.where(or_(ruled, lost), asks.c.rule != "")
    return found.group_by(asks.c.rule).order_by(literal_column("decided").desc(), asks.c.rule)


def decided_since(operator: str, since: int) -> Select[Any]:
    """How many asks a person ruled on since then."""
    return select(func.count().label("decided")).where(asks.c.ruled_at >= since, asks.c.ruled_by == operator)
