"""One tool call of a run, and a rollback that is under way: parts of the run's state."""

import msgspec

from runtime.domain.action import Action
from runtime.domain.ids import AskId, CallId, GrantId, RollbackId, StepId
from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.domain.words import CallOutcome, CallStatus, EffectKind

_OPEN = frozenset({CallStatus.ALLOWED, CallStatus.ASKED, CallStatus.STARTED})


class Call(msgspec.Struct, frozen=True, gc=False):
    """One tool call of a run and all that is known of it."""

    call_id: CallId
    turn: int
    index: int
    action: Action
    step_id: StepId
    title: str
    effect: EffectKind
    resource: str
    status: CallStatus
    digest: str
    policy_version: int
    confidence: float | None = None
    reason: str = ""
    ask_id: AskId = AskId("")
    key: str = ""
    attempt: int = 0
    checkpoint: int = 0
    outcome: CallOutcome | None = None
    summary: str = ""
    output: str = ""
    output_blob: str = ""
    failure: str = ""
    undo: UndoRecord | None = None
    undone: UndoOutcome | None = None
    undo_told: str = ""
    """What was said when it was last to be undone."""
    undo_key: str = ""
    """The key of an undo that was begun and is not known not to have come about: the next one has the same."""
    not_undone: int = 0
    """How many undos are known not to have come about, by what the tool itself said."""
    refused: str = ""
    grant_id: GrantId = GrantId("")
    """The standing grant that allowed it."""
    beside: bool = False
    """It is in no step of the plan, whatever step its model names."""
    also: tuple[str, ...] = ()
    """Further resources it touches."""
    reviewed: bool = False
    """It ran without a person, and one looked at it afterwards."""

    @property
    def plan_step(self) -> StepId:
        """The step that stands where this call stands; empty where it is beside the plan."""
        return StepId("") if self.beside else self.step_id

    @property
    def open(self) -> bool:
        """Whether something still has to happen with it."""
        return self.status in _OPEN

    @property
    def happened(self) -> bool:
        """Whether it changed the world, as far as is known."""
        return self.effect is not EffectKind.READ and self.outcome is CallOutcome.OK

    @property
    def perhaps(self) -> bool:
        """Whether nobody knows, for good, if it changed the world: nobody could look and nobody told."""
        over = self.status is CallStatus.ENDED and self.outcome is CallOutcome.UNKNOWN
        return self.effect is not EffectKind.READ and over


class Rollback(msgspec.Struct, frozen=True, gc=False):
    """A rollback that is under way. ``left`` are the calls still to be undone, in order."""

    rollback_id: RollbackId
    to_checkpoint: int
    left: tuple[CallId, ...]
    overwrite: tuple[CallId, ...]
    started: CallId = CallId("")
    """The call whose undo was started and has no end yet."""
    key: str = ""
    """The idempotency key of that undo."""
    asked: AskId = AskId("")
    """The open ask whether it was undone."""
    again: bool = False
    """That undo was begun before, and its tool did not say what became of it."""
    unsure: bool = False
    """The same, and nobody has said since that it is not undone."""
    told: bool = False
    """A person has just said that it is not undone, and to undo it."""
    by_itself: bool = False
    """Its agent is all or nothing; no person ordered it."""
