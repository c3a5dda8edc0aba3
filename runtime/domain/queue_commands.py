"""What can be asked of the queue: look, shelve, hand over, rule look-alikes; duty and presence; floods and repeats."""

from typing import Literal

import msgspec

from runtime.domain.events.people import FloodEnded
from runtime.domain.ids import AskId, CallId, GrantId, RunId


class SeeAsk(msgspec.Struct, frozen=True):
    """The person has the whole ask before them. Only the first look is recorded."""

    ask_id: AskId
    by: str


class ShelveAsk(msgspec.Struct, frozen=True):
    """Put it away for so many seconds, with a reason."""

    ask_id: AskId
    by: str
    reason: str
    seconds: int


class UnshelveAsk(msgspec.Struct, frozen=True):
    """Take it back before its time."""

    ask_id: AskId
    by: str


class HandOver(msgspec.Struct, frozen=True):
    """Let ``to`` look after it; empty = whoever comes. To oneself: take it."""

    ask_id: AskId
    by: str
    to: str
    note: str = ""


class RuleEach(msgspec.Struct, frozen=True):
    """One gesture for look-alikes: each is ruled separately, bound to its own digest.

    ``items`` are (ask, digest) in the order shown; ``looked_ms`` how long they were on screen, together.
    """

    items: tuple[tuple[AskId, str], ...]
    by: str
    ruling: Literal["approve", "reject"]
    reason: str = ""
    looked_ms: int = 0


class SetDuty(msgspec.Struct, frozen=True):
    """Put a person on duty, or off."""

    operator_id: str
    on: bool
    by: str


class NoteAway(msgspec.Struct, frozen=True):
    """Nobody touched the window of ``by`` since then (µs UTC)."""

    by: str
    since: int


class NoteBack(msgspec.Struct, frozen=True):
    """The person is before the window."""

    by: str


class MarkHarmful(msgspec.Struct, frozen=True):
    """Say that what was approved and done did harm, and why."""

    ask_id: AskId
    by: str
    why: str


class UnmarkHarmful(msgspec.Struct, frozen=True):
    """Say that it did no harm after all."""

    ask_id: AskId
    by: str


class ReadAfterwards(msgspec.Struct, frozen=True):
    """``by`` has read that what they approved was undone, or (``harm``) found harmful.

    ``grant_id``: what was undone had been allowed ahead by this grant, which was given with the approval."""

    ask_id: AskId
    by: str
    harm: bool = False
    grant_id: GrantId = GrantId("")


class ReviewAction(msgspec.Struct, frozen=True):
    """Say of an action that ran without a person whether that is ``fine``, or ``why`` it should have been asked."""

    run_id: RunId
    call_id: CallId
    by: str
    fine: bool
    why: str = ""
    looked_ms: int = 0


QueueCommand = (
    SeeAsk
    | ShelveAsk
    | UnshelveAsk
    | HandOver
    | RuleEach
    | SetDuty
    | NoteAway
    | NoteBack
    | MarkHarmful
    | UnmarkHarmful
    | ReadAfterwards
    | ReviewAction
)


class ReturnAsk(msgspec.Struct, frozen=True, gc=False):
    """The time on the shelf is over."""

    ask_id: AskId


class BeginFlood(msgspec.Struct, frozen=True, gc=False):
    """So many asks came in ten minutes."""

    asks: int


class EndFlood(msgspec.Struct, frozen=True, gc=False):
    """It is calm again."""

    summary: FloodEnded


class PauseForRepeats(msgspec.Struct, frozen=True, gc=False):
    """The agent asked for the same again and again, though a person had said no."""

    ask_id: AskId


QueueLoopCommand = ReturnAsk | BeginFlood | EndFlood | PauseForRepeats
