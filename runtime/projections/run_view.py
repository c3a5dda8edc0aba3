"""Runs as the list and the run page show them."""

from collections.abc import Sequence

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.envelope import Envelope
from runtime.domain.events.judgements import OutcomeJudged
from runtime.domain.events.runs import ModelAnswered, PlanProposed, RunQueued
from runtime.domain.words import CallOutcome, EffectKind, Outcome, RunState
from runtime.projections.drift_view import drift_lines, needed_no_review, review_of
from runtime.projections.names import Names
from runtime.projections.plan_view import plan_lines
from runtime.projections.row import Row
from runtime.projections.rows import CallRow, RunDetail, RunRow


def run_row(row: Row, names: Names) -> RunRow:
    """One line of the runs list."""
    return RunRow(
        run_id=row["run_id"],
        agent=row["agent"],
        revision=row["revision"],
        title=row["title"],
        source=row["source"],
        state=RunState(row["state"] or RunState.QUEUED),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        summary=row["summary"],
        started_at=row["started_at"],
        updated_at=row["updated_at"],
        finished_at=row["finished_at"],
        steps_done=row["steps_done"],
        steps=row["steps"],
        confidence=row["confidence"],
        cost_micros=row["cost_micros"],
        waiting_asks=row["waiting_asks"],
        rolled_back=bool(row["rolled_back"]),
        started_by=names(row["started_by"]),
        unmet=row["unmet"],
    )


def run_detail(row: Row, envelopes: Sequence[Envelope], spec: AgentSpec | None, names: Names) -> RunDetail:
    """One run with its plan and facts; ``spec`` is the revision it uses."""
    revision, plan = plan_lines(envelopes)
    limits = spec.limits if spec is not None else None
    return RunDetail(
        row=run_row(row, names),
        task_text=next((e.event.task.text for e in envelopes if isinstance(e.event, RunQueued)), ""),
        model=row["model"] or (spec.models.planner[0] if spec is not None and spec.models.planner else ""),
        plan=plan,
        plan_revision=revision,
        confidence=tuple(stated_confidences(envelopes)),
        confidence_threshold=spec.confidence_threshold if spec is not None else 0.0,
        cap_micros=limits.cost_micros if limits is not None else 0,
        turns=row["turns"],
        turn_limit=limits.turns if limits is not None else 0,
        calls=row["calls"],
        failed_calls=row["failed_calls"],
        effects=row["effects"],
        checkpoints=row["checkpoints"],
        denied=row["denied"],
        paused_by=names(row["paused_by"]),
        all_or_nothing=spec is not None and spec.all_or_nothing,
        drift=drift_lines(envelopes),
        plan_standing=(review := review_of(envelopes, names)).sentence or needed_no_review(spec, plan),
        plan_waits=review.ask_id,
        judged=next((e.event.findings for e in reversed(envelopes) if isinstance(e.event, OutcomeJudged)), ()),
    )


def stated_confidences(envelopes: Sequence[Envelope]) -> list[float]:
    """Every confidence the model stated for its plan and its turns, oldest first."""
    found: list[float | None] = []
    for envelope in envelopes:
        match envelope.event:
            case PlanProposed(by_model=str(model), confidence=confidence) if model:
                found.append(confidence)
            case ModelAnswered(decision=decision):
                found.append(decision.confidence)
    return [confidence for confidence in found if confidence is not None]


def call_row(row: Row) -> CallRow:
    """One call, for evidence and rollback sheets."""
    return CallRow(
        call_id=row["call_id"],
        tool=row["tool"],
        title=row["title"],
        arguments=row["arguments"],
        effect=EffectKind(row["effect"] or EffectKind.READ),
        outcome=CallOutcome(row["outcome"]) if row["outcome"] else None,
        checkpoint=row["checkpoint"],
        undone=bool(row["undone"]),
    )
