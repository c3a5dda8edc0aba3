"""What a model is to the engine: it answers a request with a decision, streaming text meanwhile, or fails knowably."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.decision import Decision, PlannedWork, Usage
from runtime.domain.plan import Plan
from runtime.domain.task import Task

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """A tool as offered to a model."""

    name: str
    purpose: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call of an earlier turn and what came of it. ``output`` is canonical JSON (or a sentence when refused)."""

    step_id: str
    tool: str
    arguments: str
    outcome: str
    """ok | failed | cancelled | unknown | denied | rejected | expired | withdrawn | skipped"""
    output: str
    failure: str = ""


@dataclass(frozen=True, slots=True)
class PastTurn:
    """One earlier turn of this run."""

    turn: int
    text: str
    calls: tuple[PastCall, ...]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """Everything a model gets. The content of ``task`` and of outputs is untrusted."""

    run_id: str
    turn: int
    agent: AgentSpec
    task: Task
    plan: Plan | None
    past: tuple[PastTurn, ...]
    notes: tuple[str, ...]
    """What people told the agent during this run, oldest first."""
    tools: tuple[ToolOffer, ...]
    planning_confidence: float | None = None
    intent: str = ""
    """The label given when planning, so that acting need not classify again."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """An answer with its cost and the exact exchange (bytes for the blob store; never secrets)."""

    value: T
    usage: Usage
    sent: bytes
    received: bytes


class FaultKind(StrEnum):
    """What a failed attempt means for the next one."""

    PASSING = "passing"
    """Overload, network: another attempt may succeed."""
    FINAL = "final"
    """It cannot succeed (bad key, refused, bad request)."""


class ModelFault(Exception):
    """An attempt failed. ``sentence`` is shown; ``retry_after`` in seconds where the other side named one."""

    def __init__(self, kind: FaultKind, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
        self.retry_after = retry_after


class Model(Protocol):
    """One model. ``on_text`` gets passing text as it streams; it is not recorded."""

    @property
    def label(self) -> str:
        """How it is named on screen: "playbook, no language model", "anthropic/<model>"."""
        ...

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        """The steps it means to take. Raises ModelFault."""
        ...

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        """The next decision. Raises ModelFault."""
        ...
