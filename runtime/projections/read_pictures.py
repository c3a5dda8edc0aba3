"""Read models of the pictures that no list or page needs: the course of a run, the record of an agent."""

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.projections.picture_rows import AgentRecord, ConfidenceLevel, RunCourse
from runtime.projections.read_runs import RunReading
from runtime.projections.run_course import run_course
from storage.reads import pictures as picture_reads
from storage.reads import runs as run_reads
from storage.reads import workspace as workspace_reads


class PictureReading(RunReading):
    """What is drawn on the run page and about an agent."""

    async def run_course(self, run_id: str) -> RunCourse | None:
        """Confidence, spend and time of one run; None where there is no such run."""
        rows = await self._recorder.query(run_reads.one(run_id))
        if not rows:
            return None
        spec = await self._spec(rows[0]["agent"], rows[0]["revision"])
        threshold = spec.confidence_threshold if spec is not None else 0.0
        cap = spec.limits.cost_micros if spec is not None else 0
        return run_course(run_id, await self.events_of_run(run_id), threshold, cap, self._now())

    async def agent_record(self, agent: str, with_reads: bool = False) -> AgentRecord | None:
        """How sure it said it was, and how often it was right, in its newest 1,000 runs; None where there is none."""
        known = [row for row in await self._recorder.query(workspace_reads.all_agents()) if row["name"] == agent]
        if not known:
            return None
        rows = await self._recorder.query(picture_reads.record_of(agent, with_reads))
        levels = tuple(
            ConfidenceLevel(row["percent"], row["stated"], row["cases"], row["right"])
            for row in rows
            if row["percent"] is not None
        )
        unstated = sum(row["cases"] for row in rows if row["percent"] is None)
        threshold = msgspec.json.decode(known[0]["spec"], type=AgentSpec).confidence_threshold
        return AgentRecord(agent, threshold, levels, unstated)
