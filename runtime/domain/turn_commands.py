"""What the loop records of a run and its turns: plans, answers, verdicts, the end."""

import msgspec

from runtime.domain.action import Action
from runtime.domain.ask_draft import AskDraft
from runtime.domain.decision import Decision, Origin, PlannedWork, Usage
from runtime.domain.ids import CallId, RunId, StepId
from runtime.domain.left_out import LeftOut
from runtime.domain.spent import Spent
from runtime.domain.verdict import Verdict
from runtime.domain.words import EffectKind, Outcome


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
    plan: int = 0
    """The revision of the plan it was held against; 0 = there was none."""


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
    own_ids: bool = False
    """A playbook's plan in the place of a model's: whole, under its own ids, as nothing was changed yet."""
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


class FinishRun(msgspec.Struct, frozen=True, gc=False):
    """The loop ends a run."""

    run_id: RunId
    outcome: Outcome
    summary: str
    limit: str = ""


TurnCommand = BeginRun | RecordPlan | RecordModelFailure | RecordTurn | RecordJudgement | Rejudge | FinishRun
