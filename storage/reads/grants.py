"""Questions about standing grants: those that stand and those that are over, and what was done under one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, select

from storage.read_tables import asks, effects, grant_uses, grants


def every(limit: int) -> Select[Any]:
    """Those that were not ended first, then the newest; with the state of the approval each was given with."""
    found = select(grants, asks.c.state.label("ask_state"), asks.c.closed_how, asks.c.closed_sentence)
    found = found.join_from(grants, asks, asks.c.ask_id == grants.c.ask_id, isouter=True)
    return found.order_by(grants.c.ended_at > 0, grants.c.given_at.desc()).limit(limit)


def uses(grant_id: str, limit: int) -> Select[Any]:
    """Newest first."""
    same = and_(effects.c.run_id == grant_uses.c.run_id, effects.c.call_id == grant_uses.c.call_id)
    found = select(grant_uses, effects.c.title, effects.c.outcome, effects.c.undone)
    found = found.join_from(grant_uses, effects, same, isouter=True)
    return found.where(grant_uses.c.grant_id == grant_id).order_by(grant_uses.c.use.desc()).limit(limit)
