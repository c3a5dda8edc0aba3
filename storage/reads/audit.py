"""Questions about the audit table: filtered pages by keyset, counts, full text, one entry's place in the chain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, Text, column, func, select, table, text
from sqlalchemy import union_all as joined

from storage.read_tables import asks, audit, effects, plan_steps, runs
from storage.tables import positions, records

_words = table("audit_text", column("rowid"), column("words", Text))
NEWEST, BACK = "audit newest", "audit clock back"
"""Positions that the follower keeps: the latest time of any entry, and by how much a later entry is ever earlier."""


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


def mark(field: str, value: str) -> str:
    """One word for the full text that stands for a column's value, so that the text index itself can narrow by it."""
    return f"zz{field}{value.encode().hex()}"


def page(wanted: Wanted, before_seq: int, limit: int) -> Callable[[Connection], list[RowMapping]]:
    """Newest first, below `before_seq` (0: from the newest)."""

    def ask(connection: Connection) -> list[RowMapping]:
        bounds = _bounds(connection, wanted)
        return list(connection.execute(_walk(wanted, _filters(wanted, before_seq, bounds), limit)).mappings())

    return ask


def count(wanted: Wanted) -> Callable[[Connection], int]:
    def ask(connection: Connection) -> int:
        filters = _filters(wanted, 0, _bounds(connection, wanted))
        if wanted.match and not (wanted.since or wanted.until):
            source: Any = _words
        else:
            source = _source(wanted)
            filters += [] if wanted.match else _columns(wanted)
        return int(connection.execute(select(func.count()).select_from(source).where(*filters)).scalar() or 0)

    return ask


def entry(seq: int) -> Callable[[Connection], tuple[RowMapping | None, RowMapping | None, list[tuple[int, bytes]]]]:
    """The audit row, the record and (seq, hash) of the record with its neighbours."""

    def ask(connection: Connection) -> tuple[RowMapping | None, RowMapping | None, list[tuple[int, bytes]]]:
        row = connection.execute(select(audit).where(audit.c.seq == seq)).mappings().first()
        record = connection.execute(select(records).where(records.c.seq == seq)).mappings().first()
        around = select(records.c.seq, records.c.hash).where(records.c.seq.between(seq - 1, seq + 1))
        hashes = [(int(r[0]), bytes(r[1])) for r in connection.execute(around.order_by(records.c.seq))]
        return row, record, hashes

    return ask


_Pair: TypeAlias = tuple[str, str]
Surroundings: TypeAlias = tuple[
    dict[str, RowMapping], dict[_Pair, RowMapping], dict[str, RowMapping], dict[_Pair, RowMapping]
]
"""Agents and titles of runs, tools and titles of calls, asks, titles of steps of plans; all by their ids."""


def surroundings(
    run_ids: Collection[str], calls: Collection[_Pair], ask_ids: Collection[str], steps: Collection[_Pair]
) -> Callable[[Connection], Surroundings]:
    """What events of a batch do not say themselves. ``calls``: (run id, call id); ``steps``: (run id, step id)."""

    def ask(connection: Connection) -> Surroundings:
        running = select(runs.c.run_id, runs.c.agent, runs.c.title).where(runs.c.run_id.in_(run_ids))
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
        by_run = {str(r["run_id"]): r for r in connection.execute(running).mappings()}
        by_ask = {str(r["ask_id"]): r for r in connection.execute(asked).mappings()}
        return by_run, found, by_ask, _steps(connection, steps)

    return ask


def _steps(connection: Connection, steps: Collection[_Pair]) -> dict[_Pair, RowMapping]:
    if not steps:
        return {}
    of_runs, wanted = ({pair[at] for pair in steps} for at in (0, 1))
    asked = select(plan_steps.c.run_id, plan_steps.c.step_id, plan_steps.c.title, plan_steps.c.tool).where(
        plan_steps.c.run_id.in_(of_runs), plan_steps.c.step_id.in_(wanted)
    )
    return {(str(r["run_id"]), str(r["step_id"])): r for r in connection.execute(asked).mappings()}


