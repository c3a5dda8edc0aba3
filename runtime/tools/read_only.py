"""What all tools that only read have in common: nothing to look for after a crash, nothing to undo."""

from pydantic import BaseModel

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.tools.contract import Happened, Probe, ToolContext


class Reading:
    """What all tools that only read have in common."""

    def probe(self, arguments: BaseModel, context: ToolContext) -> Probe:
        """A read leaves nothing to be found."""
        return Probe(Happened.UNKNOWN, "It only reads; it can simply be run again.")

    def forecast_undo(self, record: UndoRecord, context: ToolContext) -> UndoForecast:
        """Nothing was changed."""
        return UndoForecast(UndoOutcome.UNDONE, "It only read; there is nothing to undo.")

    def undo(self, record: UndoRecord, context: ToolContext, *, overwrite: bool) -> tuple[UndoOutcome, str]:
        """Nothing was changed."""
        return UndoOutcome.UNDONE, "It only read; there is nothing to undo."
