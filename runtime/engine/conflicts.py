"""What other runs did later to the same thing stands in the way of an undo, and is said by name."""

from collections.abc import Sequence
from datetime import datetime

from runtime.domain.undo import UndoForecast, UndoOutcome
from runtime.projections.read_for_engine import LaterEffect

SHOWN_OF_AN_ID = 6
MOST_NAMED = 3


def conflicting(found: UndoForecast, later: Sequence[LaterEffect]) -> UndoForecast:
    """The tool's forecast, and a conflict where another run came later, also where it left the very same content."""
    if not later:
        return found
    by_run = {each.run_id: each for each in later}  # of each run its newest
    named = [_named(each) for each in list(by_run.values())[:MOST_NAMED]]
    more = f" and by {len(by_run) - MOST_NAMED} more runs" if len(by_run) > MOST_NAMED else ""
    sentence = f"Changed later by {', by '.join(named)}{more}."
    if found.outcome is UndoOutcome.CONFLICT:
        sentence = f"{sentence} {found.sentence}"
    return UndoForecast(UndoOutcome.CONFLICT, sentence, found.difference)


def _named(each: LaterEffect) -> str:
    then = datetime.fromtimestamp(each.at / 1_000_000).astimezone()
    return f"run {each.run_id[-SHOWN_OF_AN_ID:]} “{each.title}” on {then.day} {then:%b %Y} at {then:%H:%M}"
