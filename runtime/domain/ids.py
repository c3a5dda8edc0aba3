"""Names of things: every identifier is a string with a type of its own, so that mypy notices when two are mixed up."""

from typing import NewType

RunId = NewType("RunId", str)
AskId = NewType("AskId", str)
CallId = NewType("CallId", str)
"""Unique within its run: ``<turn>.<index>``, both counted from 1."""
StepId = NewType("StepId", str)
AgentName = NewType("AgentName", str)
OperatorId = NewType("OperatorId", str)
RollbackId = NewType("RollbackId", str)
ReservationId = NewType("ReservationId", str)
GrantId = NewType("GrantId", str)
StreamName = NewType("StreamName", str)

RUNTIME = "console"
"""The author of what the program does by itself (deadlines, recovery). It can never approve."""


def run_stream(run_id: RunId) -> StreamName:
    """The stream that holds everything one run did."""
    return StreamName(f"run:{run_id}")


def ask_stream(ask_id: AskId) -> StreamName:
    """The stream of one approval request."""
    return StreamName(f"ask:{ask_id}")


def agent_stream(name: AgentName) -> StreamName:
    """The stream of one agent: its revisions, pauses and lessons."""
    return StreamName(f"agent:{name}")


def grant_stream(grant_id: GrantId) -> StreamName:
    """The stream of one standing grant."""
    return StreamName(f"grant:{grant_id}")


def book_stream(month: str) -> StreamName:
    """The stream of what one month (ISO, local) reserved and spent."""
    return StreamName(f"budget:{month}")


BUDGET_STREAM = StreamName("budget")
"""Caps and entered prices."""
POLICY_STREAM = StreamName("policy")
WORKSPACE_STREAM = StreamName("workspace")
OPERATORS_STREAM = StreamName("operators")

_OPERATOR = "operator:"


def agent_author(name: AgentName, revision: int) -> str:
    """How an agent is named as the author of an event: ``agent:refunds@3``."""
    return f"agent:{name}@{revision}"


def operator_author(operator: OperatorId) -> str:
    """How a person is named as the author of an event: ``operator:anna``."""
    return f"{_OPERATOR}{operator}"


def is_operator_author(by: str) -> bool:
    """Whether a person is named so."""
    return by.startswith(_OPERATOR)
