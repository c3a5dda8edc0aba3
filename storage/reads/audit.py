"""Questions about the audit table: filtered pages by keyset, counts, full text, one entry's place in the chain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Text, and_, column, func, select, table, text
from sqlalchemy import union_all as joined

from storage.read_tables import asks, audit, effects, runs
from storage.tables import records

_NARROW = 20_000
"""Up to so many entries in a span of time are sorted; beyond that the page is found by walking down the numbers."""

_words = table("audit_text", column("rowid"), column("words", Text))


class Wanted:
    """What an audit page shows; empty means everything. `match` is a full-text query already made safe."""

    def __init__(
        self,
        *,
        agent: str = "",
        who: Sequence[str] = (),
        kinds: Sequence[str] = (),
        run_id: str = "",
        since: int = 0,
        until: int = 0,
        match: str = "",
    ) -> None:
        self.agent = agent
        self.who = tuple(who)
        self.kinds = tuple(dict.fromkeys(kinds))
        self.run_id = run_id
        self.since = since
        self.until = until
        self.match = match

    @property
    def only_time(self) -> bool:
        return bool(self.since or self.until) and not (
            self.agent or self.who or self.kinds or self.run_id or self.match
        )


def page(wanted: Wanted, before_seq: int, limit: int) -> Callable[[Connection], list[RowMapping]]:
    """Newest first, below `before_seq` (0: from the newest)."""

    def ask(connection: Connection) -> list[RowMapping]:
        if wanted.only_time and _is_narrow(connection, wanted):
            # The plus keeps SQLite from walking down the numbers: the index over time finds these few at once.
            rows = select(audit).where(*_filters(wanted, before_seq)).order_by(text("+audit.seq DESC")).limit(limit)
            return list(connection.execute(rows).mappings())
        return list(connection.execute(_walk(wanted, before_seq, limit)).mappings())

    return ask


def count(wanted: Wanted) -> Select[int]:
    found = select(func.count()).select_from(_source(wanted)).where(*_filters(wanted, 0))
    if wanted.kinds:
        found = found.where(audit.c.kind.in_(wanted.kinds))
    return found


def entry(seq: int) -> Callable[[Connection], tuple[RowMapping | None, RowMapping | None, list[tuple[int, bytes]]]]:
    """The audit row, the record and (seq, hash) of the record with its neighbours."""

    def ask(connection: Connection) -> tuple[RowMapping | None, RowMapping | None, list[tuple[int, bytes]]]:
        row = connection.execute(select(audit).where(audit.c.seq == seq)).mappings().first()
        record = connection.execute(select(records).where(records.c.seq == seq)).mappings().first()
        around = select(records.c.seq, records.c.hash).where(records.c.seq.between(seq - 1, seq + 1))
        hashes = [(int(r[0]), bytes(r[1])) for r in connection.execute(around.order_by(records.c.seq))]
        return row, record, hashes

    return ask


def surroundings(
    run_ids: Collection[str], calls: Collection[tuple[str, str]], ask_ids: Collection[str]
) -> Callable[[Connection], tuple[dict[str, str], dict[tuple[str, str], RowMapping], dict[str, RowMapping]]]:
    """What events of a batch do not say themselves: agents of runs, tools and titles of calls, asks."""

    def ask(
        connection: Connection,
    ) -> tuple[dict[str, str], dict[tuple[str, str], RowMapping], dict[str, RowMapping]]:
        agents = {
            str(r[0]): str(r[1])
            for r in connection.execute(select(runs.c.run_id, runs.c.agent).where(runs.c.run_id.in_(run_ids)))
        }
        wanted_runs = {run_id for run_id, _ in calls}
        call_ids = {call_id for _, call_id in calls}
        called = select(effects.c.run_id, effects.c.call_id, effects.c.tool, effects.c.title, effects.c.ask_id).where(
            effects.c.run_id.in_(wanted_runs), effects.c.call_id.in_(call_ids)
        )
        found = {(str(r["run_id"]), str(r["call_id"])): r for r in connection.execute(called).mappings()}
        wanted_asks = set(ask_ids) | {str(row["ask_id"]) for row in found.values() if row["ask_id"]}
        asked = select(asks.c.ask_id, asks.c.agent, asks.c.run_id, asks.c.tool, asks.c.title, asks.c.ruled_by).where(
            asks.c.ask_id.in_(wanted_asks)
        )
        return agents, found, {str(r["ask_id"]): r for r in connection.execute(asked).mappings()}

    return ask


def _walk(wanted: Wanted, before_seq: int, limit: int) -> Any:
    filters = _filters(wanted, before_seq)
    if wanted.match:
        if wanted.kinds:
            filters.append(audit.c.kind.in_(wanted.kinds))
        return select(audit).select_from(_source(wanted)).where(*filters).order_by(_words.c.rowid.desc()).limit(limit)
    if len(wanted.kinds) <= 1:
        filters += [audit.c.kind == kind for kind in wanted.kinds]
        return select(audit).where(*filters).order_by(audit.c.seq.desc()).limit(limit)
    # One short walk down an index per kind, then the newest of all: an IN would sort every entry it finds.
    walks = [
        select(select(audit).where(*filters, audit.c.kind == kind).order_by(audit.c.seq.desc()).limit(limit).subquery())
        for kind in wanted.kinds
    ]
    both = joined(*walks).subquery()
    return select(both).order_by(both.c.seq.desc()).limit(limit)


def _source(wanted: Wanted) -> Any:
    return audit.join(_words, _words.c.rowid == audit.c.seq) if wanted.match else audit


def _filters(wanted: Wanted, before_seq: int) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.match:
        found.append(text("audit_text MATCH :match").bindparams(match=wanted.match))  # type: ignore[arg-type]
        if before_seq:
            found.append(_words.c.rowid < before_seq)
    elif before_seq:
        found.append(audit.c.seq < before_seq)
    if wanted.agent:
        found.append(audit.c.agent == wanted.agent)
    if wanted.who:
        found.append(audit.c.who.in_(wanted.who) if len(wanted.who) > 1 else audit.c.who == wanted.who[0])
    if wanted.run_id:
        found.append(audit.c.run_id == wanted.run_id)
    if wanted.since:
        found.append(audit.c.at >= wanted.since)
    if wanted.until:
        found.append(audit.c.at < wanted.until)
    return found


def _is_narrow(connection: Connection, wanted: Wanted) -> bool:
    some = select(audit.c.at).where(and_(*_filters(wanted, 0))).limit(_NARROW + 1).subquery()
    return (connection.execute(select(func.count()).select_from(some)).scalar() or 0) <= _NARROW
