"""What the read models say about the queue as a whole: who attends, floods, the health figures of UX section 7."""

import msgspec

MINUTE = 60_000_000


class PersonState(msgspec.Struct, frozen=True):
    """One person who decides here. Times µs UTC; ``duty_since`` 0 = since they were added; ``away_since`` 0 = there."""

    operator_id: str
    name: str
    on_duty: bool
    duty_since: int
    away_since: int


class FloodSummary(msgspec.Struct, frozen=True):
    """A flood that is over."""

    began: int
    ended: int
    asks: int
    by_priority: tuple[int, ...]
    decided: int
    expired: int
    waiting: int
    agents: tuple[tuple[str, int], ...]


class QueueState(msgspec.Struct, frozen=True):
    """How the queue stands. ``flood_since`` 0 = calm; ``unattended_since`` 0 = somebody is on duty and there."""

    people: tuple[PersonState, ...]
    unattended_since: int
    flood_since: int
    flood_asks: int
    """How many asks began it."""
    last_flood: FloodSummary | None
    decided_in_30_min: int
    """By the person who asks (``operator``)."""


class RuleRate(msgspec.Struct, frozen=True):
    """How often a person approved what one rule asked about. ``rule`` may name several rules, or a check."""

    rule: str
    decided: int
    approved: int
    rejected: int
    undone: int
    """Approved, and undone or found harmful later."""
    expired_unseen: int = 0
    """Nobody had them before them; they are not among ``decided``."""


class HealthFigures(msgspec.Struct, frozen=True):
    """The table of UX section 7 over the time from ``since`` to ``until`` (µs UTC). Looks in ms, spans in µs."""

    since: int
    until: int
    asks: int
    people: int
    """Who decided something in that time, at least 1."""
    busiest_10_min: int
    busiest_shift: int
    """The most asks within any 8 hours."""
    by_priority: tuple[int, int, int]
    rules: tuple[RuleRate, ...]
    urgent_look_median_ms: int
    """Of rulings on priority 1; 0 where there were none."""
    urgent_rulings: int
    looked_under_3_s: int
    """Rulings on priority 1 or 2 in the window that looked shorter than 3 s."""
    measured_looks: int
    """Rulings on priority 1 or 2 whose look was measured."""
    urgent: int
    urgent_seen_in_2_min: int
    urgent_decided_in_5_min: int
    urgent_missed: int
    """Of priority 1: not decided by their *answer by*."""
    expired_unseen: int
    expired_seen: int
    stale: int
    """Waited longer than twice the time to *answer by*."""
    repeats: int
    """How often the same was asked a third time within 10 min."""
    undone: tuple[tuple[str, str, str], ...]
    """(ask, title, who approved) of what was approved and undone later, newest first."""
    harmful: tuple[tuple[str, str, str, str], ...] = ()
    """(ask, title, who approved, why) of what was approved and found harmful later, newest first."""
    reviewed: int = 0
    """Of the sample of actions that had run without a person."""
    should_have_asked: int = 0
