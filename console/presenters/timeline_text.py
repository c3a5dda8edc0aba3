"""The words of one step of a run: mark, title, arguments and output as lines, the sentence read aloud. No Qt."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from console.presenters.times import clock_time, milliseconds
from console.presenters.wording import dollars, say
from runtime.projections.rows import TimelineStep

LINES_FIRST, LINES_MORE = 3, 40
_ICONS = {
    "message": "said", "call": "tool", "done": "done", "failed": "failed", "warning": "warning", "ask": "waiting",
    "approved": "approved", "rejected": "rejected", "expired": "clock", "checkpoint": "checkpoint", "paused": "pause",
    "resumed": "play", "note": "note", "undone": "undo-2", "conflict": "warning", "finished": "approved",
    "escalated": "hand-over", "plan": "list", "denied": "ban", "live": "circle-dot", "thought": "said",
}  # fmt: skip
_TONES: dict[str, Literal["neutral", "accent", "warn"]] = {
    "failed": "warn", "warning": "warn", "conflict": "warn", "denied": "warn", "expired": "warn", "ask": "accent",
    "live": "accent",
}  # fmt: skip
_WORDS = {
    "message": "message", "call": "tool call", "done": "result", "failed": "failed", "warning": "warning",
    "ask": "asked", "approved": "approved", "rejected": "rejected", "expired": "expired", "checkpoint": "checkpoint",
    "paused": "paused", "resumed": "resumed", "note": "note", "undone": "undone", "conflict": "conflict",
    "finished": "finished", "escalated": "handed over", "plan": "plan", "denied": "denied", "live": "streaming",
    "thought": "reasoning",
}  # fmt: skip
_BELONGS = {
    "calls": frozenset({"call", "done", "failed", "checkpoint", "live"}),
    "asks": frozenset({"ask", "approved", "rejected", "expired"}),
    "warnings": frozenset({"warning", "conflict", "denied", "failed", "expired"}),
}


@dataclass(frozen=True, slots=True)
class LiveText:
    """What a model or a running tool says just now; it is no step yet. ``call_id`` is empty for the model's answer."""

    call_id: str
    title: str
    text: str


Line = TimelineStep | LiveText


def mark_of(line: Line) -> str:
    """The word for the mark."""
    return "live" if isinstance(line, LiveText) else line.mark


def key_of(line: Line) -> str:
    """Several steps may share a seq: a finished call and the checkpoint after it."""
    if isinstance(line, LiveText):
        return f"live:{line.call_id}"
    return f"{line.seq}:{line.mark}:{line.checkpoint}"


def icon_of(line: Line) -> str:
    """The picture of the mark."""
    return _ICONS.get(mark_of(line), "circle")


def tone_of(line: Line) -> Literal["neutral", "accent", "warn"]:
    """neutral, accent or warn."""
    return _TONES.get(mark_of(line), "neutral")


def is_tool_step(line: Line) -> bool:
    """Whether it shows a tool with its arguments."""
    return isinstance(line, TimelineStep) and bool(line.tool)


def belongs(line: Line, wanted: str) -> bool:
    """Whether a line is shown by the filter ``all``, ``calls``, ``asks`` or ``warnings``."""
    return wanted not in _BELONGS or mark_of(line) in _BELONGS[wanted]


def filter_texts(lines: Sequence[Line] | None) -> list[tuple[str, str]]:
    """(key, text) of the four filters; the last three with their counts, once these are known."""
    if lines is None:
        names = say("Everything"), say("Tool calls"), say("Approvals"), say("Warnings")
        return list(zip(("all", "calls", "asks", "warnings"), names, strict=True))
    marks = [mark_of(line) for line in lines]
    calls, asks = marks.count("call"), marks.count("ask")
    warnings = sum(mark in _BELONGS["warnings"] for mark in marks)
    return [("all", say("Everything")), ("calls", say("Tool calls {calls}", calls=calls)),
            ("asks", say("Approvals {asks}", asks=asks)),
            ("warnings", say("Warnings {warnings}", warnings=warnings))]  # fmt: skip


