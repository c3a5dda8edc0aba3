"""A plan: the steps an agent means to take. Every edit is a new whole plan with stable step ids."""

import msgspec

from runtime.domain.ids import StepId


class PlanStep(msgspec.Struct, frozen=True, gc=False):
    """One step. ``parent`` is the id of the step it belongs to, or empty."""

    step_id: StepId
    title: str
    tool: str = ""
    parent: StepId = StepId("")


class Plan(msgspec.Struct, frozen=True, gc=False):
    """What the agent means to do, in order. ``revision`` counts from 1."""

    revision: int
    steps: tuple[PlanStep, ...]
    note: str = ""
