"""One request as text: everything a decision needs, with every hidden or look-alike character made visible."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.short_ids import short
from console.cli.wording import command
from console.presenters.ask_text import UNDO_HEAD, expires_text, reason_name
from console.presenters.times import day_and_time
from console.presenters.visible_text import as_words
from runtime.domain.decide_ask import APPROVED_KINDS
from runtime.domain.money import dollars
from runtime.domain.words import AskState, Tier
from runtime.tools.contract import Preview, PreviewKind

if TYPE_CHECKING:
    from runtime.domain.action import Action
    from runtime.domain.verdict import Reason
    from runtime.projections.rows import AskDetail
DIGEST_SHOWN = 12
PREVIEW_LINES = 200


def action_lines(action: Action) -> list[str]:
    """The exact action: tool, then every argument; characters that hide or deceive stand as labels in brackets."""
    size = len(action.arguments.encode())
    lines = [f"Action:    {as_words(action.tool)}   ({size:,} bytes of canonical arguments)"]
    values: dict[str, Any] = json.loads(action.arguments)
    for name, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        parts = text.split("\n")
        if len(parts) == 1:
            lines.append(f"  {as_words(name)} = {as_words(text)}")
        else:
            lines.append(f"  {as_words(name)} = {len(parts)} lines")
            lines.extend(f"    {number:4} | {as_words(part)}" for number, part in enumerate(parts, 1))
    lines.append(f"  exactly:  {as_words(action.arguments)}")
    return lines


def page_lines(detail: AskDetail, folder: Path, now: int) -> list[str]:
    """The whole request."""
    row = detail.row
    until = f"answer by {day_and_time(row.answer_by, now)}; {expires_text(row, now)}".rstrip("; ")
    lines = [
        f"{row.title}",
        f"Request:   {row.ask_id}   priority {row.priority}, tier {int(row.tier)}",
        f"Agent:     {row.agent} (revision {detail.revision}), run {short(row.run_id)}"
        + (f", step {detail.step} of {detail.steps}" if detail.steps else ""),
        f"State:     {row.state.value}" + (f", {row.ruling} by {row.ruled_by}" if row.ruling else ""),
    ]
    if row.state is AskState.WAITING:
        lines.append(f"When:      {until}")
    if detail.closed_sentence:
        lines.append(f"Closed:    {detail.closed_sentence}")
    if detail.anew:
        lines.append(f"Asked anew: {detail.anew}")
    if detail.known:
        lines += ["Known:", *(f"  {as_words(line)}" for line in detail.known.split("\n"))]
    if detail.goal:
        lines.append(f"Goal:      {detail.goal}")
    lines += ["", *action_lines(detail.action)]
    if detail.edited is not None:
        lines += ["", "Edited to:", *action_lines(detail.edited)]
    sure = "not stated" if detail.confidence is None else f"{detail.confidence:.0%}"
    lines += [
        "",
        f"Touches:   {row.touches}",
        f"Undo:      {UNDO_HEAD[row.effect]}. {detail.undo_sentence}",
        f"Sure:      {sure}",
        f"Cost:      {dollars(detail.cost_micros)} of {dollars(detail.cap_micros)} for this run",
        "What the gate said:",
        *reason_lines(detail.reasons),
    ]
    if detail.agent_words:
        lines += ["The agent's own words, not checked:", f"  {detail.agent_words}"]
    lines += ["", f"Digest:    {detail.digest}"]
    if row.state is AskState.WAITING:
        lines += ["", *answer_lines(detail, folder)]
    return lines


def reason_lines(reasons: Iterable[Reason]) -> list[str]:
    """What each check of the gate said."""
    return [f"  {reason.verdict.value:<6} {reason_name(reason)}: {reason.sentence}" for reason in reasons]


def answer_lines(detail: AskDetail, folder: Path) -> list[str]:
    """The checks, and the commands that answer."""
    ask = short(detail.row.ask_id)
    if detail.row.kind not in APPROVED_KINDS:
        told = command(folder, "asks", "answer", ask)
        head, words = ANSWERS.get(detail.row.kind, ANSWERS["unknown-outcome"])
        return [head, *(f"  {told} {word:<12} {meaning}" for word, meaning in words.items())]
    lines = ["Checks, each to be confirmed with --check N:"] if detail.checks else []
    lines += [f"  {number}. {check}" for number, check in enumerate(detail.checks, 1)]
    no = command(folder, "asks", "reject", ask, "--reason")
    if detail.row.kind == "plan":
        edit = command(folder, "asks", "edit", ask, "--arguments")
        lines.append(f"Edit:      {edit} '{{\"steps\": [...]}}'   (the exact plan above, changed)")
    return [*lines, f"Approve:   {approve_command(detail, folder)}", f"Reject:    {no} 'why'"]


ANSWERS = {
    "cap": (
        "The next call of its model does not fit a cap. Say what to do:",
        {"raise --by DOLLARS": "let this run go so far beyond", "partial": "take what there is", "stop": "stop it"},
    ),
    "unknown-outcome": (
        "It may or may not have happened. Say which:",
        {"happened": "it happened", "do-it": "it did not, do it", "skip": "it did not, skip"},
    ),
    "unknown-undo": (
        "It may or may not have been undone. Say which:",
        {"undone": "it was undone", "undo-it": "it was not, undo it", "leave": "it was not, leave it as it is"},
    ),
    "not-undone": (
        "Not everything could be undone. Say what becomes of it:",
        {"dealt-with": "I have dealt with it", "try-again": "try to undo it again"},
    ),
}


def approve_command(detail: AskDetail, folder: Path, digest: str = "", arguments: str = "") -> str:
    """What to type to approve (an edited action: with its arguments and digest)."""
    verb = ["edit", short(detail.row.ask_id), "--arguments", arguments] if arguments else [
        "approve", short(detail.row.ask_id)
    ]  # fmt: skip
    checks = [word for number in range(1, len(detail.checks) + 1) for word in ("--check", str(number))]
    second = ["--second", "OPERATOR"] if detail.row.tier >= Tier.FINAL_AND_WIDE else []
    return command(folder, "asks", *verb, "--digest", (digest or detail.digest)[:DIGEST_SHOWN], *checks, *second)


def preview_lines(preview: Preview) -> list[str]:
    """What would happen, as computed by the console."""
    lines = [f"What would happen: {preview.title}"]
    lines += [f"  {as_words(name)}: {as_words(value)}" for name, value in preview.headers]
    body = preview.body.split("\n") if preview.body else []
    lines += [f"  {as_words(line)}" for line in body[:PREVIEW_LINES]]
    if len(body) > PREVIEW_LINES:
        lines.append(f"  … {len(body) - PREVIEW_LINES} more lines; the exact arguments above hold all of it")
    if preview.kind is PreviewKind.REQUEST:
        lines += ["Exactly as it will be sent:", *(f"  {as_words(line)}" for line in preview.source.splitlines())]
    if preview.columns:
        lines.append("  " + " | ".join(preview.columns))
    for mark, rows in (("-", preview.before), ("+", preview.after)):
        lines += [f"  {mark} " + " | ".join(as_words(cell) for cell in row) for row in rows[:PREVIEW_LINES]]
    return lines
