"""``ReadModels``: the History door - pages, filters, search and totals over the read tables."""

from runtime.domain.words import Outcome
from runtime.projections.audit_view import audit_entry, audit_row, question_for
from runtime.projections.evidence import Evidence
from runtime.projections.read_grants import GrantReading
from runtime.projections.read_pictures import PictureReading
from runtime.projections.read_queue import QueueReading
from runtime.projections.read_reviews import ReviewReading
from runtime.projections.read_workspace import WorkspaceReading
from runtime.projections.rows import AuditEntry, AuditFilter, AuditRow, SearchHit
from storage.reads import asks as ask_reads
from storage.reads import audit as audit_reads
from storage.reads import workspace as workspace_reads
from storage.records import StoredRecord


class ReadModels(WorkspaceReading, PictureReading, GrantReading, QueueReading, ReviewReading, Evidence):
    """Implements ``runtime.interface.History``; every method reads on a connection of its own, off the loop."""

    async def audit(self, wanted: AuditFilter, before_seq: int = 0, limit: int = 200) -> list[AuditRow]:
        """Newest first; ``before_seq`` = seq of the last row of the page before, 0 = from the newest."""
        names = await self._names()
        question = question_for(wanted, names)
        if question is None:
            return []
        rows = await self._recorder.query(audit_reads.page(question, before_seq, limit))
        return [audit_row(row, names) for row in rows]

    async def audit_count(self, wanted: AuditFilter) -> int:
        """How many entries the filter leaves."""
        question = question_for(wanted, await self._names())
        if question is None:
            return 0
        return await self._recorder.query(audit_reads.count(question))

    async def audit_entry(self, seq: int) -> AuditEntry | None:
        """One entry with its place in the chain; None where there is none."""
        row, record, hashes = await self._recorder.query(audit_reads.entry(seq))
        if row is None or record is None:
            return None
        return audit_entry(row, StoredRecord(**record), hashes, await self._names())

    async def search(self, text: str, limit: int = 20) -> list[SearchHit]:
        """Agents, then asks, runs and audit entries in which every word occurs."""
        words = text.split()
        if not words:
            return []
        agents = await self._recorder.query(workspace_reads.matching_agents(words, limit))
        hits = [
            SearchHit("agent", r["name"], r["name"], "removed" if r["removed"] else f"revision {r['revision']}")
            for r in agents
        ]
        for row in await self._recorder.query(ask_reads.matching(words, limit)):
            detail = f"{row['agent']}, {row['tool']}, {row['state']}"
            hits.append(SearchHit("ask", row["ask_id"], row["title"], detail, row["raised_at"]))
        for run in await self.runs(text=text, limit=limit):
            handed = run.outcome is Outcome.ESCALATED
            state = "handed to a person" if handed else str(run.outcome or run.state)
            hits.append(SearchHit("run", run.run_id, run.title, f"{run.agent}, {state}", run.started_at))
        for entry in await self.audit(AuditFilter(text=text), limit=limit):
            hits.append(SearchHit("audit", str(entry.seq), f"{entry.event}: {entry.what}", entry.who, entry.at))
        return _shared(hits, limit)

    async def caught_up(self) -> int:
        """Waits until what follows behind has seen everything durable now; returns that seq."""
        return await self._follower.caught_up()


def _shared(hits: list[SearchHit], limit: int) -> list[SearchHit]:
    """The first of each kind, so that no kind crowds out another; then the rest in order."""
    by_kind: dict[str, list[SearchHit]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, []).append(hit)
    fair = max(1, limit // max(1, len(by_kind)))
    chosen = [hit for kind in by_kind.values() for hit in kind[:fair]]
    rest = [hit for kind in by_kind.values() for hit in kind[fair:]]
    kept = set((chosen + rest)[:limit])
    return [hit for hit in hits if hit in kept]