def time_of(line: Line) -> str:
    """``14:27:02``, or ``now``."""
    return "now" if isinstance(line, LiveText) else clock_time(line.at)


def title_of(line: Line) -> str:
    """The headline of the step."""
    return line.title


def aside_of(line: Line) -> str:
    """Duration and cost at the right."""
    if isinstance(line, LiveText):
        return "streaming"
    took = milliseconds(line.duration_ms) if line.duration_ms and line.mark != "done" else ""
    cost = dollars(line.cost_micros) if line.cost_micros else ""
    undone = say("undone") if line.undone else ""
    return "  ".join(part for part in (undone, took, cost) if part)


def undoes_text(step: TimelineStep) -> str:
    """What going back to a checkpoint would undo."""
    if not step.undoes:
        return say("nothing to undo")
    return say("undoes 1 step") if step.undoes == 1 else say("undoes {undoes} steps", undoes=step.undoes)


@lru_cache(maxsize=4_096)
def output_lines(output: str) -> tuple[str, ...]:
    """An output for reading: fields of a JSON object one below the other, texts as they are."""
    if not output.startswith("{"):
        return tuple(output.split("\n"))
    try:
        values = json.loads(output)
    except ValueError:
        return tuple(output.split("\n"))
    lines = _table_lines(values)
    for name, value in values.items():
        if lines and name in _TABLE:
            continue
        if isinstance(value, list) and value:
            lines.append(f"{name}:")
            lines.extend(f"  {_flat(item)}" for item in value)
            continue
        first, *rest = _flat(value, one_line=False).split("\n")
        lines.append(f"{name}: {first}")
        lines.extend(f"  {part}" for part in rest)
    return tuple(lines) or ("{}",)


_TABLE = frozenset({"columns", "rows", "first"})
"""What a query answers; ``first`` is its first row once more."""


def _table_lines(values: dict[str, Any]) -> list[str]:
    """Rows below the names of their columns, aligned; nothing where the output is no table."""
    columns, rows = values.get("columns"), values.get("rows")
    if not (isinstance(columns, list) and isinstance(rows, list) and columns):
        return []
    names = [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in columns]
    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return []
    table = [names, *([_flat(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(names))]
    return ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in table]


def _flat(value: object, *, one_line: bool = True) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("\n", "⏎") if one_line else text


def whole_text(step: TimelineStep, output: str | None = None) -> str:
    """What the viewer shows: tool, exact arguments, whole output."""
    shown = step.output if output is None else output
    parts = [step.title]
    if step.tool:
        parts += ["", f"{step.tool} {step.arguments}"]
    elif step.arguments:
        parts += ["", step.arguments]
    if shown:
        parts += ["", *output_lines(shown)]
    return "\n".join(parts)


def said_of(line: Line) -> str:
    """A step as a full sentence for a screen reader."""
    if isinstance(line, LiveText):
        return say("now, streaming, {title}: {text}", title=line.title, text=line.text[-400:])
    parts = [clock_time(line.at), _WORDS.get(line.mark, line.mark), line.title]
    if line.tool:
        parts.append(say("tool {tool}, arguments {value}", tool=line.tool, value=line.arguments or "none"))
    if line.output:
        parts.append(say("output {join}", join=" ".join(output_lines(line.output))[:400]))
    if line.mark == "checkpoint":
        parts.append(undoes_text(line))
    if line.undone:
        parts.append(say("undone by a rollback"))
    if line.duration_ms:
        parts.append(say("took {milliseconds}", milliseconds=milliseconds(line.duration_ms)))
    return ", ".join(parts)


def rest_text(lines: int, *, opens_all: bool = False) -> str:
    """How much of a text is not shown yet, and the key that shows it."""
    if opens_all:
        return (
            say("1 line more. Space opens all")
            if lines == 1
            else say("{lines} lines more. Space opens all", lines=lines)
        )
    return (
        say("1 line more. Space shows more") if lines == 1 else say("{lines} lines more. Space shows more", lines=lines)
    )
