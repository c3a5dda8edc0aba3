"""Decisions about a run's life: start, pause, resume, stop, notes, plans, the end."""

from runtime.domain.ask_state import Ask
from runtime.domain.call import Call
from runtime.domain.commands import LeaveNote, PauseRun, ResumeRun, StartRun, StopRun
from runtime.domain.envelope import Fact
from runtime.domain.events import Event
from runtime.domain.events.asks import AskClosed, DeadlinesMoved
from runtime.domain.events.runs import (
    CallRefused,
    ModelFailed,
    NoteLeft,
    PlanningStarted,
    PlanStepMoved,
    RunContinued,
    RunFinished,
    RunPaused,
    RunQueued,
    RunResumed,
)
from runtime.domain.half_way import half_way
from runtime.domain.ids import RunId, StepId, ask_stream, run_stream
from runtime.domain.loop_commands import BeginRun, FinishRun, RecordModelFailure
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import ALLOWED, Run
from runtime.domain.words import CallOutcome, CallStatus, Outcome, RunState, StepStatus
from runtime.domain.workspace_state import Agent

Decided = list[Fact] | Refusal

WITHDRAWN = "withdrawn"
"""Why a call that its run's end overtook was refused."""


def facts(run_id: RunId, *events: Event) -> list[Fact]:
    """Events of one run as facts of its stream."""
    stream = run_stream(run_id)
    return [Fact(stream, event) for event in events]


def no_such_run(run_id: RunId) -> Refusal:
    """The answer to a command about a run that is not there."""
    return Refusal(f"There is no run {run_id}. The Runs list shows those that exist.", "unknown")


def _cannot(run: Run, what: str) -> Refusal:
    ended = f"This run is {run.state.value}" + (f" ({run.outcome.value})" if run.outcome else "")
    return Refusal(f"{ended}; it cannot be {what}.", "state")


def decide_start(existing: Run | None, agent: Agent | None, command: StartRun) -> Decided:
    """Queue a run of the agent's newest revision."""
    if existing is not None:
        return Refusal("This piece of work has already been taken by this agent.", "taken")
    if agent is None or not agent.revision:
        return Refusal(f"There is no agent {command.agent}. Settings lists those that exist.", "unknown")
    if agent.removed:
        return Refusal(f"{command.agent} was removed; save it again in Settings to use it.", "state")
    if not command.task.text.strip() and not command.task.title.strip():
        return Refusal("The task is empty. Say in words, or with a file, what is to be done.", "empty")
    queued = RunQueued(command.run_id, command.agent, agent.revision, command.task, command.by)
    return facts(command.run_id, queued)


def decide_begin(run: Run, command: BeginRun) -> Decided:
    """Leave the queue."""
    if run.state is not RunState.QUEUED:
        return _cannot(run, "begun")
    return facts(command.run_id, PlanningStarted(command.run_id))


def decide_model_failure(run: Run, command: RecordModelFailure) -> Decided:
    """An attempt failed; the loop decides whether to try again."""
    if run.finished:
        return _cannot(run, "asked again")
    failed = ModelFailed(
        command.run_id,
        command.turn,
        command.model,
        command.sentence,
        command.again,
        command.usage,
        command.origin,
        command.request_blob,
        command.answer_blob,
    )
    return facts(command.run_id, failed)


def decide_pause(run: Run, command: PauseRun) -> Decided:
    """Nothing new starts; a running tool call finishes and is recorded."""
    if run.state is RunState.PAUSED or RunState.PAUSED not in ALLOWED[run.state]:
        return _cannot(run, "paused")
    return facts(command.run_id, RunPaused(command.run_id, command.by))


def decide_resume(run: Run, asks: tuple[Ask, ...], command: ResumeRun, now: int) -> Decided:
    """Back to where it was; the deadlines of its asks move by the length of the pause."""
    if run.state is not RunState.PAUSED:
        return _cannot(run, "resumed")
    resumed = facts(command.run_id, RunResumed(command.run_id, command.by))
    return resumed + moved_deadlines(asks, now - run.paused_at)


def moved_deadlines(asks: tuple[Ask, ...], by_us: int) -> list[Fact]:
    """Deadlines stand still while nothing may happen: afterwards they are moved by as long."""
    return [
        Fact(
            ask_stream(ask.raised.ask_id),
            DeadlinesMoved(ask.raised.ask_id, ask.answer_by + by_us, ask.expires + by_us),
        )
        for ask in asks
        if ask.open and by_us > 0
    ]


