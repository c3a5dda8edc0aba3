"""Read models of what ran without a person: the sample that is offered for review."""

from runtime.domain.action import Action
from runtime.domain.decide_review import AT_ONCE, BYTES, NEWEST
from runtime.domain.words import CallOutcome, EffectKind, Tier
from runtime.projections.reading import Reading
from runtime.projections.review_rows import SampledAction
from runtime.projections.row import Row
from storage.reads import reviews as review_reads


class ReviewReading(Reading):
    """Approvals offers them while nothing waits; how the sample is drawn stands in ``decide_review``."""

    async def to_review(self, limit: int = AT_ONCE) -> list[SampledAction]:
        """At most so many of the sample that nobody reviewed yet, the newest first."""
        rows = await self._recorder.query(review_reads.sample(NEWEST, BYTES, limit))
        return [_sampled(row) for row in rows]


def _sampled(row: Row) -> SampledAction:
    return SampledAction(
        run_id=row["run_id"],
        run=row["run"],
        call_id=row["call_id"],
        agent=row["agent"],
        title=row["title"],
        action=Action(row["tool"], row["arguments"]),
        touches=row["resource"],
        effect=EffectKind(row["effect"]),
        tier=Tier(row["tier"]),
        rule=row["decided_by"],
        at=row["started_at"],
        outcome=CallOutcome(row["outcome"]),
        summary=row["summary"],
        failure=row["failure"],
        duration_ms=row["duration_ms"],
        undone=bool(row["undone"]),
    )
