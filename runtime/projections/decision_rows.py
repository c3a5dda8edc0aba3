"""What the decision card shows beside the request: earlier decisions, the record of the agent, judged edits."""

import msgspec

from runtime.domain.action import Action
from runtime.domain.verdict import Reason


class SimilarDecision(msgspec.Struct, frozen=True):
    """An earlier decision about the same tool and shape of arguments."""

    ask_id: str
    title: str
    how: str
    by: str
    at: int
    rolled_back: bool
    outcome: str = ""
    """How the action ended, where it was done: a word of ``CallOutcome``."""
    harmful: bool = False


class EditJudgement(msgspec.Struct, frozen=True):
    """What the gate says of an edited action. No ``faults`` = it can be sent."""

    arguments: str
    """Canonical JSON of what would run; empty where there are faults."""
    faults: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    """Every check that spoke; none where the arguments do not fit the tool."""
    title: str = ""


class AskedBefore(msgspec.Struct, frozen=True):
    """What the same run asked for with the same tool before, and what came of it."""

    action: Action
    how: str
    """approved | approved with edit | rejected | expired | withdrawn; empty while it is open."""
    by: str
    at: int
    """When it was answered or closed, µs UTC; else when it was asked."""


class TrackRecord(msgspec.Struct, frozen=True):
    """How sure the agent says it is with this tool, and how often it was right (approved or done, not undone later)."""

    stated: float | None
    cases: int
    right: int
