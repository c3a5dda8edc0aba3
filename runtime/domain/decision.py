"""What a model answered: its decision, the calls it proposes, its confidence and what it cost."""

import msgspec

from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import DecisionKind


class ProposedCall(msgspec.Struct, frozen=True):
    """A tool call as the model wrote it, before any check. ``arguments`` is the model's own JSON text."""

    tool: str
    arguments: str
    confidence: float | None = None
    """0 to 1; None = the model gave none, which is below every threshold."""
    reason: str = ""
    step_id: StepId = StepId("")


class Usage(msgspec.Struct, frozen=True):
    """What one answer used. ``cost_micros`` None = price unknown, which is never zero."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int | None = 0


class Decision(msgspec.Struct, frozen=True):
    """One model answer. ``text`` is what it says (a reply, a reason to escalate, the summary when complete)."""

    kind: DecisionKind
    text: str = ""
    confidence: float | None = None
    reason: str = ""
    calls: tuple[ProposedCall, ...] = ()
    intent: str = ""
    """The label the model gave the task, where it classifies (the playbook does)."""
    step_id: StepId = StepId("")
    """The plan step this answer fulfils by itself (a reply, an end); calls name their own."""
    passed_over: tuple[StepId, ...] = ()
    """Plan steps that turned out not to be needed."""


class PlannedWork(msgspec.Struct, frozen=True):
    """The answer to a planning request: steps, or a decision not to start (escalate)."""

    steps: tuple[PlanStep, ...]
    note: str = ""
    confidence: float | None = None
    intent: str = ""
    reason: str = ""
