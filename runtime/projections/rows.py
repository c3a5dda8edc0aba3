"""What the read models hand out: one frozen row type per thing a person looks at. Times are µs since the epoch, UTC.

The window, the command line and the tests read these and nothing below them.
"""

import msgspec

from runtime.domain.action import Action
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.events.asks import CapQuestion
from runtime.domain.events.judgements import Finding
from runtime.domain.plan import PlanStep
from runtime.domain.verdict import Reason
from runtime.domain.words import CallOutcome, EffectKind, Outcome, RunState, StepStatus
from runtime.projections.afterwards import Afterwards as Afterwards
from runtime.projections.ask_line import AskRow as AskRow
from runtime.projections.backtest_rows import BacktestReport as BacktestReport
from runtime.projections.backtest_rows import ChangedAction as ChangedAction
from runtime.projections.connection_rows import ConnectionRow as ConnectionRow
from runtime.projections.connection_rows import KeyNote as KeyNote
from runtime.projections.connection_rows import TrialNote as TrialNote
from runtime.projections.decision_rows import AskedBefore as AskedBefore
from runtime.projections.decision_rows import EditJudgement as EditJudgement
from runtime.projections.decision_rows import SimilarDecision as SimilarDecision
from runtime.projections.decision_rows import TrackRecord as TrackRecord
from runtime.projections.grant_rows import GrantRow as GrantRow
from runtime.projections.grant_rows import GrantUse as GrantUse
from runtime.projections.picture_rows import ActivityMinute as ActivityMinute
from runtime.projections.picture_rows import AgentRecord as AgentRecord
from runtime.projections.picture_rows import ConfidenceLevel as ConfidenceLevel
from runtime.projections.picture_rows import RunCourse as RunCourse
from runtime.projections.picture_rows import Span as Span
from runtime.projections.picture_rows import SpentAt as SpentAt
from runtime.projections.picture_rows import StatedAt as StatedAt
from runtime.projections.queue_rows import FloodSummary as FloodSummary
from runtime.projections.queue_rows import HealthFigures as HealthFigures
from runtime.projections.queue_rows import PersonState as PersonState
from runtime.projections.queue_rows import QueueState as QueueState
from runtime.projections.queue_rows import RuleRate as RuleRate
from runtime.projections.spend_rows import BudgetFigures as BudgetFigures
from runtime.projections.spend_rows import CapLine as CapLine
from runtime.projections.spend_rows import PriceRow as PriceRow
from runtime.projections.spend_rows import ReservationRow as ReservationRow
from runtime.projections.spend_rows import TaskSpend as TaskSpend


class StripFigures(msgspec.Struct, frozen=True):
    """The status strip."""

    agents: int
    agents_running: int
    agents_paused: int
    waiting: int
    urgent: int
    spend_today_micros: int
    day_cap_micros: int
    forecast_micros: int
    asks_per_10_min: int
    asks_history: tuple[int, ...]
    """Asks in each of the last twelve 10-minute windows, oldest first."""
    everything_paused: bool
    chain_broken: str = ""
    """The sentence when the journal was found changed; approvals are then off."""
    last_decided_at: int = 0
    """Where nothing waits: when the last ask of today ended (µs UTC); 0 = none today, or something waits."""


class FleetCard(msgspec.Struct, frozen=True):
    """One agent."""

    name: str
    revision: int
    role: str
    model: str
    paused: bool
    removed: bool
    run_id: str
    """The run shown on the card: the one that waits, else the newest at work, else the last."""
    run_state: RunState | None
    outcome: Outcome | None
    doing: str
    """The state in words: "Waiting on you: refund order 1042", "Looking up order 1042"."""
    steps_done: int
    steps: int
    waiting_priority: int
    """1 to 3; 0 = nothing waits."""
    waiting: int
    runs_at_work: int
    runs_queued: int
    runs_today: int
    confidence: tuple[float, ...]
    """The last up to 20 stated confidences, oldest first."""
    confidence_threshold: float
    spend_micros: int
    """Today."""
    cap_micros: int
    """Per run."""
    unwell: str
    """What is wrong (its last runs failed, a limit was reached), or empty."""


class DecisionFigures(msgspec.Struct, frozen=True):
    """ "Your decisions today"."""

    asks: int
    busiest_10_min: int
    decided: int
    approved: int
    looked_under_3_s: int
    rolled_back_later: int


class AskDetail(msgspec.Struct, frozen=True):
    """The decision card."""

    row: AskRow
    goal: str
    revision: int
    action: Action
    digest: str
    reasons: tuple[Reason, ...]
    checks: tuple[str, ...]
    undo_sentence: str
    confidence: float | None
    agent_words: str
    cost_micros: int
    cap_micros: int
    step: int
    steps: int
    similar: tuple[SimilarDecision, ...]
    track: TrackRecord
    edited: Action | None = None
    closed_how: str = ""
    closed_sentence: str = ""
    closed_at: int = 0
    input_schema: str = "{}"
    """JSON Schema of the tool's arguments, for the edit form."""
    cap: CapQuestion | None = None
    known: str = ""
    """Where it is not known what happened, or not all could be undone: what is known."""
    anew: str = ""
    """Why this is asked anew, where an earlier request for the same did not stand any more."""
    before: AskedBefore | None = None
    """A repeated ask: what was asked last time."""
    harmful: str = ""
    """Why what was approved did harm, as ``harmful_by`` said afterwards."""
    harmful_by: str = ""


