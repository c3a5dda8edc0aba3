"""The Fleet page's question: for every agent its runs that matter and its numbers, in a handful of statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, tuple_

from storage.read_tables import agents, confidences, runs
from storage.reads import runs as run_reads
from storage.reads.workspace import all_agents

_NEWEST = 3
_RUNS_OF_CONFIDENCES = 10
_CONFIDENCES = 20
_newest_first = (runs.c.started_at.desc(), runs.c.run_id.desc())
_AT_WORK = ("planning", "running")


class Fleet:
    """Everything by agent name; lists are newest first."""

    def __init__(self) -> None:
        self.agents: list[RowMapping] = []
        self.runs: dict[str, list[RowMapping]] = {}
        self.ended: dict[str, list[RowMapping]] = {}
        self.confidence: dict[str, list[float]] = {}
        self.queued: dict[str, int] = {}
        self.at_work: dict[str, int] = {}
        self.today: dict[str, int] = {}


def fleet(day_start: int) -> Callable[[Connection], Fleet]:
    """Runs at work, then the newest others; the last three that ended; the last stated confidences."""

    def ask(connection: Connection) -> Fleet:
        found = Fleet()
        found.agents = list(connection.execute(all_agents()).mappings())
        at_work = run_reads.rows.where(runs.c.base_state.in_(_AT_WORK)).order_by(*_newest_first)
        for question in (at_work, run_reads.rows.where(runs.c.run_id.in_(_of_each(_NEWEST))).order_by(*_newest_first)):
            known = {row["run_id"] for rows in found.runs.values() for row in rows}
            for row in connection.execute(question).mappings():
                if row["run_id"] not in known:
                    found.runs.setdefault(row["agent"], []).append(row)
        for row in connection.execute(_ended()).mappings():
            found.ended.setdefault(row["agent"], []).append(row)
        for row in connection.execute(_stated()).mappings():
            found.confidence.setdefault(row["agent"], []).append(float(row["confidence"]))
        for row in connection.execute(_states()).mappings():
            numbers = found.queued if row["base_state"] == "queued" else found.at_work
            numbers[row["agent"]] = numbers.get(row["agent"], 0) + row["runs"]
        today = select(runs.c.agent, func.count().label("runs")).where(runs.c.started_at >= day_start)
        for row in connection.execute(today.group_by(runs.c.agent)).mappings():
            found.today[row["agent"]] = row["runs"]
        return found

    return ask


def _of_each(most: int, *conditions: Any) -> Select[Any]:
    """Ids of the newest runs of every agent: one walk down the index of runs for each, inside one statement."""
    mine = runs.alias()
    of_one = (
        select(mine.c.run_id)
        .where(mine.c.agent == agents.c.name, *(condition(mine) for condition in conditions))
        .order_by(mine.c.started_at.desc(), mine.c.run_id.desc())
        .limit(most)
        .correlate(agents)
    )
    one = runs.alias()
    return select(one.c.run_id).select_from(agents).join(one, one.c.run_id.in_(of_one))


def _ended() -> Select[Any]:
    finished = _of_each(3, lambda mine: mine.c.base_state == "finished")
    found = select(runs.c.agent, runs.c.outcome, runs.c.summary, runs.c.limit_name, runs.c.unmet)
    return found.where(runs.c.run_id.in_(finished)).order_by(*_newest_first)


def _stated() -> Select[Any]:
    """Oldest first within each agent."""
    mine = runs.alias()
    newest_runs = (
        select(mine.c.run_id)
        .where(mine.c.agent == agents.c.name)
        .order_by(mine.c.started_at.desc(), mine.c.run_id.desc())
        .limit(_RUNS_OF_CONFIDENCES)
        .correlate(agents)
    )
    stated = confidences.alias()
    newest = (
        select(stated.c.run_id, stated.c.seq)
        .where(stated.c.run_id.in_(newest_runs))
        .order_by(stated.c.seq.desc())
        .limit(_CONFIDENCES)
        .correlate(agents)
    )
    found = select(agents.c.name.label("agent"), confidences.c.confidence)
    here = tuple_(confidences.c.run_id, confidences.c.seq)
    return found.join_from(agents, confidences, here.in_(newest)).order_by(confidences.c.seq)


def _states() -> Select[Any]:
    found = select(runs.c.agent, runs.c.base_state, func.count().label("runs"))
    return found.where(runs.c.base_state.in_(("queued", *_AT_WORK))).group_by(runs.c.agent, runs.c.base_state)
