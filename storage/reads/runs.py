"""Questions about runs: pages of the list, one run, which are unfinished, the records of one run."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, exists, func, or_, select, tuple_

from storage.read_tables import agents, asks, plan_steps, runs, workspace_values
from storage.tables import records

_current = and_(plan_steps.c.run_id == runs.c.run_id, plan_steps.c.plan_revision == runs.c.plan_revision)
_leaves = select(func.count()).where(_current, plan_steps.c.leaf == 1, plan_steps.c.status != "skipped")
_open = exists(select(1).where(asks.c.run_id == runs.c.run_id, asks.c.state != "closed"))

_waits = and_(runs.c.base_state.in_(("planning", "running")), or_(runs.c.waiting_for != "", _open))
state = case(
    (runs.c.base_state == "finished", "finished"),
    (runs.c.paused_at > 0, "paused"),
    (_waits, "waiting"),
    else_=runs.c.base_state,
).label("state")
"""A run waits while something outside it is wanted; paused covers all but finished."""

_STATES: dict[str, ColumnElement[bool]] = {
    "finished": runs.c.base_state == "finished",
    "paused": and_(runs.c.base_state.in_(("queued", "planning", "running")), runs.c.paused_at > 0),
    "waiting": and_(_waits, runs.c.paused_at == 0),
    "running": and_(runs.c.base_state == "running", runs.c.paused_at == 0, ~_waits),
    "queued": and_(runs.c.base_state == "queued", runs.c.paused_at == 0),
    "planning": and_(runs.c.base_state == "planning", runs.c.paused_at == 0, ~_waits),
}

rows = select(
    runs,
    state,
    _leaves.scalar_subquery().label("steps"),
    _leaves.where(plan_steps.c.status == "done").scalar_subquery().label("steps_done"),
    select(func.count())
    .where(asks.c.run_id == runs.c.run_id, asks.c.state == "waiting")
    .scalar_subquery()
    .label("waiting_asks"),
)
"""Runs as the list shows them."""


def page(agent: str, wanted: str, words: str, before: tuple[int, str] | None, limit: int) -> Select[Any]:
    """Newest first. `wanted` is a state or an outcome; `words` are looked for in title, source and summary."""
    found = rows.order_by(runs.c.started_at.desc(), runs.c.run_id.desc()).limit(limit)
    if agent:
        found = found.where(runs.c.agent == agent)
    if wanted:
        found = found.where(_STATES.get(wanted, runs.c.outcome == wanted))
    for word in words.split():
        fields = (runs.c.title, runs.c.source, runs.c.summary, runs.c.run_id, runs.c.agent)
        found = found.where(or_(*(field.contains(word, autoescape=True) for field in fields)))
    if before is not None:
        found = found.where(tuple_(runs.c.started_at, runs.c.run_id) < before)
    return found


def one(run_id: str) -> Select[Any]:
    return rows.where(runs.c.run_id == run_id)


def unfinished() -> Select[Any]:
    """Every run that has not ended, oldest first."""
    names = select(runs.c.run_id, runs.c.agent, runs.c.revision, runs.c.started_at, state)
    return names.where(runs.c.base_state.in_(("queued", "planning", "running"))).order_by(runs.c.started_at)


def with_task_key(agent: str, key: str) -> Select[Any]:
    return select(runs.c.run_id).where(runs.c.agent == agent, runs.c.task_key == key).limit(1)


def task_keys(agent: str) -> Select[Any]:
    return select(runs.c.task_key).where(runs.c.agent == agent, runs.c.task_key != "")


def records_of(run_id: str) -> Select[Any]:
    """The records of a run and of all its asks, in journal order."""
    ask_streams = select("ask:" + asks.c.ask_id).where(asks.c.run_id == run_id)
    streams = or_(records.c.stream == f"run:{run_id}", records.c.stream.in_(ask_streams))
    return select(records).where(streams).order_by(records.c.seq)


def stands_still() -> CompoundSelect[Any]:
    """(what, since) of agents and everything that is paused."""
    every = select(workspace_values.c.name, workspace_values.c.at).where(
        workspace_values.c.name == "paused", workspace_values.c.value != ""
    )
    return every.union_all(select("agent:" + agents.c.name, agents.c.paused_at).where(agents.c.paused_at > 0))