class RunRow(msgspec.Struct, frozen=True):
    """One line of the runs list."""

    run_id: str
    agent: str
    revision: int
    title: str
    source: str
    state: RunState
    outcome: Outcome | None
    summary: str
    started_at: int
    updated_at: int
    finished_at: int
    steps_done: int
    steps: int
    confidence: float | None
    cost_micros: int
    waiting_asks: int
    rolled_back: bool
    started_by: str
    unmet: str = ""
    """It says it is done, and this of its success criteria is not so; empty = nothing, or nobody judged it."""


class PlanLine(msgspec.Struct, frozen=True):
    """One plan step with its status and how long it took (ms; 0 = not known yet); or a call beside the plan.

    ``why``: why that call is not in the plan. ``unreviewed``: the plan that stands has a step with its tool, which
    nobody reviewed.
    """

    step: PlanStep
    status: StepStatus
    duration_ms: int = 0
    why: str = ""
    unreviewed: bool = False


class TimelineStep(msgspec.Struct, frozen=True):
    """One line of a run's timeline.

    ``mark`` is a word the window has a picture for: message, call, done, failed, warning, ask, approved, rejected,
    expired, checkpoint, paused, resumed, note, undone, conflict, finished, escalated, plan, denied, thought.
    """

    seq: int
    at: int
    mark: str
    title: str
    tool: str = ""
    arguments: str = ""
    output: str = ""
    output_blob: str = ""
    duration_ms: int = 0
    cost_micros: int = 0
    call_id: str = ""
    ask_id: str = ""
    checkpoint: int = 0
    undoes: int = 0
    """For a checkpoint: how many effects going back to it would undo."""
    undone: bool = False
    """Struck through: a rollback undid it."""


class RunDetail(msgspec.Struct, frozen=True):
    """One run with plan and facts; its timeline is paged apart."""

    row: RunRow
    task_text: str
    model: str
    plan: tuple[PlanLine, ...]
    plan_revision: int
    confidence: tuple[float, ...]
    confidence_threshold: float
    cap_micros: int
    turns: int
    turn_limit: int
    calls: int
    failed_calls: int
    effects: int
    checkpoints: int
    denied: int
    paused_by: str = ""
    all_or_nothing: bool = False
    """When it fails half-way it rolls itself back."""
    drift: tuple[PlanLine, ...] = ()
    """What the agent wanted or did beside the approved plan; each was asked for. The step's id is the call's."""
    plan_standing: str = ""
    """Whether a person approved the plan, in a sentence; empty where it is not reviewed."""
    plan_waits: str = ""
    """The request about the plan that waits for a person."""
    judged: tuple[Finding, ...] = ()
    """What its success criteria, and its judge, found of its outcome; empty = nobody judged it."""


class UndoLine(msgspec.Struct, frozen=True):
    """One line of the rollback sheet. ``outcome``: undone (= will be), conflict, cannot be undone."""

    call_id: str
    title: str
    tool: str
    outcome: str
    sentence: str
    difference: str = ""


class AuditFilter(msgspec.Struct, frozen=True):
    """What to show; empty = everything. ``text`` searches the full text; times µs UTC; ``kinds`` are event kinds."""

    agent: str = ""
    by: str = ""
    kinds: tuple[str, ...] = ()
    run_id: str = ""
    since: int = 0
    until: int = 0
    text: str = ""


class AuditRow(msgspec.Struct, frozen=True):
    """One line of the audit table."""

    seq: int
    at: int
    who: str
    kind: str
    event: str
    """The event in words: "Asked for approval"."""
    what: str
    decided_by: str
    cost_micros: int
    run_id: str = ""
    ask_id: str = ""
    agent: str = ""
    mark: str = ""


class AuditEntry(msgspec.Struct, frozen=True):
    """One entry with its place in the chain. ``recorded`` is the stored event as pretty JSON."""

    row: AuditRow
    sentence: str
    stream: str
    version: int
    recorded: str
    previous_hash: str
    hash: str
    neighbours: tuple[tuple[int, str], ...]
    """(seq, hash) of the entries before and after, and itself."""
    looked_ms: int = 0


class ChainReport(msgspec.Struct, frozen=True):
    """Result of verifying the chain."""

    intact: bool
    records: int
    head: int
    sentence: str
    first_bad: int = 0
    sealed_to: int = 0
    checked_at: int = 0


class SpendRow(msgspec.Struct, frozen=True):
    """Spend of one agent on one day (local date, ISO)."""

    day: str
    agent: str
    model: str
    runs: int
    input_tokens: int
    output_tokens: int
    cost_micros: int
    price_unknown: int
    """Answers whose price is not known; never counted as zero."""


class AgentDetail(msgspec.Struct, frozen=True):
    """An agent for the settings dialog. ``revisions`` are (revision, saved at, by, note), newest first."""

    spec: AgentSpec
    revision: int
    paused: bool
    removed: bool
    revisions: tuple[tuple[int, int, str, str], ...]
    taught: int


class CredentialRow(msgspec.Struct, frozen=True):
    """A stored secret, without its value."""

    account: str
    purpose: str
    stored_at: int
    by: str


class SearchHit(msgspec.Struct, frozen=True):
    """One hit of Ctrl+K. ``kind``: agent, run, ask, audit."""

    kind: str
    key: str
    title: str
    detail: str
    at: int = 0


class CallRow(msgspec.Struct, frozen=True):
    """One call of a run, for evidence and rollback sheets."""

    call_id: str
    tool: str
    title: str
    arguments: str
    effect: EffectKind
    outcome: CallOutcome | None
    checkpoint: int
    undone: bool


class SpaceUse(msgspec.Struct, frozen=True):
    """Bytes on disk."""

    journal: int
    blobs: int
    files: int
    backups: int
    other: int
    clearable: int
