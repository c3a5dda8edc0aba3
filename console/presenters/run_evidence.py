"""A run as evidence to keep or send: one text for people, one JSON for programs. No Qt."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from console.presenters.run_text import state_words
from runtime.domain.money import dollars
from runtime.projections.rows import RunDetail, TimelineStep


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="seconds") if at else "none"


def run_evidence_text(detail: RunDetail, steps: Sequence[TimelineStep], workspace: str) -> str:
    """Everything the screen shows of a run, times in UTC."""
    row = detail.row
    lines = [
        f"Run {row.run_id}: {row.title}",
        f"Workspace: {workspace}",
        f"Agent: {row.agent}, revision {row.revision}, model {detail.model or 'none'}",
        f"Source: {row.source or 'none'}  Started by: {row.started_by or 'none'}",
        f"Started: {_utc(row.started_at)}  Finished: {_utc(row.finished_at)}",
        f"State: {state_words(detail)}  {row.summary}".rstrip(),
        f"Spend: {dollars(row.cost_micros)} of {dollars(detail.cap_micros) if detail.cap_micros else 'no cap'}",
        f"Turns: {detail.turns}, tool calls: {detail.calls} ({detail.failed_calls} failed), changes: {detail.effects}, "
        f"denied: {detail.denied}, checkpoints: {detail.checkpoints}",
        "Task:",
        *(f"  {line}" for line in detail.task_text.split("\n")),
        f"Plan, revision {detail.plan_revision}:",
        *(f"  {line.status.value}: {line.step.title}" for line in detail.plan),
        "Steps:",
    ]
    for step in steps:
        undone = " (undone)" if step.undone else ""
        lines.append(f"  {step.seq} {_utc(step.at)} {step.mark}: {step.title}{undone}")
        if step.tool or step.arguments:
            lines.append(f"    {step.tool} {step.arguments}".rstrip())
        if step.output:
            lines.extend(f"    | {line}" for line in step.output.split("\n"))
        if step.output_blob:
            lines.append(f"    whole output: SHA-256 {step.output_blob}")
    return "\n".join(lines) + "\n"


def run_evidence_json(detail: RunDetail, steps: Sequence[TimelineStep], workspace: str) -> str:
    """The same as one JSON object; times in µs, UTC."""
    value = {"workspace": workspace, **msgspec.to_builtins(detail), "steps": msgspec.to_builtins(list(steps))}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
