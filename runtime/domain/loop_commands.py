"""What the loop itself asks to have recorded. They go through the same ``perform`` as a person's commands."""

import msgspec

from runtime.domain.action import Action
from runtime.domain.budget import CapKind, Reservation
from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.domain.events.asks import CapQuestion
from runtime.domain.events.workspace import ConnectionTested
from runtime.domain.grant_commands import EndGrant
from runtime.domain.ids import AskId, CallId, ReservationId, RollbackId, RunId, StepId
from runtime.domain.judging_commands import JudgingCommand
from runtime.domain.left_out import LeftOut
from runtime.domain.queue_commands import QueueLoopCommand
from runtime.domain.routing_commands import RoutingCommand
from runtime.domain.spent import Spent as Spent
from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.domain.verdict import Verdict
from runtime.domain.words import CallOutcome, EffectKind, Outcome


class AskDraft(msgspec.Struct, frozen=True, gc=False):
    """What an ask will say, worked out before it is raised. ``folder`` and ``inputs`` are part of the digest."""

    ask_id: AskId
    touches: str
    undo_sentence: str
    checks: tuple[str, ...]
    answer_by: int
    expires: int
    folder: str
    inputs: tuple[tuple[str, str], ...] = ()
    newest_revision: int = 0
    may_wait: bool = False


class Judged(msgspec.Struct, frozen=True, gc=False):
    """One proposed call after the gate. ``ask`` is set when the verdict is ask."""

    index: int
    action: Action
    step_id: StepId
    title: str
    effect: EffectKind
    resource: str
    verdict: Verdict
    digest: str
    policy_version: int
    confidence: float | None = None
    reason: str = ""
    ask: AskDraft | None = None
    facts: str = ""
    also: tuple[str, ...] = ()


class BeginRun(msgspec.Struct, frozen=True, gc=False):
    """The agent has room: leave the queue."""

    run_id: RunId


class RecordPlan(msgspec.Struct, frozen=True, gc=False):
    """The planner answered."""

    run_id: RunId
    work: PlannedWork
    model: str
    usage: Usage
    duration_ms: int
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""
    spent: Spent | None = None
    because: str = ""
    """Why the planner was asked again; empty for the first plan."""
    over: int = 0
    """The revision it was asked to replace."""
    review: AskDraft | None = None
    """Set where a person has to approve it first."""
    review_why: str = ""
    left_out: LeftOut | None = None
    reasoning: str = ""


class RecordModelFailure(msgspec.Struct, frozen=True, gc=False):
    """An attempt to get an answer failed."""

    run_id: RunId
    turn: int
    model: str
    sentence: str
    again: bool
    usage: Usage = Usage()
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""
    spent: Spent | None = None


class RecordTurn(msgspec.Struct, frozen=True, gc=False):
    """The model answered and the gate judged: one commit, with the first start where nothing is asked."""

    run_id: RunId
    turn: int
    model: str
    decision: Decision
    usage: Usage
    duration_ms: int
    judged: tuple[Judged, ...] = ()
    request_blob: str = ""
    answer_blob: str = ""
    notes_read: int = 0
    """How many of the run's notes the model had been given when it answered."""
    origin: Origin = Origin()
    spent: Spent | None = None
    left_out: LeftOut | None = None
    """What the model was not given whole; None = its context has no bound."""
    reasoning: str = ""
    """The provider's summary of how it got there."""


class Reserve(msgspec.Struct, frozen=True, gc=False):
    """Hold the worst case of a call before it is made. ``instead``: why this model and not the agent's own."""

    reservation: Reservation
    instead: str = ""
    kinds: tuple[CapKind, ...] = ()


class RecordSpent(msgspec.Struct, frozen=True, gc=False):
    """A call did cost something that no answer can tell: its run ended or was stopped meanwhile."""

    run_id: RunId
    model: str
    sentence: str
    usage: Usage
    spent: Spent


