"""The words of the rollback sheet. No Qt."""

from collections.abc import Sequence

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
        UNDONE: f"{count} will be undone",
        CONFLICT: f"{count} changed since by somebody else",
        CANNOT: f"{count} cannot be undone",
    }[outcome]


def line_text(line: UndoLine) -> tuple[str, str]:
    """(title, tool and what becomes of it)."""
    return line.title or line.call_id, f"{line.tool}: {line.sentence}" if line.tool else line.sentence


def button_text(steps: int) -> str:
    """``Roll back 3 steps``."""
    if not steps:
        return "Roll back"
    return "Roll back 1 step" if steps == 1 else f"Roll back {steps} steps"
