"""What the engine asks of the read models: what is not over, what was taken, what was used today, what is named."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

import msgspec

from runtime.domain.agent_spec import Quota
from runtime.domain.events.workspace import ProgramStarted, ProgramStopped
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.words import Tier
from runtime.journal.codec import UnreadableRecord, decode
from runtime.projections.read_runs import RunReading
from runtime.projections.run_rows import ROLLING_BACK
from storage.reads.asks import asked_since
from storage.reads.effects import later_of_others
from storage.recorder import Recorder

_OPEN_RUNS = """
    SELECT run_id, started_at FROM runs WHERE base_state IN ('', 'queued', 'planning', 'running')
    UNION SELECT run_id, started_at FROM runs WHERE waiting_for <> '' AND waiting_for = :rolling_back
    UNION SELECT r.run_id, r.started_at FROM effects e JOIN runs r USING (run_id) WHERE e.running = 1
    UNION SELECT r.run_id, r.started_at FROM asks a JOIN runs r USING (run_id) WHERE a.state IN ('waiting', 'held')
    ORDER BY started_at
"""
_OPEN_MONTHS = """
    SELECT substr(day, 1, 7) FROM reservations UNION SELECT substr(day, 1, 7) FROM budget_days WHERE day > :today
    ORDER BY 1
"""
_PERHAPS_DONE = """
    SELECT DISTINCT e.run_id FROM asks a CROSS JOIN effects e USING (run_id, call_id)
    WHERE a.kind = 'unknown-outcome' AND a.closed_how = 'told'
    AND e.refused = 'withdrawn' AND e.started_seq > 0 AND e.outcome = '' ORDER BY 1
"""
"""CROSS: the few asks first (SQLite keeps that order); else it goes through every effect there ever was."""
_PAGE = 2_000


class LaterEffect(msgspec.Struct, frozen=True, gc=False):
    """What another run did later to the same thing: the run, its title, and when it began (µs UTC)."""

    run_id: str
    title: str
    at: int


class AskedLately(msgspec.Struct, frozen=True):
    """An ask of the last minutes as the read models have it. ``how``: empty while it is open."""

    ask_id: str
    kind: str
    agent: str
    same: str
    raised_at: int
    tier: Tier
    answer_by: int
    how: str
    ruled: bool


class EngineReads:
    """Reads for start-up, the gate and upkeep."""

    def __init__(self, recorder: Recorder, runs: RunReading) -> None:
        self._recorder = recorder
        self._runs = runs

    async def open_runs(self) -> list[str]:
        """Runs the loop has to take up: not ended, being rolled back, asked about, or with an effect not settled."""
        rows = await self._recorder.raw_rows(_OPEN_RUNS, {"rolling_back": ROLLING_BACK})
        return [str(row[0]) for row in rows]

    async def open_months(self, today: str) -> list[str]:
        """Months with reservations of calls whose end nobody heard of, or with days after ``today`` (ISO, local)."""
        rows = await self._recorder.raw_rows(_OPEN_MONTHS, {"today": today})
        return [str(row[0]) for row in rows]

    async def perhaps_done(self) -> list[str]:
        """Runs that ended before something was done of which a person had said that it did not happen, and to do it."""
        rows = await self._recorder.raw_rows(_PERHAPS_DONE)
        return [str(row[0]) for row in rows]

    async def agent_names(self) -> list[str]:
        """Every agent that was ever saved."""
        return [str(row[0]) for row in await self._recorder.raw_rows("SELECT name FROM agents ORDER BY name")]

    async def standing_grants(self) -> list[str]:
        """Grants that were not ended, oldest first."""
        rows = await self._recorder.raw_rows("SELECT grant_id FROM grants WHERE ended_at = 0 ORDER BY given_at")
        return [str(row[0]) for row in rows]

    async def task_keys(self, agent: str) -> frozenset[str]:
        """Keys of all work this agent ever took."""
        return frozenset(await self._runs.taken(agent))

    async def used_today(self, agent: str, quotas: Sequence[Quota]) -> dict[str, float]:
        """What was started today under each quota: a count, or the sum of its argument."""
        found: dict[str, float] = {}
        for quota in quotas:
            used = await self._runs.used(agent, quota.argument)
            found[quota.quota_id] = sum(
                amount if quota.argument else times
                for tool, (times, amount) in used.items()
                if fnmatchcase(tool, quota.tools)
            )
        return found

    async def later_of_others(self, run_id: str, call_id: str, things: Sequence[str]) -> list[LaterEffect]:
        """Effects of other runs on one of these things that began after this one and still stand, oldest first."""
        rows = await self._recorder.query(later_of_others(run_id, call_id, things))
        return [LaterEffect(row["run_id"], row["run"], row["started_at"]) for row in rows]

    async def asked_since(self, since: int) -> list[AskedLately]:
        """Asks raised since then, oldest first."""
        return [
            AskedLately(
                row["ask_id"],
                row["kind"],
                row["agent"],
                row["same"],
                row["raised_at"],
                Tier(row["tier"]),
                row["answer_by"],
                row["closed_how"],
                bool(row["ruled_at"]),
            )
            for row in await self._recorder.query(asked_since(since))
        ]

    async def stopped_without_closing(self) -> bool:
        """Whether the last start of the program has no end in the journal."""
        started = False
        for record in await self._recorder.read_stream(WORKSPACE_STREAM):
            try:
                event = decode(record).event
            except UnreadableRecord:
                continue
            if isinstance(event, ProgramStarted | ProgramStopped):
                started = isinstance(event, ProgramStarted)
        return started

    async def referenced_blobs(self) -> frozenset[str]:
        """Digests of every content that a record names. Reads the whole journal, page by page."""
        found: set[str] = set()
        seq = 0
        while page := await self._recorder.read(seq, _PAGE):
            for record in page:
                _collect(msgspec.json.decode(record.body), found)
            seq = page[-1].seq
        return frozenset(found)


def _collect(value: object, found: set[str]) -> None:
    """Anything that looks like a digest is kept: keeping one too many is harmless, losing one is not.

    Undo data is JSON in a string, so strings are searched, not only compared.
    """
    if isinstance(value, str):
        for word in _words(value):
            if len(word) == 64:
                found.add(word)
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)


def _words(text: str) -> list[str]:
    import re

    return re.findall(r"[0-9a-f]{64}", text)
