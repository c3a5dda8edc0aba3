"""Questions about agents, policy, settings, people and credentials, and the Fleet page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from storage.read_tables import agent_revisions, agents, credentials, operators, runs, workspace_values
from storage.reads import effects as effect_reads
from storage.reads import runs as run_reads

_NEWEST_RUNS = 20


def all_agents() -> Select[Any]:
    return select(agents).where(agents.c.revision > 0).order_by(agents.c.name)


def revisions(name: str = "") -> Select[Any]:
    """Newest first; of all agents when no name is given."""
    found = select(agent_revisions).order_by(agent_revisions.c.name, agent_revisions.c.revision.desc())
    return found.where(agent_revisions.c.name == name) if name else found


def values() -> Select[Any]:
    return select(workspace_values)


def people() -> Select[Any]:
    return select(operators).order_by(operators.c.name)


def stored_credentials() -> Select[Any]:
    return select(credentials).order_by(credentials.c.account)


def matching_agents(words: list[str], limit: int) -> Select[Any]:
    found = select(agents.c.name, agents.c.removed, agents.c.revision).where(agents.c.revision > 0)
    for word in words:
        found = found.where(agents.c.name.contains(word, autoescape=True))
    return found.order_by(agents.c.name).limit(limit)


def fleet(day_start: int) -> Callable[[Connection], list[tuple[RowMapping, list[RowMapping], dict[str, Any]]]]:
    """Per agent: its row, its unfinished and newest runs (newest first), and its numbers."""

    def ask(connection: Connection) -> list[tuple[RowMapping, list[RowMapping], dict[str, Any]]]:
        found = []
        for agent in connection.execute(all_agents()).mappings().all():
            found.append((agent, *_of_agent(connection, str(agent["name"]), day_start)))
        return found

    return ask


def _of_agent(connection: Connection, name: str, day_start: int) -> tuple[list[RowMapping], dict[str, Any]]:
    mine = run_reads.rows.where(runs.c.agent == name)
    newest_first = (runs.c.started_at.desc(), runs.c.run_id.desc())
    newest = list(connection.execute(mine.order_by(*newest_first).limit(_NEWEST_RUNS)).mappings())
    at_work = list(
        connection.execute(
            mine.where(runs.c.base_state.in_(("planning", "running"))).order_by(*newest_first).limit(_NEWEST_RUNS)
        ).mappings()
    )
    known = {row["run_id"] for row in at_work}
    shown = at_work + [row for row in newest if row["run_id"] not in known]
    states = {
        str(row[0]): int(row[1])
        for row in connection.execute(
            select(runs.c.base_state, func.count())
            .where(runs.c.agent == name, runs.c.base_state.in_(("queued", "planning", "running")))
            .group_by(runs.c.base_state)
        ).all()
    }
    today = connection.execute(
        select(func.count()).select_from(runs).where(runs.c.agent == name, runs.c.started_at >= day_start)
    ).scalar()
    last_ended = connection.execute(
        select(runs.c.outcome, runs.c.summary, runs.c.limit_name)
        .where(runs.c.agent == name, runs.c.base_state == "finished")
        .order_by(*newest_first)
        .limit(3)
    ).mappings()
    stated = connection.execute(effect_reads.stated([str(row["run_id"]) for row in shown], 20))
    numbers = {
        "queued": states.get("queued", 0),
        "at_work": states.get("planning", 0) + states.get("running", 0),
        "today": int(today or 0),
        "ended": list(last_ended),
        "confidence": tuple(float(row["confidence"]) for row in stated.mappings())[::-1],
    }
    return shown, numbers
