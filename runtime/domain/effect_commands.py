"""What the loop records of effects and of undoing them: starts, ends, and what nobody can tell."""

import msgspec

from runtime.domain.ask_draft import AskDraft
from runtime.domain.ids import CallId, RollbackId, RunId
from runtime.domain.turn_commands import Judged
from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.domain.words import CallOutcome


class StartEffect(msgspec.Struct, frozen=True, gc=False):
    """The tool is about to be called. ``digest`` is computed now; it must equal what was judged or approved.

    ``policy_version`` and ``plan``: the version of the rules and the revision of the plan by which it was looked at
    again, where no approval says so. ``judged``: what a person approved, as the gate sees it now; it tells what an
    edited action touches. Where it was started before, ``contract`` is the digest of its tool's contract now.
    """

    run_id: RunId
    call_id: CallId
    digest: str
    contract: str = ""
    policy_version: int = 0
    plan: int = 0
    judged: Judged | None = None


class FinishEffect(msgspec.Struct, frozen=True, gc=False):
    """The tool came back. ``again``: another attempt follows."""

    run_id: RunId
    call_id: CallId
    outcome: CallOutcome
    summary: str
    output: str = ""
    output_blob: str = ""
    failure: str = ""
    undo: UndoRecord | None = None
    duration_ms: int = 0
    again: bool = False


class SettleOutcome(msgspec.Struct, frozen=True, gc=False):
    """Looking told what became of a started effect. ``do_it``: it did not happen and is started again, same key."""

    run_id: RunId
    call_id: CallId
    outcome: CallOutcome
    sentence: str
    do_it: bool = False


class AskOutcome(msgspec.Struct, frozen=True, gc=False):
    """Nobody can look: ask a person whether it happened. ``known`` says what is known.

    ``contract`` is the digest of its tool's contract now ("" where the tool is not there any more).
    """

    run_id: RunId
    call_id: CallId
    draft: AskDraft
    known: str
    contract: str = ""


class StartUndo(msgspec.Struct, frozen=True, gc=False):
    """One effect is about to be undone."""

    run_id: RunId
    call_id: CallId


class FinishUndo(msgspec.Struct, frozen=True, gc=False):
    """What became of one undo."""

    run_id: RunId
    call_id: CallId
    outcome: UndoOutcome
    sentence: str
    difference: str = ""


class AskUndo(msgspec.Struct, frozen=True, gc=False):
    """It is not known whether this effect was undone: ask a person. ``known`` says what is known."""

    run_id: RunId
    call_id: CallId
    draft: AskDraft
    known: str


class RollItselfBack(msgspec.Struct, frozen=True, gc=False):
    """An all-or-nothing run failed half-way: undo what it did."""

    run_id: RunId


class FinishRollback(msgspec.Struct, frozen=True, gc=False):
    """Nothing is left to undo. ``draft``: the ask about what could not be undone, where the run rolled itself back."""

    run_id: RunId
    rollback_id: RollbackId
    draft: AskDraft | None = None


EffectCommand = (
    StartEffect
    | FinishEffect
    | SettleOutcome
    | AskOutcome
    | StartUndo
    | FinishUndo
    | AskUndo
    | RollItselfBack
    | FinishRollback
)
