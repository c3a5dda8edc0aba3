"""Whether a run is at work, or over, or waits for a person, or is held back."""

from runtime.domain.run_state import Run
from runtime.domain.words import AskState, CallStatus, RunState
from runtime.engine.parts import Parts


def rests(parts: Parts, run: Run) -> bool:
    """Nothing of it goes on by itself now."""
    if parts.states.workspace.chain_broken:
        return True  # nothing starts until the journal was verified
    held_back = parts.held_back(run)
    if run.rollback is not None:
        return held_back and run.rollback.by_itself and not run.rollback.started
    if run.undo_all and run.open_call is None:
        return held_back
    if not run.finished and (held_back or run.state is RunState.PAUSED):
        return True
    if any(ask.state is AskState.HELD for ask in parts.states.asks_of(run.run_id)):
        return False
    if run.finished:
        return all(call.status is not CallStatus.STARTED for call in run.calls)
    return run.state is RunState.WAITING
