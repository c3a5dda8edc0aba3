"""Events of a run's life: queued, planned, turns, pauses, notes, the end."""

import msgspec

from runtime.domain.action import Action
from runtime.domain.budget import CapKind
from runtime.domain.decision import Decision, Origin, Usage
from runtime.domain.events.judgements import JudgementEvent
from runtime.domain.events.plans import PlanEvent
from runtime.domain.ids import AgentName, AskId, CallId, RunId, StepId
from runtime.domain.left_out import LeftOut
from runtime.domain.plan import PlanDiff, PlanStep
from runtime.domain.task import Task
from runtime.domain.verdict import Verdict
from runtime.domain.words import CapAction, EffectKind, ModelRole, Outcome, StepStatus


class RunQueued(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="run-queued"):
    """A run was asked for; it starts when its agent has room."""

    run_id: RunId
    agent: AgentName
    revision: int
    task: Task
    started_by: str


class PlanningStarted(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="planning-started"):
    """The run left the queue."""

    run_id: RunId


class PlanProposed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="plan-proposed"):
    """The planner answered (``by_model``), or a person edited the plan. Always the whole plan."""

    run_id: RunId
    revision: int
    steps: tuple[PlanStep, ...]
    note: str = ""
    by_model: str = ""
    confidence: float | None = None
    intent: str = ""
    reason: str = ""
    usage: Usage = Usage()
    duration_ms: int = 0
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""
    by: str = ""
    """The person who edited it."""
    because: str = ""
    """Why the planner was asked again; empty for the first plan."""
    diff: PlanDiff | None = None
    """What it made of the revision before."""
    ask_id: AskId = AskId("")
    """The request that has to be approved before anything is done by it."""
    left_out: LeftOut | None = None
    """What the planner was not given whole; None = it was given everything."""
    needs_told: bool = False
    """It says of every step what it needs: one that names nothing needs nothing."""
    reasoning: str = ""
    """The provider's summary of how the model got there, its beginning where it is long; empty = none was given."""


class PlanStepMoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="plan-step-moved"):
    """A plan step changed its status."""

    run_id: RunId
    step_id: StepId
    status: StepStatus


class ModelAnswered(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="model-answered"):
    """One turn: what the model decided, what it cost, and where the full exchange is kept."""

    run_id: RunId
    turn: int
    model: str
    decision: Decision
    usage: Usage = Usage()
    duration_ms: int = 0
    request_blob: str = ""
    answer_blob: str = ""
    origin: Origin = Origin()
    left_out: LeftOut | None = None
    """What the model was not given whole; None = it was given everything."""
    reasoning: str = ""
    """The provider's summary of how the model got there, its beginning where it is long; empty = none was given."""


class ModelFailed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="model-failed"):
    """An attempt to get an answer failed; ``again`` says whether another attempt follows."""

    run_id: RunId
    turn: int
    model: str
    sentence: str
    again: bool
    usage: Usage = Usage()
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""


class ActionJudged(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="action-judged"):
    """The gate's verdict about one proposed call, with every reason that spoke."""

    run_id: RunId
    call_id: CallId
    turn: int
    index: int
    action: Action
    step_id: StepId
    title: str
    effect: EffectKind
    resource: str
    verdict: Verdict
    policy_version: int
    digest: str
    """The approval digest of the action as judged."""
    confidence: float | None = None
    reason: str = ""
    """The model's own words for this call, not checked."""
    ask_id: AskId = AskId("")
    """The ask that was raised for it, when the verdict is ask."""
    moved: StepStatus | None = None
    """Where the plan step it names went with it; None = it names none, or the step was there already."""
    facts: str = ""
    """JSON of the named values the console worked out for conditions, so that other rules can be tried on it later."""
    also: tuple[str, ...] = ()
    """Further resources it touches."""


class CallRefused(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="call-refused"):
    """A call will not be executed; the model is told ``sentence``."""

    run_id: RunId
    call_id: CallId
    why: str
    """denied | rejected | expired | withdrawn | skipped"""
    sentence: str


class CapReached(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="cap-reached"):
    """The next model call did not fit a cap. ``action`` is what follows: ``model`` is asked instead, or a person is."""

    run_id: RunId
    kinds: tuple[CapKind, ...]
    sentence: str
    action: CapAction
    model: str = ""
    ask_id: AskId = AskId("")


class RouteTaken(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="route-taken"):
    """From now on this model of the role's chain is asked, and no longer ``instead_of``; ``sentence`` says why."""

    run_id: RunId
    role: ModelRole
    model: str
    instead_of: str
    sentence: str


class AnswerSetAside(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="answer-set-aside"):
    """A model answered, was paid, and its answer is not acted on as such: too unsure, or one of several for a vote."""

    run_id: RunId
    turn: int
    role: ModelRole
    model: str
    sentence: str
    confidence: float | None = None
    usage: Usage = Usage()
    duration_ms: int = 0
    origin: Origin = Origin()
    request_blob: str = ""
    answer_blob: str = ""


class VoteHeld(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="vote-held"):
    """A critical decision was asked for several times. Without agreement every call of that turn is asked for."""

    run_id: RunId
    turn: int
    model: str
    asked: int
    agreed: bool
    proposals: tuple[str, ...]
    """What each answer wants, in the order in which they came."""
    sentence: str


class RunWaiting(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="run-waiting"):
    """The run stands still until something outside it happens (``what`` says what, in words)."""

    run_id: RunId
    what: str
    connections: tuple[str, ...] = ()
    """No model could be asked: it goes on when one of these can be."""
    since: int = 0
    until: int = 0
    """When it tries again by itself where none of them was opened (µs UTC)."""


class RunContinued(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="run-continued"):
    """What the run waited for has come."""

    run_id: RunId


class RunPaused(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="run-paused"):
    """No new step starts until it is resumed; deadlines of its asks stand still."""

    run_id: RunId
    by: str


class RunResumed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="run-resumed"):
    """Back to where it was."""

    run_id: RunId
    by: str


class NoteLeft(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="note-left"):
    """A person told the agent something; it is read before the next step."""

    run_id: RunId
    by: str
    text: str


class RunFinished(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="run-finished"):
    """The end. ``by`` is empty when the run ended by itself; ``limit`` names the limit that was reached, if one was."""

    run_id: RunId
    outcome: Outcome
    summary: str
    by: str = ""
    limit: str = ""
    undo_all: bool = False
    """It failed half-way and its agent is all or nothing: it rolls itself back."""


RunEvent = (
    RunQueued
    | PlanningStarted
    | PlanProposed
    | PlanEvent
    | PlanStepMoved
    | ModelAnswered
    | ModelFailed
    | ActionJudged
    | CallRefused
    | CapReached
    | RouteTaken
    | AnswerSetAside
    | VoteHeld
    | JudgementEvent
    | RunWaiting
    | RunContinued
    | RunPaused
    | RunResumed
    | NoteLeft
    | RunFinished
)
