"""Questions about what ran without a person: the sample to review, and what was said of what was reviewed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, literal_column, select

from storage.read_tables import effects, reviews, runs
from storage.tables import records


def sample(newest: int, of_256: int, limit: int) -> Select[Any]:
    """Of the ``newest`` calls those that ended, allowed by a rule, whose start's hash begins below ``of_256``.

    Newest first, without what was reviewed. It walks down the newest rows alone, however long the journal is.
    """
    some = select(effects).order_by(literal_column("effects.rowid").desc()).limit(newest).subquery("some")
    wanted = ("run_id", "call_id", "tool", "arguments", "title", "effect", "resource", "decided_by", "tier")
    more = ("started_at", "outcome", "summary", "failure", "duration_ms", "undone")
    found = select(*(some.c[name] for name in (*wanted, *more)), runs.c.agent, runs.c.title.label("run"))
    found = found.join_from(some, records, records.c.seq == some.c.started_seq)
    found = found.join(runs, runs.c.run_id == some.c.run_id)
    said = and_(reviews.c.run_id == some.c.run_id, reviews.c.call_id == some.c.call_id)
    found = found.join(reviews, said, isouter=True).where(reviews.c.run_id.is_(None))
    by_itself = (some.c.verdict == "allow", some.c.ask_id == "", ~some.c.decided_by.startswith("grant "))
    ended = (some.c.started_seq > 0, some.c.finished_at > 0, some.c.running == 0, some.c.refused == "")
    drawn = func.substr(records.c.hash, 1, 1) <= bytes([of_256 - 1])
    return found.where(*by_itself, *ended, drawn).order_by(some.c.started_seq.desc()).limit(limit)


def said_between(since: int, until: int) -> Select[Any]:
    """(reviewed, should_have_asked) in that time."""
    asked = func.coalesce(func.sum(1 - reviews.c.fine), 0).label("should_have_asked")
    found = select(func.count().label("reviewed"), asked)
    return found.where(reviews.c.at >= since, reviews.c.at < until)


def not_fine(limit: int) -> Select[Any]:
    """(rule, agent, tool, resource, why, by) of what should have been asked, the newest first."""
    columns = (effects.c.decided_by, effects.c.tool, effects.c.resource, reviews.c.why, reviews.c.reviewed_by)
    same = and_(effects.c.run_id == reviews.c.run_id, effects.c.call_id == reviews.c.call_id)
    found = select(*columns, runs.c.agent).join_from(reviews, effects, same)
    found = found.join(runs, runs.c.run_id == reviews.c.run_id).where(reviews.c.fine == 0)
    return found.order_by(reviews.c.at.desc()).limit(limit)
