"""Decisions about rollbacks: which effects, in which order, and what refuses."""

from runtime.domain.action import Action, idempotency_key
from runtime.domain.ask_state import Ask
from runtime.domain.commands import RollBack
from runtime.domain.decide_leftover import ask_for_leftovers, close_leftovers, undoing_itself
from runtime.domain.decide_run import Decided, end_of_run, facts
from runtime.domain.events.rollbacks import RollbackFinished, RollbackStarted, UndoFinished, UndoStarted
from runtime.domain.events.runs import RunFinished
from runtime.domain.ids import RUNTIME, RollbackId
from runtime.domain.loop_commands import FinishRollback, FinishUndo, StartUndo
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome, CallStatus, Outcome


def decide_roll_back(run: Run, asks: tuple[Ask, ...], command: RollBack, rollback_id: RollbackId) -> Decided:
    """Undo everything after a checkpoint. A run that has not finished is stopped first, in the same transaction."""
    if run.rollback is not None:
        return Refusal("A rollback of this run is under way.", "state")
    if any(call.status is CallStatus.STARTED for call in run.calls):
        return Refusal("A tool call is still running. Pause the run and roll back when it has finished.", "state")
    if asked := next((call for call in run.calls if call.open and call.outcome is CallOutcome.UNKNOWN), None):
        sentence = f"Say first whether this happened: {asked.title}. Its request waits under Approvals."
        return Refusal(sentence, "state")
    if not 0 <= command.to_checkpoint <= run.checkpoints:
        return Refusal(f"This run has checkpoints 0 to {run.checkpoints}.", "unknown")
    candidates = run.undoable(command.to_checkpoint)
    if strange := set(command.overwrite) - {call.call_id for call in candidates}:
        sentence = f"There is no step {min(strange)} to undo after this point; nothing was undone."
        return Refusal(sentence, "unknown")
    over = (None, UndoOutcome.FAILED, UndoOutcome.UNKNOWN)  # these may be tried again
    handled = [call for call in candidates if call.undone not in over and call.call_id not in command.overwrite]
    left = tuple(call.call_id for call in candidates if call not in handled)
    if not left:
        already = any(call.undone is not None for call in run.calls)
        sentence = (
            "This run was already rolled back; nothing is left to undo."
            if already
            else "Nothing was changed after this point; there is nothing to undo."
        )
        return Refusal(sentence, "nothing")
    started = RollbackStarted(run.run_id, rollback_id, command.to_checkpoint, left, command.overwrite, command.by)
    if run.finished:
        return facts(run.run_id, started)
    finished = RunFinished(run.run_id, Outcome.STOPPED, f"Stopped by {command.by} to roll it back.", by=command.by)
    return [*end_of_run(run, asks, finished), *facts(run.run_id, started)]


def undo_key(run: Run, call: Call) -> str:
    """The idempotency key of one undo: of run and call alone, in whichever rollback. It is another one only after the
    tool itself said that the undo before did not come about; what may have come about is done again under its key."""
    return call.undo_key or idempotency_key(run.run_id, 0, call.not_undone, Action("undo", f'"{call.call_id}"'))


def decide_start_undo(run: Run, command: StartUndo) -> Decided:
    """The next effect in order, or another attempt of the one that was begun: under the same key."""
    rollback, call = run.rollback, run.call(command.call_id)
    if rollback is None or call is None or rollback.left[:1] != (call.call_id,) or rollback.asked:
        return Refusal("This effect is not the next to be undone.", "state")
    return facts(run.run_id, UndoStarted(run.run_id, rollback.rollback_id, call.call_id, undo_key(run, call)))


def decide_finish_undo(run: Run, command: FinishUndo) -> Decided:
    """What became of it."""
    rollback = run.rollback
    if rollback is None or command.call_id not in rollback.left:
        return Refusal("This effect is not being undone.", "state")
    finished = UndoFinished(
        run.run_id, rollback.rollback_id, command.call_id, command.outcome, command.sentence, command.difference
    )
    return facts(run.run_id, finished)


def decide_finish_rollback(
    run: Run, leftover: Ask | None, command: FinishRollback, now: int, next_id: RollbackId
) -> Decided:
    """Nothing is left to do. What a run that rolled itself back could not undo becomes an ask; an ask about leftovers
    that are undone by now (a person rolled back and overwrote) is over. Where a person undid a part of a run that was
    about to roll itself back, it undoes the rest (``next_id``) from here on."""
    rollback = run.rollback
    if rollback is None or rollback.left:
        return Refusal("This rollback is not at its end.", "state")
    after = [call for call in run.calls if call.checkpoint > rollback.to_checkpoint and call.undone is not None]
    undone = sum(1 for call in after if call.undone is UndoOutcome.UNDONE)
    decided = facts(run.run_id, RollbackFinished(run.run_id, rollback.rollback_id, undone, len(after) - undone))
    left = run.undoable(0)
    if run.undo_all and left:
        return decided + facts(run.run_id, undoing_itself(run, next_id))
    if leftover is not None and leftover.open and not left:
        sentence = "Everything is undone by now."
        return decided + close_leftovers(leftover, run, "withdrawn", sentence, "undone", RUNTIME)
    if rollback.by_itself and left and command.draft is not None:
        return decided + ask_for_leftovers(run, run.task.title, command.draft, now)
    return decided
