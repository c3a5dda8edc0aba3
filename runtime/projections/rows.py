"""What the read models hand out: one frozen row type per thing a person looks at. Times are µs since the epoch, UTC.

The window, the command line and the tests read these and nothing below them.
"""

import msgspec

from runtime.domain.action import Action
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.events.asks import CapQuestion
from runtime.domain.verdict import Reason
from runtime.domain.words import CallOutcome, EffectKind, Outcome, RunState
from runtime.projections.afterwards import Afterwards as Afterwards
from runtime.projections.ask_line import AskRow as AskRow
from runtime.projections.audit_lines import AuditEntry as AuditEntry
from runtime.projections.audit_lines import AuditFilter as AuditFilter
from runtime.projections.audit_lines import AuditRow as AuditRow
from runtime.projections.audit_lines import ChainReport as ChainReport
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
from runtime.projections.review_rows import SampledAction as SampledAction
from runtime.projections.run_lines import PlanLine as PlanLine
from runtime.projections.run_lines import RunDetail as RunDetail
from runtime.projections.run_lines import RunRow as RunRow
from runtime.projections.run_lines import TimelineStep as TimelineStep
from runtime.projections.run_lines import UndoLine as UndoLine
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
