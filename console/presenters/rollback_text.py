"""The words of the rollback sheet. No Qt."""

from collections.abc import Sequence

from console.presenters.wording import say
from runtime.domain.undo import UndoOutcome
from runtime.projections.rows import UndoLine

UNDONE, CONFLICT, CANNOT = UndoOutcome.UNDONE.value, UndoOutcome.CONFLICT.value, UndoOutcome.CANNOT.value


def group_lines(lines: Sequence[UndoLine], outcome: str) -> list[UndoLine]:
    """Those with an outcome; whatever is neither undone nor in conflict can't be undone."""
    if outcome == CANNOT:
        return [line for line in lines if line.outcome not in (UNDONE, CONFLICT)]
    return [line for line in lines if line.outcome == outcome]


def group_title(outcome: str, count: int) -> str:
    """``2 will be undone``."""
    return {
        UNDONE: say("{count} will be undone", count=count),
        CONFLICT: say("{count} changed since by somebody else", count=count),
        CANNOT: say("{count} cannot be undone", count=count),
    }[outcome]


def line_text(line: UndoLine) -> tuple[str, str]:
    """(title, tool and what becomes of it)."""
    return line.title or line.call_id, f"{line.tool}: {line.sentence}" if line.tool else line.sentence


def button_text(steps: int) -> str:
    """``Roll back 3 steps``."""
    if not steps:
        return say("Roll back")
    return say("Roll back 1 step") if steps == 1 else say("Roll back {steps} steps", steps=steps)
