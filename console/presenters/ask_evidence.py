"""An ask as evidence to keep or send: one text for people, one JSON for programs. No Qt."""

import json
from datetime import UTC, datetime

import msgspec

from runtime.projections.rows import AskDetail


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="seconds") if at else ""


def evidence_text(detail: AskDetail, workspace: str) -> str:
    """Everything the card shows, times in UTC."""
    row = detail.row
    lines = [
        f"Request {row.ask_id}: {row.title}",
        f"Workspace: {workspace}",
        f"Agent: {row.agent}, revision {detail.revision}, run {row.run_id}, step {detail.step} of {detail.steps}",
        f"Asked: {_utc(row.raised_at)}  Answer by: {_utc(row.answer_by)}  Expires: {_utc(row.expires)}",
        f"Priority {row.priority}, tier {int(row.tier)}, {row.effect.value}, touches {row.touches}",
        f"Undo: {detail.undo_sentence}",
        f"State: {row.state.value} {row.ruling} {row.ruled_by} {detail.closed_how} {_utc(detail.closed_at)}".rstrip(),
        f"Whole request, SHA-256: {detail.digest}",
        f"Tool: {detail.action.tool}",
        f"Arguments: {detail.action.arguments}",
        *([f"Asked anew: {detail.anew}"] if detail.anew else []),
        *([f"Known: {detail.known}"] if detail.known else []),
        "Checked by the console:",
        *(f"  {reason.verdict.value}: {reason.sentence} ({reason.check} {reason.rule})" for reason in detail.reasons),
        "Agent's own words, not checked:",
        f"  {detail.agent_words or 'none'}",
    ]
    return "\n".join(lines) + "\n"


def evidence_json(detail: AskDetail, workspace: str) -> str:
    """The same as one JSON object; times in µs, UTC."""
    return json.dumps({"workspace": workspace, **msgspec.to_builtins(detail)}, ensure_ascii=False, indent=2) + "\n"
