"""Read models of runs: list, one run, its timeline, and what the engine and the gate ask about runs."""

from runtime.domain.envelope import Envelope
from runtime.journal.codec import UnreadableRecord, decode
from runtime.projections.reading import Reading
from runtime.projections.rows import CallRow, RunDetail, RunRow, TimelineStep
from runtime.projections.run_view import call_row, run_detail, run_row
from runtime.projections.timeline import timeline
from storage.reads import effects as effect_reads
from storage.reads import runs as run_reads
from storage.reads import spend as spend_reads
from storage.records import StoredRecord


class RunReading(Reading):
    """The runs list and the run page."""

    async def runs(
        self,
        *,
        agent: str = "",
        state: str = "",
        text: str = "",
        before: tuple[int, str] | None = None,
        limit: int = 200,
    ) -> list[RunRow]:
        """Newest first; ``state`` is a state or an outcome; ``before`` = (started_at, run_id) of the last row shown."""
        names = await self._names()
        rows = await self._recorder.query(run_reads.page(agent, state, text, before, limit))
        return [run_row(row, names) for row in rows]

    async def run(self, run_id: str) -> RunDetail | None:
        """One run with its plan and facts; None where there is no such run."""
        rows = await self._recorder.query(run_reads.one(run_id))
        if not rows:
            return None
        spec = await self._spec(rows[0]["agent"], rows[0]["revision"])
        return run_detail(rows[0], await self.events_of_run(run_id), spec, await self._names())

    async def timeline(self, run_id: str, after_seq: int = 0, limit: int = 2000) -> list[TimelineStep]:
        """Steps after ``after_seq``, oldest first. A page ends with all steps of its last seq."""
        steps = timeline(await self.events_of_run(run_id), await self._names())
        later = [step for step in steps if step.seq > after_seq]
        while 0 < limit < len(later) and later[limit].seq == later[limit - 1].seq:
            limit += 1
        return later[:limit]

    async def calls(self, run_id: str) -> list[CallRow]:
        """Every judged call of a run, in order."""
        return [call_row(row) for row in await self._recorder.query(effect_reads.of_run(run_id))]

    async def events_of_run(self, run_id: str) -> list[Envelope]:
        """Everything recorded about a run and its asks, in journal order; what cannot be read is passed over."""
        found: list[Envelope] = []
        for row in await self._recorder.query(run_reads.records_of(run_id)):
            try:
                found.append(decode(StoredRecord(**row)))
            except UnreadableRecord:
                continue
        return found

    async def unfinished_runs(self) -> list[tuple[str, str, str]]:
        """(run id, agent, state) of every run that has not ended, oldest first."""
        rows = await self._recorder.query(run_reads.unfinished())
        return [(row["run_id"], row["agent"], row["state"]) for row in rows]

    async def taken(self, agent: str) -> set[str]:
        """Keys of all tasks this agent has ever been given."""
        return {row["task_key"] for row in await self._recorder.query(run_reads.task_keys(agent))}

    async def used(self, agent: str, argument: str = "", run_id: str = "") -> dict[str, tuple[int, float]]:
        """Per tool: effects started, and the sum of a numeric argument; in one run, or by the agent today."""
        today = self._days.today(self._now())
        rows = await self._recorder.query(effect_reads.used_by_tool(agent, argument, today, run_id))
        return {row["tool"]: (row["times"], row["amount"]) for row in rows}

    async def spent_today(self) -> dict[str, int]:
        """Spend since local midnight by agent, in micro-dollars."""
        rows = await self._recorder.query(spend_reads.since(self._days.today(self._now())))
        return {row["agent"]: int(row["cost_micros"] or 0) for row in rows}