def _walk(wanted: Wanted, filters: list[ColumnElement[bool]], limit: int) -> Any:
    if wanted.match:
        return select(audit).select_from(_source(wanted)).where(*filters).order_by(_words.c.rowid.desc()).limit(limit)
    if len(wanted.kinds) <= 1:
        return select(audit).where(*filters, *_columns(wanted)).order_by(audit.c.seq.desc()).limit(limit)
    # One short walk down an index per kind, then the newest of all: an IN would sort every entry it finds. The walks
    # bring numbers alone; only what is shown is read whole.
    rest = _columns(wanted, with_kinds=False)
    walks = [
        select(
            select(audit.c.seq)
            .where(*filters, *rest, audit.c.kind == kind)
            .order_by(audit.c.seq.desc())
            .limit(limit)
            .subquery()
        )
        for kind in wanted.kinds
    ]
    both = joined(*walks).subquery()
    newest = select(both.c.seq).order_by(both.c.seq.desc()).limit(limit)
    return select(audit).where(audit.c.seq.in_(newest)).order_by(audit.c.seq.desc())


def _source(wanted: Wanted) -> Any:
    """With a text nothing else narrows the audit table itself, so that SQLite begins with the text index."""
    return audit.join(_words, _words.c.rowid == audit.c.seq) if wanted.match else audit


def _match(wanted: Wanted) -> str:
    """The words and a mark for every other filter: the index narrows by all of them at once."""
    groups = [f"({wanted.match})"]
    for field, values in (("kind", wanted.kinds), ("who", wanted.who)):
        if values:
            groups.append("(" + " OR ".join(mark(field, value) for value in values) + ")")
    groups += [mark(field, value) for field, value in (("agent", wanted.agent), ("run", wanted.run_id)) if value]
    return " AND ".join(groups)


def _filters(wanted: Wanted, before_seq: int, bounds: tuple[int, int]) -> list[ColumnElement[bool]]:
    """Text, place and time."""
    seq = _words.c.rowid if wanted.match else audit.c.seq
    found: list[ColumnElement[bool]] = []
    if wanted.match:
        found.append(text("audit_text MATCH :match").bindparams(match=_match(wanted)))  # type: ignore[arg-type]
    lowest, highest = bounds
    if before_seq:
        highest = min(highest, before_seq - 1) if highest else before_seq - 1
    if lowest:
        found.append(seq >= lowest)
    if highest or before_seq:
        found.append(seq <= highest)
    if wanted.since:
        found.append(_plain(audit.c.at) >= wanted.since)
    if wanted.until:
        found.append(_plain(audit.c.at) < wanted.until)
    return found


def _columns(wanted: Wanted, *, with_kinds: bool = True) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.agent:
        found.append(audit.c.agent == wanted.agent)
    if wanted.who:
        found.append(audit.c.who.in_(wanted.who) if len(wanted.who) > 1 else audit.c.who == wanted.who[0])
    if wanted.run_id:
        found.append(audit.c.run_id == wanted.run_id)
    if wanted.kinds and with_kinds:
        found.append(audit.c.kind.in_(wanted.kinds) if len(wanted.kinds) > 1 else audit.c.kind == wanted.kinds[0])
    return found


def _plain(measure: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column where no index over it shall be used: the walk goes down the numbers, within bounds."""
    return measure.op("+")(0)


def _bounds(connection: Connection, wanted: Wanted) -> tuple[int, int]:
    """The first and last seq within the span of time; 0 = no bound. Exact, also where the clock was set back."""
    if not (wanted.since or wanted.until):
        return 0, 0
    span = [audit.c.at >= wanted.since] if wanted.since else []
    span += [audit.c.at < wanted.until] if wanted.until else []
    earliest, latest = (connection.execute(select(end(audit.c.at)).where(*span)).scalar() for end in _ENDS)
    if earliest is None or latest is None:
        return 1, -1
    back = connection.execute(select(positions.c.position).where(positions.c.name == BACK)).scalar()
    # An entry of the span that comes before the one with the earliest time is later than it by no more than the clock
    # ever went back; so only those are looked at, and likewise at the other end. Unknown: the whole span.
    back = latest - earliest if back is None else back
    near = audit.c.at.between(earliest, min(latest, earliest + back))
    far = audit.c.at.between(max(earliest, latest - back), latest)
    lowest = connection.execute(select(func.min(audit.c.seq)).where(near)).scalar()
    highest = connection.execute(select(func.max(audit.c.seq)).where(far)).scalar()
    return int(lowest or 0), int(highest or 0)


_ENDS = (func.min, func.max)
