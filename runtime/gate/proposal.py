"""A proposed call as the checks see it: checked arguments, the console's own appraisal, and the run."""

from typing import Any

import msgspec

from runtime.domain.action import Action
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import StepId
from runtime.domain.policy import Policy
from runtime.domain.run_state import Run
from runtime.tools.contract import Appraisal, ToolContract


class Proposal(msgspec.Struct, frozen=True):
    """Everything a check may look at."""

    run: Run
    spec: AgentSpec
    policy: Policy
    contract: ToolContract
    action: Action
    arguments: dict[str, Any]
    appraisal: Appraisal
    confidence: float | None
    used: "Used"
    step_id: StepId
    """The plan step the model names for it."""


class Used(msgspec.Struct, frozen=True):
    """What the agent already used: (quota id) -> count or sum, in this run and today."""

    in_run: dict[str, float]
    today: dict[str, float]
