"""Older turns in short, made by rule and not by a model: what was called, what came of it, what a person said of it."""

from collections import Counter
from collections.abc import Callable

from runtime.models.interface import PastCall, PastTurn

MOST_WORDS = 200
MOST_ARGUMENTS = 160
FEW_WORDS = 40
"""Of what a call was given and gave back, where the lines of a turn with many calls would not fit."""
MOST_TOOLS = 10
"""So many tools are named where calls are only counted."""
HUMAN = frozenset({"rejected", "expired", "withdrawn"})
"""Outcomes that a person's answer, or the lack of one, gave a call: their words are never cut."""


def in_short(turn: PastTurn, fits: Callable[[str], bool]) -> str:
    """The turn as far as it fits: a line for each call, shorter lines, or its calls counted. Empty: nothing fits."""
    for most in (MOST_WORDS, FEW_WORDS):
        text = "\n".join(lines_of(turn, most))
        if fits(text):
            return text
    text = "\n".join(_counted(turn))
    return text if fits(text) else ""


def lines_of(turn: PastTurn, most: int = MOST_WORDS) -> tuple[str, ...]:
    """A line for what it said and one for each of its calls, with at most so many characters of each text."""
    said = [f"turn {turn.turn}: {_short(turn.text, most)}"] if turn.text.strip() else []
    return (*said, *(line_of(turn.turn, call, most) for call in turn.calls))


def line_of(turn: int, call: PastCall, most: int = MOST_WORDS) -> str:
    """``turn 3: files.read {"path":"a"} -> ok: {"text":"...``; what a person answered is kept whole."""
    came = call.outcome or "not ended"
    words = call.failure if call.outcome == "failed" and call.failure else call.output
    told = words if call.outcome in HUMAN else _short(words, most)
    head = f"turn {turn}: {call.tool} {_short(call.arguments, min(most, MOST_ARGUMENTS))} -> {came}"
    return f"{head}: {told}" if told else head


def _counted(turn: PastTurn) -> tuple[str, ...]:
    """What people answered, then the other calls by tool and end, and how what they gave back is read."""
    answered = [line_of(turn.turn, call) for call in turn.calls if call.outcome in HUMAN]
    others = [call for call in turn.calls if call.outcome not in HUMAN]
    if not others:
        return tuple(answered)
    ends = Counter((call.tool, call.outcome or "not ended") for call in others)
    named = ", ".join(f"{tool} {count:,} {end}" for (tool, end), count in ends.most_common(MOST_TOOLS))
    first, last = others[0].call_id, others[-1].call_id
    words = (
        f"turn {turn.turn}: {len(others):,} calls, too many to be told one by one: {named}. Calls {first} to {last}."
    )
    return (*answered, words)


def has_answer(turn: PastTurn) -> bool:
    """Whether a person answered, or was to answer, one of its calls."""
    return any(call.outcome in HUMAN for call in turn.calls)


def _short(text: str, most: int) -> str:
    words = " ".join(text[: 4 * most].split())
    return words if len(words) <= most and len(text) <= 4 * most else words[: most - 1] + "…"
