"""Questions about what was judged: the newest calls with what became of them, and the records of some runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, literal_column, select

from storage.read_tables import asks, effects, runs
from storage.tables import records


def newest(limit: int) -> Select[Any]:
    """(run_id, call_id, undone, asked, ruling), the newest calls first. Rows are begun in the order of the journal."""
    asked = (effects.c.ask_id != "").label("asked")
    found = select(effects.c.run_id, effects.c.call_id, effects.c.undone, asked, asks.c.ruling)
    found = found.join_from(effects, asks, asks.c.ask_id == effects.c.ask_id, isouter=True)
    return found.order_by(literal_column("effects.rowid").desc()).limit(limit)


def records_of(run_ids: Sequence[str]) -> Select[Any]:
    """Everything recorded about some runs, run by run in the order of the journal."""
    streams = [f"run:{run_id}" for run_id in run_ids]
    return select(records).where(records.c.stream.in_(streams)).order_by(records.c.stream, records.c.version)


def ruled(limit: int) -> Select[Any]:
    """The newest asks that a person approved or rejected, with their call: by rule they tell how often it is right."""
    found = select(
        effects.c.decided_by,
        effects.c.tool,
        effects.c.arguments,
        effects.c.resource,
        effects.c.effect,
        effects.c.tier,
        effects.c.undone,
        effects.c.run_id,
        runs.c.agent,
        asks.c.ruling,
        asks.c.harmful,
    )
    found = found.join_from(asks, effects, effects.c.ask_id == asks.c.ask_id)
    found = found.join(runs, runs.c.run_id == effects.c.run_id)
    found = found.where(asks.c.ruling.in_(("approved", "approved with edit", "rejected")), asks.c.kind == "action")
    return found.order_by(literal_column("asks.rowid").desc()).limit(limit)
