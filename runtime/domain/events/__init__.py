"""Everything that can have happened: one union of frozen events, one file per family. Kinds are our own short names."""

from typing import get_args

from runtime.domain.events.agents import AgentEvent
from runtime.domain.events.asks import AskEvent
from runtime.domain.events.budget import BudgetEvent
from runtime.domain.events.effects import EffectEvent
from runtime.domain.events.grants import GrantEvent
from runtime.domain.events.rollbacks import RollbackEvent
from runtime.domain.events.runs import RunEvent
from runtime.domain.events.workspace import WorkspaceEvent

Event = RunEvent | EffectEvent | RollbackEvent | AskEvent | AgentEvent | WorkspaceEvent | BudgetEvent | GrantEvent

EVENT_TYPES: tuple[type, ...] = get_args(Event)

__all__ = [
    "EVENT_TYPES",
    "AgentEvent",
    "AskEvent",
    "BudgetEvent",
    "EffectEvent",
    "Event",
    "GrantEvent",
    "RollbackEvent",
    "RunEvent",
    "WorkspaceEvent",
]
