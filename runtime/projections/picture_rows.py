"""What pictures are drawn from: the course of a run, and the record of an agent. Times are µs since the epoch, UTC."""

from typing import Literal

import msgspec

SpanKind = Literal["model", "tool", "person", "hold", "paused", "queue"]


class ActivityMinute(msgspec.Struct, frozen=True):
    """One minute of the Fleet chart."""

    minute: int
    actions: int
    asked_priority: int
    """Highest priority asked in this minute (1 is highest); 0 = nobody was asked."""
    asks: int = 0
    """How often somebody was asked."""


class StatedAt(msgspec.Struct, frozen=True):
    """How sure the model said it was with one answer; ``turn`` 0 = with its plan."""

    at: int
    turn: int
    confidence: float


class SpentAt(msgspec.Struct, frozen=True):
    """What one answer cost, and the sum of the run with it. ``unknown``: its price is not known and is in no sum."""

    at: int
    turn: int
    model: str
    micros: int
    sum_micros: int
    unknown: bool = False


class Span(msgspec.Struct, frozen=True):
    """Something took its time: the model, a tool, a person, the hold of a ruling, a pause, the queue."""

    kind: SpanKind
    since: int
    until: int
    title: str


class RunCourse(msgspec.Struct, frozen=True):
    """One run over time. ``until``: its end, or now while it goes on."""

    run_id: str
    since: int
    until: int
    ended: bool
    threshold: float
    cap_micros: int
    stated: tuple[StatedAt, ...] = ()
    spent: tuple[SpentAt, ...] = ()
    spans: tuple[Span, ...] = ()


class ConfidenceLevel(msgspec.Struct, frozen=True):
    """Calls for which an agent stated about the same confidence, and how many of them were right."""

    percent: int
    stated: float
    """Their mean, 0 to 1."""
    cases: int
    right: int


class AgentRecord(msgspec.Struct, frozen=True):
    """How sure an agent said it was, and how often it was right; the surest level first."""

    agent: str
    threshold: float
    levels: tuple[ConfidenceLevel, ...]
    unstated: int = 0
    """Calls for which it stated none; they are in no level."""
