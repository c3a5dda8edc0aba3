"""What is known about one run, as the loop and the decisions need it."""

import msgspec

from runtime.domain.call import Call, Rollback
from runtime.domain.decision import Decision
from runtime.domain.events.runs import RunWaiting
from runtime.domain.ids import AgentName, AskId, CallId, RunId, StepId
from runtime.domain.plan import Plan
from runtime.domain.task import Task
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import ModelRole, Outcome, RunState, StepStatus

ALLOWED: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.PLANNING, RunState.PAUSED, RunState.FINISHED}),
    RunState.PLANNING: frozenset({RunState.RUNNING, RunState.WAITING, RunState.PAUSED, RunState.FINISHED}),
    RunState.RUNNING: frozenset({RunState.WAITING, RunState.PAUSED, RunState.FINISHED}),
    RunState.WAITING: frozenset({RunState.RUNNING, RunState.PLANNING, RunState.PAUSED, RunState.FINISHED}),
    RunState.PAUSED: frozenset(
        {RunState.QUEUED, RunState.PLANNING, RunState.RUNNING, RunState.WAITING, RunState.FINISHED}
    ),
    RunState.FINISHED: frozenset(),
}
"""From which state a run may go where. A paused run goes back to where it was."""


class Run(msgspec.Struct, frozen=True, gc=False):
    """Everything the loop and the decisions need to know about one run."""

    run_id: RunId
    agent: AgentName
    revision: int
    task: Task
    state: RunState
    started_by: str = ""
    before_pause: RunState = RunState.QUEUED
    paused_at: int = 0
    outcome: Outcome | None = None
    summary: str = ""
    plan: Plan | None = None
    steps: dict[StepId, StepStatus] = {}
    planning_confidence: float | None = None
    intent: str = ""
    classified: bool = False
    """A model was asked what its task is about."""
    judged_turn: int = 0
    """The answer that was judged last; 0 = none."""
    unmet: str = ""
    """What that judging found not to be as it should."""
    turns: tuple[Decision, ...] = ()
    acted: tuple[str, ...] = ()
    """The models whose answers were acted on, each once: none of them judges the outcome."""
    calls: tuple[Call, ...] = ()
    settled: int = 0
    """Of so many calls, counted from the first, nothing is open; the others are looked at."""
    carried: dict[int, str] = {}
    """By turn: digest of the blob its model must be given back with later turns."""
    notes: tuple[str, ...] = ()
    cost_micros: int = 0
    tokens: int = 0
    """Read and written by its models."""
    cap_ask: AskId = AskId("")
    """The ask about a cap it waits for."""
    plan_ask: AskId = AskId("")
    """The ask about its plan it waits for."""
    approved: Plan | None = None
    """The plan a person approved, or made after that; None = no person was asked about one. What a planner puts in its
    place unreviewed leaves this as it is."""
    planned_by: str = ""
    """The model that made its plan; a person who edits a plan does not make it another's."""
    edited_by: str = ""
    """The person who made the newest revision of its plan out of the one before; empty where a model made it."""
    plan_rejected: str = ""
    """Why a person did not approve its plan; the planner is asked again."""
    replans: int = 0
    """How often the planner was asked again."""
    planned_turn: int = 0
    """How many turns there were when the planner was asked last."""
    retired: tuple[StepId, ...] = ()
    """Steps of earlier revisions that are in its plan no more; no other step gets their ids."""
    instead: str = ""
    """The cheaper model it goes on with since a cap was reached."""
    checkpoints: int = 0
    model_failures: int = 0
    """Failures in a row since the last answer."""
    waiting_for: str = ""
    waits_for: RunWaiting | None = None
    """Where no model can be asked: what it waits for."""
    model_waits: int = 0
    """How often in a row it waited for a model."""
    routes: dict[ModelRole, str] = {}
    """The model asked by role, where it is not the first of its chain."""
    disputed: dict[int, str] = {}
    """By turn: why a vote about its calls came to no agreement."""
    worked_us: int = 0
    at_work_since: int = 0
    """When it last went to work (µs UTC); 0 while it does not work."""
    rollback: Rollback | None = None
    undo_all: bool = False
    """It failed half-way and is about to roll itself back."""
    leftover_ask: AskId = AskId("")
    """The open ask about what could not be undone when it rolled itself back."""

    @property
    def finished(self) -> bool:
        """Whether the run has ended."""
        return self.state is RunState.FINISHED

    @property
    def plan_revision(self) -> int:
        """The revision of the plan that stands; 0 = there is none yet."""
        return self.plan.revision if self.plan is not None else 0

    @property
    def approved_revision(self) -> int:
        """The revision of the plan a person approved, or made after that; 0 = none."""
        return self.approved.revision if self.approved is not None else 0

    @property
    def last_decision(self) -> Decision | None:
        """The newest model answer."""
        return self.turns[-1] if self.turns else None

    @property
    def open_call(self) -> Call | None:
        """The first call in order with which something still has to happen."""
        calls = self.calls
        for at in range(self.settled, len(calls)):
            if calls[at].open:
                return calls[at]
        return None

    @property
    def judged_in_turn(self) -> int:
        """How many calls of the newest answer were judged; each waits for the end of those before it."""
        judged, turn = 0, len(self.turns)
        for call in reversed(self.calls):
            if call.turn != turn:
                break
            judged += 1
        return judged

    def call(self, call_id: CallId) -> Call | None:
        """A call by its id."""
        at = self.place_of(call_id)
        return None if at is None else self.calls[at]

    def place_of(self, call_id: CallId) -> int | None:
        """Where the call stands; the newest are looked at first, as it is mostly one of them."""
        for at in range(len(self.calls) - 1, -1, -1):
            if self.calls[at].call_id == call_id:
                return at
        return None

    def worked_for(self, now: int) -> int:
        """µs at work until ``now``; waiting for people and pauses do not count."""
        return self.worked_us + (max(0, now - self.at_work_since) if self.at_work_since else 0)

    def undoable(self, to_checkpoint: int) -> tuple[Call, ...]:
        """Effects after the checkpoint that happened, or may have, and were not undone yet, newest first."""
        return tuple(
            call
            for call in sorted(self.calls, key=lambda call: call.checkpoint, reverse=True)
            if call.checkpoint > to_checkpoint
            and (call.happened or call.perhaps)
            and call.undone is not UndoOutcome.UNDONE
        )


def with_call(run: Run, call_id: CallId, **changes: object) -> Run:
    """The run with one of its calls changed; as it was where there is no such call."""
    at = run.place_of(call_id)
    return run if at is None else with_call_at(run, at, msgspec.structs.replace(run.calls[at], **changes))


def with_call_at(run: Run, at: int | None, call: Call, **changes: object) -> Run:
    """The call put in its place, or, where it has none yet, after the others; ``changes`` of the run beside it."""
    calls = (*run.calls, call) if at is None else (*run.calls[:at], call, *run.calls[at + 1 :])
    settled = run.settled if at is None else min(run.settled, at)
    while settled < len(calls) and not calls[settled].open:
        settled += 1
    return msgspec.structs.replace(run, calls=calls, settled=settled, **changes)
