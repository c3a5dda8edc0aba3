"""How commands about a run's life are carried out: which streams are needed, which decision decides."""

import asyncio

import msgspec

from runtime.domain import decide_run as decide
from runtime.domain.agent_spec import AskTimes
from runtime.domain.ask_state import Ask
from runtime.domain.changes import Done
from runtime.domain.commands import EditPlan, LeaveNote, PauseRun, ResumeRun, RollBack, StartRun, StopRun
from runtime.domain.decide_plan import decide_edit_plan
from runtime.domain.decide_rollback import decide_roll_back
from runtime.domain.decide_routing import decide_ask_again
from runtime.domain.decide_run import Decided, no_such_run
from runtime.domain.ids import (
    RUNTIME,
    WORKSPACE_STREAM,
    OperatorId,
    RunId,
    StreamName,
    agent_stream,
    ask_stream,
    operator_author,
    run_stream,
)
from runtime.domain.loop_commands import AskDraft
from runtime.domain.redaction import redact_task
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import RunState
from runtime.operations.new_ids import new_ask_id, new_rollback_id
from runtime.operations.perform import Operations

SHORT_TASK = 2_000
"""Characters that are searched for secrets in less time than a thread takes to begin."""
SECOND = 1_000_000


def author(by: str) -> str:
    """People are named as operators; the program and its triggers by their own names."""
    return by if by == RUNTIME or ":" in by else operator_author(OperatorId(by))


def streams_of(ops: Operations, run: Run) -> list[StreamName]:
    """A run's stream and those of its open asks."""
    return [run_stream(run.run_id), *(ask_stream(ask.raised.ask_id) for ask in open_asks(ops, run.run_id))]


def open_asks(ops: Operations, run_id: RunId) -> tuple[Ask, ...]:
    """The run's asks that are not over."""
    return tuple(ask for ask in ops.states.asks_of(run_id) if ask.open)


async def start_run(ops: Operations, command: StartRun) -> Done | Refusal:
    """Queue a run."""
    states = ops.states
    await states.load([agent_stream(command.agent)])
    if len(command.task.text) <= SHORT_TASK:
        task = redact_task(command.task)
    else:  # in a thread: a long mail is searched for what looks like a secret
        task = await asyncio.to_thread(redact_task, command.task)
    clean = msgspec.structs.replace(command, task=task)

    def decided() -> Decided:
        return decide.decide_start(states.run(command.run_id), states.agent(command.agent), clean)

    sentence = f"{command.agent} was given: {task.title}"
    return await ops.commit([run_stream(command.run_id)], decided, by=author(command.by), sentence=sentence)


async def pause_run(ops: Operations, command: PauseRun) -> Done | Refusal:
    """No new step starts."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        return decide.decide_pause(ops.states.run(command.run_id) or run, command)

    return await ops.commit([run_stream(run.run_id)], decided, by=author(command.by), sentence="The run is paused.")


async def resume_run(ops: Operations, command: ResumeRun) -> Done | Refusal:
    """Back to where it was."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        now = ops.states.run(command.run_id) or run
        if now.waits_for is None or now.state is RunState.QUEUED:
            return decide.decide_resume(now, open_asks(ops, run.run_id), command, ops.now())
        asked = decide_ask_again(now, ops.states.workspace, ops.now())
        if now.state is not RunState.PAUSED or isinstance(asked, Refusal):
            return asked
        resumed = decide.decide_resume(now, open_asks(ops, run.run_id), command, ops.now())
        return resumed if isinstance(resumed, Refusal) else resumed + asked

    streams = [*streams_of(ops, run), *([WORKSPACE_STREAM] if run.waits_for is not None else [])]
    return await ops.commit(streams, decided, by=author(command.by), sentence="The run goes on.")


async def stop_run(ops: Operations, command: StopRun) -> Done | Refusal:
    """End it now."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        return decide.decide_stop(ops.states.run(command.run_id) or run, open_asks(ops, run.run_id), command)

    sentence = "The run was stopped. What it did can be rolled back."
    return await ops.commit(streams_of(ops, run), decided, by=author(command.by), sentence=sentence)


async def leave_note(ops: Operations, command: LeaveNote) -> Done | Refusal:
    """Tell the agent something."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)

    def decided() -> Decided:
        return decide.decide_note(ops.states.run(command.run_id) or run, command)

    sentence = f"{run.agent} reads this before its next step."
    return await ops.commit([run_stream(run.run_id)], decided, by=author(command.by), sentence=sentence)


async def edit_plan(ops: Operations, command: EditPlan) -> Done | Refusal:
    """Replace the plan."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)

    times = ops.states.agent(run.agent).revisions[run.revision - 1].ask_times
    draft = plan_draft(times, ops.now(), "")

    def decided() -> Decided:
        now = ops.states.run(command.run_id) or run
        ask = ops.states.ask(now.plan_ask) if now.plan_ask else None
        folder = ask.raised.folder if ask is not None else ""
        return decide_edit_plan(now, ask, command, msgspec.structs.replace(draft, folder=folder), ops.now())

    streams = [*streams_of(ops, run), ask_stream(draft.ask_id)]
    return await ops.commit(streams, decided, by=author(command.by), sentence="The plan was changed.")


def plan_draft(times: AskTimes, now: int, folder: str) -> AskDraft:
    """What an ask about a plan says, with its two deadlines."""
    return AskDraft(
        new_ask_id(),
        "its plan",
        "A plan changes nothing by itself. Each of its actions is still checked, and asked for where the rules say so.",
        (),
        now + times.answer_by * SECOND,
        now + times.expires * SECOND,
        folder,
        may_wait=times.may_wait,
    )


async def roll_back(ops: Operations, command: RollBack) -> Done | Refusal:
    """Undo every effect after a checkpoint; the loop does the work."""
    if (run := await ops.states.load_run(command.run_id)) is None:
        return no_such_run(command.run_id)
    rollback_id = new_rollback_id()

    def decided() -> Decided:
        if broken := ops.states.workspace.chain_broken:
            return Refusal(f"The journal was changed: {broken} Nothing is undone until it was verified.", "chain")
        now = ops.states.run(command.run_id) or run
        return decide_roll_back(now, open_asks(ops, run.run_id), command, rollback_id)

    return await ops.commit(
        streams_of(ops, run), decided, by=author(command.by), sentence="The run is being rolled back."
    )
