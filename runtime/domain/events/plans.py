"""Events of a plan's review: approved by a person, or not."""

import msgspec

from runtime.domain.ids import RunId


class PlanApproved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="plan-approved"):
    """A person approved this revision; from now on what is not in the plan is asked for."""

    run_id: RunId
    revision: int
    by: str


class PlanRejected(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="plan-rejected"):
    """A person did not approve this revision; the planner is told why and asked again, within the agent's limit."""

    run_id: RunId
    revision: int
    by: str
    reason: str


PlanEvent = PlanApproved | PlanRejected