def decide_note(run: Run, command: LeaveNote) -> Decided:
    """Tell the agent something."""
    if run.finished:
        return _cannot(run, "told anything any more")
    if not command.text.strip():
        return Refusal("The note is empty; nothing was sent.", "empty")
    asked = run.cap_ask or run.plan_ask
    left = facts(command.run_id, NoteLeft(command.run_id, command.by, command.text.strip()))
    return left + (facts(command.run_id, RunContinued(command.run_id)) if run.waiting_for and not asked else [])


def decide_stop(run: Run, asks: tuple[Ask, ...], command: StopRun) -> Decided:
    """End it now. Its open asks are withdrawn, so that nobody approves into the void."""
    if run.finished:
        return _cannot(run, "stopped")
    finished = RunFinished(command.run_id, Outcome.STOPPED, f"Stopped by {command.by}.", by=command.by)
    return end_of_run(run, asks, finished)


def decide_finish(run: Run, asks: tuple[Ask, ...], command: FinishRun, *, all_or_nothing: bool = False) -> Decided:
    """The loop ends the run. One that is all or nothing and failed half-way did not complete, and rolls itself back."""
    if run.finished:
        return _cannot(run, "finished again")
    finished = RunFinished(command.run_id, command.outcome, command.summary, limit=command.limit)
    if why := half_way(run, command.outcome) if all_or_nothing else "":
        completed = command.outcome is Outcome.COMPLETED
        told = why if completed else command.summary
        finished = RunFinished(
            command.run_id,
            Outcome.FAILED if completed else command.outcome,
            f"{told} All or nothing: what it did is undone.",
            limit=command.limit,
            undo_all=True,
        )
    return end_of_run(run, asks, finished)


def end_of_run(run: Run, asks: tuple[Ask, ...], finished: RunFinished) -> list[Fact]:
    """Everything that ends with a run: calls not started, open asks, plan steps not reached.

    Whether something happened has to be known although the run is over: those questions stay.
    """
    ended: list[Fact] = []
    sentence = "The run ended before this was done."
    for call in run.calls:
        if call.status in (CallStatus.ALLOWED, CallStatus.ASKED) and call.outcome is not CallOutcome.UNKNOWN:
            ended += facts(run.run_id, CallRefused(run.run_id, call.call_id, WITHDRAWN, sentence))
    for ask in asks:
        if ask.open and ask.raised.kind in ("action", "cap", "plan"):
            closed = AskClosed(ask.raised.ask_id, "withdrawn", f"Withdrawn: {finished.summary}")
            ended.append(Fact(ask_stream(ask.raised.ask_id), closed))
    ended += facts(run.run_id, *_steps_left(run, finished.outcome))
    return ended + facts(run.run_id, finished)


def _steps_left(run: Run, outcome: Outcome) -> list[PlanStepMoved]:
    moves: list[PlanStepMoved] = []
    for step_id, status in run.steps.items():
        if status is StepStatus.TO_DO or status is StepStatus.WAITING:
            moves.append(PlanStepMoved(run.run_id, step_id, StepStatus.SKIPPED))
        elif status is StepStatus.RUNNING:
            ended = StepStatus.DONE if outcome is Outcome.COMPLETED else StepStatus.FAILED
            moves.append(PlanStepMoved(run.run_id, step_id, ended))
    return moves


def step_move(run: Run, step_id: StepId, status: StepStatus) -> list[Event]:
    """The plan step follows its call, where the event of the call does not say so itself."""
    return [PlanStepMoved(run.run_id, step_id, status)] if moved_to(run, step_id, status) else []


def step_given_back(run: Run, call: Call) -> list[Event]:
    """The step this call stood for is to be carried out again: what is done instead is in no step of the plan."""
    stood = not call.beside and run.steps.get(call.step_id) in (StepStatus.WAITING, StepStatus.RUNNING)
    return step_move(run, call.step_id, StepStatus.TO_DO) if stood else []


def moved_to(run: Run, step_id: StepId, status: StepStatus) -> StepStatus | None:
    """The status, where the step moves to it; calls outside the plan move nothing."""
    return None if run.steps.get(step_id, status) is status else status
