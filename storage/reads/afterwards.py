"""Questions about what came of an approval afterwards: undone or found harmful, and not yet read by who approved it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from storage.read_tables import afterwards_read, asks, effects, grant_uses, grants, rollbacks

_columns = (asks.c.ask_id, asks.c.title, asks.c.run_id)


def _approved_by(operator: str, found: Select[Any], since: Any, read: Any) -> Select[Any]:
    """Of what this person approved or agreed to as the second one, what they have not read of since it came about."""
    seen = and_(afterwards_read.c.ask_id == asks.c.ask_id, afterwards_read.c.operator_id == operator)
    ruled = asks.c.ruling_event
    # An ask without a ruling has no JSON there, and SQLite asks in the order it likes.
    agreed = case((func.json_valid(ruled) == 1, func.json_extract(ruled, "$.second")), else_="") == operator
    return (
        found.join(afterwards_read, seen, isouter=True)
        .where(asks.c.ruling.like("approved%"), or_(asks.c.ruled_by == operator, agreed))
        .where(func.coalesce(read, -1) < since)
        .order_by(since, asks.c.ask_id)
    )


def undone(operator: str) -> Select[Any]:
    """(ask_id, title, run_id, at, by) of approvals that somebody else undid since, oldest first."""
    same_call = and_(asks.c.run_id == effects.c.run_id, asks.c.call_id == effects.c.call_id)
    found = (
        select(*_columns, effects.c.undone_at.label("at"), func.coalesce(rollbacks.c.started_by, "").label("by"))
        .join_from(effects, asks, same_call)
        .join(rollbacks, rollbacks.c.rollback_id == effects.c.undone_in, isouter=True)
        .where(effects.c.undone == 1, func.coalesce(rollbacks.c.started_by, "") != operator)
    )
    return _approved_by(operator, found, effects.c.undone_at, afterwards_read.c.undo_read)


def undone_under_grants(operator: str) -> Select[Any]:
    """(ask_id, title, run_id, at, by, grant_id) of what was done under a standing grant of this person and undone since
    by somebody else, oldest first. ``ask_id``: the approval the grant was given with, for which it is noted as read."""
    used = and_(grant_uses.c.run_id == effects.c.run_id, grant_uses.c.call_id == effects.c.call_id)
    seen = and_(afterwards_read.c.ask_id == grants.c.ask_id, afterwards_read.c.operator_id == operator)
    by = func.coalesce(rollbacks.c.started_by, "")
    return (
        select(grants.c.ask_id, effects.c.title, effects.c.run_id, effects.c.undone_at.label("at"), by.label("by"))
        .add_columns(grants.c.grant_id)
        .join_from(effects, grant_uses, used)
        .join(grants, grants.c.grant_id == grant_uses.c.grant_id)
        .join(rollbacks, rollbacks.c.rollback_id == effects.c.undone_in, isouter=True)
        .join(afterwards_read, seen, isouter=True)
        .where(effects.c.undone == 1, grants.c.given_by == operator, by != operator)
        .where(func.coalesce(afterwards_read.c.undo_read, -1) < effects.c.undone_at)
        .order_by(effects.c.undone_at, effects.c.run_id, effects.c.call_id)
    )


def harmful(operator: str) -> Select[Any]:
    """(ask_id, title, run_id, at, by, why) of approvals that somebody found harmful since, oldest first."""
    found = select(*_columns, asks.c.harmful_at.label("at"), asks.c.harmful_by.label("by"), asks.c.harmful.label("why"))
    by_others = found.where(asks.c.harmful_at > 0, asks.c.harmful_by != operator)
    return _approved_by(operator, by_others, asks.c.harmful_at, afterwards_read.c.harm_read)
