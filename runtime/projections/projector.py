"""One event to all the rows that change with it. Pure: the same function serves the live log and a rebuild."""

from collections.abc import Callable
from typing import get_args

from runtime.domain.envelope import Envelope
from runtime.domain.events import EVENT_TYPES, AskEvent, BudgetEvent, EffectEvent, GrantEvent, RollbackEvent, RunEvent
from runtime.domain.events.runs import (
    ModelAnswered,
    PlanningStarted,
    PlanProposed,
    PlanStepMoved,
    RunFinished,
    RunQueued,
)
from runtime.projections.ask_rows import ask_rows
from runtime.projections.budget_rows import budget_rows
from runtime.projections.effect_rows import effect_rows
from runtime.projections.grant_rows import grant_rows
from runtime.projections.run_rows import run_rows
from runtime.projections.workspace_rows import workspace_rows
from storage.records import RowChange, Value

Rows = Callable[[Value, Envelope], list[RowChange]]


def _of_run(seq: Value, envelope: Envelope) -> list[RowChange]:
    rows = run_rows(seq, envelope)
    if type(envelope.event) not in _OF_NO_CALL:
        rows += effect_rows(seq, envelope)
    return rows


def _of_ask(seq: Value, envelope: Envelope) -> list[RowChange]:
    return ask_rows(envelope)


def _of_workspace(seq: Value, envelope: Envelope) -> list[RowChange]:
    return workspace_rows(envelope)


_OF_NO_CALL = frozenset({ModelAnswered, PlanProposed, PlanStepMoved, PlanningStarted, RunQueued, RunFinished})
"""The most frequent events that say nothing about a call."""
_FAMILIES: dict[object, Rows] = {
    RunEvent: _of_run,
    EffectEvent: _of_run,
    RollbackEvent: _of_run,
    AskEvent: _of_ask,
    BudgetEvent: budget_rows,
    GrantEvent: grant_rows,
}
_ROWS: dict[type, Rows] = dict.fromkeys(EVENT_TYPES, _of_workspace) | {
    kind: rows for family, rows in _FAMILIES.items() for kind in get_args(family)
}
"""Which read models an event speaks to: asked of every event that is recorded, so it is looked up, not tried."""


def project(seq: Value, envelope: Envelope) -> list[RowChange]:
    """The rows of every read model that commits with its records. ``seq``: AtSeq(n) live, the number in a rebuild."""
    return _ROWS[type(envelope.event)](seq, envelope)
