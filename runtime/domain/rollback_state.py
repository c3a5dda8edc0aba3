"""What the events of a rollback make of its run."""

from typing import assert_never

import msgspec

from runtime.domain.call import Rollback
from runtime.domain.events.rollbacks import (
    LeftoverAsked,
    LeftoverSettled,
    RollbackEvent,
    RollbackFinished,
    RollbackStarted,
    UndoAsked,
    UndoFinished,
    UndoStarted,
)
from runtime.domain.ids import AskId, CallId
from runtime.domain.run import Run, with_call
from runtime.domain.undo import UndoOutcome


def evolve_rollback(run: Run, event: RollbackEvent) -> Run:
    """The run after one more event of its rollback."""
    match event:
        case RollbackStarted():
            rollback = Rollback(event.rollback_id, event.to_checkpoint, event.calls, event.overwrite)
            rollback = msgspec.structs.replace(rollback, by_itself=event.by_itself)
            still = run.undo_all and not event.by_itself  # a person undoes a part of it first
            return msgspec.structs.replace(run, rollback=rollback, undo_all=still)
        case UndoStarted(call_id=call_id, key=key):
            return _undo_started(run, call_id, key)
        case UndoAsked(ask_id=ask_id):
            return _rolling(run, asked=ask_id)
        case UndoFinished(call_id=call_id, outcome=outcome, sentence=sentence):
            return _undo_finished(run, call_id, outcome, sentence)
        case RollbackFinished():
            return msgspec.structs.replace(run, rollback=None, undo_all=False)
        case LeftoverAsked(ask_id=ask_id):
            return msgspec.structs.replace(run, leftover_ask=ask_id)
        case LeftoverSettled():
            return msgspec.structs.replace(run, leftover_ask=AskId(""))
        case _ as unreachable:
            assert_never(unreachable)


def _undo_started(run: Run, call_id: CallId, key: str) -> Run:
    call, rollback = run.call(call_id), run.rollback
    if call is None or rollback is None:
        return run
    again, told = bool(call.undo_key), bool(rollback.asked)
    unsure = again and not told and not rollback.told
    begun = _rolling(run, started=call_id, key=key, asked=AskId(""), again=again, unsure=unsure, told=told)
    return with_call(begun, call_id, undo_key=key)


def _undo_finished(run: Run, call_id: CallId, outcome: UndoOutcome, sentence: str) -> Run:
    """Only its tool knows that it was not undone, and only of an undo that was begun once: the next one is another."""
    call, rollback = run.call(call_id), run.rollback
    if call is None or rollback is None:
        return run
    known = outcome is not UndoOutcome.UNKNOWN and not rollback.asked and not rollback.again
    key, times = ("", call.not_undone + 1) if known else (call.undo_key, call.not_undone)
    run = with_call(run, call_id, undone=outcome, undo_told=sentence, undo_key=key, not_undone=times)
    left = tuple(other for other in rollback.left if other != call_id)
    return _rolling(run, left=left, started=CallId(""), key="", asked=AskId(""), again=False, unsure=False, told=False)


def _rolling(run: Run, **changes: object) -> Run:
    """The rollback that is under way, changed."""
    if run.rollback is None:
        return run
    return msgspec.structs.replace(run, rollback=msgspec.structs.replace(run.rollback, **changes))
