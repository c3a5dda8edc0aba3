"""What a person asks of one run: start it, steer it, tell it something, undo it."""

import msgspec

from runtime.domain.ids import AgentName, CallId, RunId
from runtime.domain.plan import PlanStep
from runtime.domain.task import Task


class StartRun(msgspec.Struct, frozen=True):
    """Queue a run of the agent's newest revision on a task. ``run_id`` is chosen by the caller (``new_run_id``)."""

    run_id: RunId
    agent: AgentName
    task: Task
    by: str


class PauseRun(msgspec.Struct, frozen=True):
    """No new step of this run starts."""

    run_id: RunId
    by: str


class ResumeRun(msgspec.Struct, frozen=True):
    """Back to where it was."""

    run_id: RunId
    by: str


class StopRun(msgspec.Struct, frozen=True):
    """End it now; what was done stays done and can be rolled back."""

    run_id: RunId
    by: str


class LeaveNote(msgspec.Struct, frozen=True):
    """Tell the agent something; it is read before its next step."""

    run_id: RunId
    by: str
    text: str


class EditPlan(msgspec.Struct, frozen=True):
    """Replace the plan of a run that has not finished. Steps keep their ids."""

    run_id: RunId
    by: str
    steps: tuple[PlanStep, ...]
    over: int
    """The revision that was edited; another one in between refuses."""


class RollBack(msgspec.Struct, frozen=True):
    """Undo every effect after ``to_checkpoint`` (0 = the start), newest first.

    ``overwrite`` names the effects whose later changes by somebody else may be overwritten.
    """

    run_id: RunId
    to_checkpoint: int
    by: str
    overwrite: tuple[CallId, ...] = ()


RunCommand = StartRun | PauseRun | ResumeRun | StopRun | LeaveNote | EditPlan | RollBack
