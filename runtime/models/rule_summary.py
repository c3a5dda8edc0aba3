"""Older turns in short, made by rule and not by a model: what was called, what came of it, what a person said of it."""

from runtime.models.interface import PastCall, PastTurn

MOST_WORDS = 200
MOST_ARGUMENTS = 160
HUMAN = frozenset({"rejected", "expired", "withdrawn"})
"""Outcomes that a person's answer, or the lack of one, gave a call: their words are never cut."""


def lines_of(turn: PastTurn) -> tuple[str, ...]:
    """A line for what it said and one for each of its calls."""
    said = [f"turn {turn.turn}: {_short(turn.text, MOST_WORDS)}"] if turn.text.strip() else []
    return (*said, *(line_of(turn.turn, call) for call in turn.calls))


def line_of(turn: int, call: PastCall) -> str:
    """``turn 3: files.read {"path":"a"} -> ok: {"text":"...``; what a person answered is kept whole."""
    came = call.outcome or "not ended"
    words = call.failure if call.outcome == "failed" and call.failure else call.output
    told = words if call.outcome in HUMAN else _short(words, MOST_WORDS)
    head = f"turn {turn}: {call.tool} {_short(call.arguments, MOST_ARGUMENTS)} -> {came}"
    return f"{head}: {told}" if told else head


def has_answer(turn: PastTurn) -> bool:
    """Whether a person answered, or was to answer, one of its calls."""
    return any(call.outcome in HUMAN for call in turn.calls)


def _short(text: str, most: int) -> str:
    words = " ".join(text[: 4 * most].split())
    return words if len(words) <= most and len(text) <= 4 * most else words[: most - 1] + "…"
