"""The tickets family: the tools of one grant over a folder of tickets."""

from runtime.tools.contract import Tool
from runtime.tools.tickets.changes import CHANGES
from runtime.tools.tickets.changing_tool import ChangingTool
from runtime.tools.tickets.options import TicketsOptions
from runtime.tools.tickets.reading_tools import FindTool, ShowTool


class TicketsFamily:
    """Reads and changes tickets; every change can be undone."""

    name = "tickets"

    def tools(self, options: str) -> tuple[Tool, ...]:
        """All tools of a grant. Raises pydantic.ValidationError for bad options."""
        chosen = TicketsOptions.model_validate_json(options)
        changing = (ChangingTool(change, chosen, options) for change in CHANGES)
        return (FindTool(chosen, options), ShowTool(chosen, options), *changing)