class ReserveTest(msgspec.Struct, frozen=True, gc=False):
    """Hold the worst case of a test of a connection."""

    reservation: Reservation


class RecordTest(msgspec.Struct, frozen=True, gc=False):
    """What a test of a connection found, and what it did cost. ``by`` is who asked for it."""

    found: ConnectionTested
    by: str
    spent: Spent | None = None


class KeepReservation(msgspec.Struct, frozen=True, gc=False):
    """An earlier life of the program made the call and never heard of its end."""

    reservation_id: ReservationId
    month: str


class ExpireReservation(msgspec.Struct, frozen=True, gc=False):
    """Its time is up."""

    reservation_id: ReservationId
    month: str
    run_id: RunId


class AskCap(msgspec.Struct, frozen=True, gc=False):
    """The next call does not fit a cap: a person is asked. ``sentence`` says which cap, ``known`` what was done."""

    run_id: RunId
    draft: AskDraft
    question: CapQuestion
    sentence: str
    known: str


class RecordJudgement(msgspec.Struct, frozen=True, gc=False):
    """The next call of an answer, judged when those before it had ended; started where nothing is asked.

    ``beside``: the calls after it that run beside it, all allowed.
    """

    run_id: RunId
    turn: int
    judged: Judged
    beside: tuple[Judged, ...] = ()


class Rejudge(msgspec.Struct, frozen=True, gc=False):
    """What a waiting call is bound to has changed: judged anew, asked anew; ``why`` says what changed."""

    run_id: RunId
    call_id: CallId
    judged: Judged
    why: str


class StartEffect(msgspec.Struct, frozen=True, gc=False):
    """The tool is about to be called. ``digest`` is computed now; it must equal what was judged or approved.

    Where it was started before: ``contract`` is the digest of its tool's contract now, ``policy_version`` the version
    of the rules under which it was looked at again.
    """

    run_id: RunId
    call_id: CallId
    digest: str
    contract: str = ""
    policy_version: int = 0


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


class DeliverRuling(msgspec.Struct, frozen=True, gc=False):
    """The hold of a rejection, or of an answer about an unknown outcome, is over."""

    ask_id: AskId


class RestartHold(msgspec.Struct, frozen=True, gc=False):
    """The program was restarted while a ruling was held."""

    ask_id: AskId


class ExpireAsk(msgspec.Struct, frozen=True, gc=False):
    """Nobody answered in time."""

    ask_id: AskId


class FinishRun(msgspec.Struct, frozen=True, gc=False):
    """The loop ends a run."""

    run_id: RunId
    outcome: Outcome
    summary: str
    limit: str = ""


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


class NoteClock(msgspec.Struct, frozen=True, gc=False):
    """Wall time and monotonic time disagree."""

    seconds: float
    slept: bool


class NoteStarted(msgspec.Struct, frozen=True, gc=False):
    """The program opened the workspace."""

    version: str
    after_crash: bool


class NoteStopped(msgspec.Struct, frozen=True, gc=False):
    """The program closes the workspace in order."""

    reason: str


class NoteChain(msgspec.Struct, frozen=True, gc=False):
    """What a verification found; ``first_bad`` 0 = intact."""

    first_bad: int
    sentence: str
    records: int
    up_to: int


LoopCommand = (
    BeginRun
    | RecordPlan
    | RecordModelFailure
    | RecordTurn
    | Reserve
    | RecordSpent
    | ReserveTest
    | RecordTest
    | KeepReservation
    | ExpireReservation
    | AskCap
    | RoutingCommand
    | QueueLoopCommand
    | JudgingCommand
    | RecordJudgement
    | Rejudge
    | StartEffect
    | FinishEffect
    | SettleOutcome
    | AskOutcome
    | DeliverRuling
    | RestartHold
    | ExpireAsk
    | EndGrant
    | FinishRun
    | StartUndo
    | FinishUndo
    | AskUndo
    | RollItselfBack
    | FinishRollback
    | NoteClock
    | NoteStarted
    | NoteStopped
    | NoteChain
)
