"""What is read of runs: the line of a list, the plan, the timeline, the whole of one, what a rollback would undo."""

import msgspec

from runtime.domain.events.judgements import Finding
from runtime.domain.plan import PlanStep
from runtime.domain.words import Outcome, RunState, StepStatus


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
