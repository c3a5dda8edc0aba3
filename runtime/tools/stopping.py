"""How a tool ends on Stop: it looks between pieces of work and says that it stopped."""

from runtime.tools.contract import Failure, ToolContext, ToolFailed

STOPPED = "stopped"
STOPPED_FAILURE = Failure(STOPPED, "It was stopped by a person before it was done; nothing was changed.")


def stop_if_asked(context: ToolContext) -> None:
    """Raises ToolFailed when Stop was pressed. Called only where nothing has been changed yet."""
    if context.cancelled.is_set():
        raise ToolFailed(STOPPED, "Stopped before it was done; nothing was changed.")
