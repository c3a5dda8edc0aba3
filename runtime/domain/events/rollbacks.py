"""Events of a rollback: each undo is journaled like an effect, in the stream of the run it undoes."""

import msgspec

from runtime.domain.ids import AskId, CallId, RollbackId, RunId
from runtime.domain.undo import UndoOutcome


class RollbackStarted(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="rollback-started"):
    """A person (or an all-or-nothing agent) wants everything after ``to_checkpoint`` undone.

    ``calls`` are the effects in the order they will be undone, newest first; ``overwrite`` those for which the person
    said that later changes may be overwritten.
    """

    run_id: RunId
    rollback_id: RollbackId
    to_checkpoint: int
    calls: tuple[CallId, ...]
    overwrite: tuple[CallId, ...]
    by: str
    by_itself: bool = False
    """The run of an all-or-nothing agent: what cannot be undone becomes an ask."""


class UndoStarted(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="undo-started"):
    """One effect is about to be undone. ``key`` is the undo's own idempotency key, which its tool is handed; an undo
    that is done again keeps it."""

    run_id: RunId
    rollback_id: RollbackId
    call_id: CallId
    key: str


class UndoFinished(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="undo-finished"):
    """What became of it, in one sentence."""

    run_id: RunId
    rollback_id: RollbackId
    call_id: CallId
    outcome: UndoOutcome
    sentence: str
    difference: str = ""


class UndoAsked(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="undo-asked"):
    """Nobody knows whether it was undone: a person is asked (``ask_id``) before anything older is undone."""

    run_id: RunId
    rollback_id: RollbackId
    call_id: CallId
    ask_id: AskId


class RollbackFinished(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="rollback-finished"):
    """``undone`` effects are restored, ``left`` are as they were."""

    run_id: RunId
    rollback_id: RollbackId
    undone: int
    left: int


class LeftoverAsked(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="leftover-asked"):
    """A run that rolled itself back could not undo ``calls``: a person is asked (``ask_id``)."""

    run_id: RunId
    ask_id: AskId
    calls: tuple[CallId, ...]


class LeftoverSettled(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="leftover-settled"):
    """What became of the ask about what is left: dealt-with | try-again | expired | undone."""

    run_id: RunId
    ask_id: AskId
    answer: str
    sentence: str
    by: str


RollbackEvent = (
    RollbackStarted | UndoStarted | UndoFinished | UndoAsked | RollbackFinished | LeftoverAsked | LeftoverSettled
)
