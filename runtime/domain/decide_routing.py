"""Decisions about which model is asked: routes taken, answers set aside, votes, waiting for models, connections."""

import msgspec

from runtime.domain.breaker import CLOSED, Breaker, answered, dropped, due, failed, trying
from runtime.domain.decide_run import Decided, facts
from runtime.domain.envelope import Fact
from runtime.domain.events.runs import AnswerSetAside, RouteTaken, RunContinued, RunWaiting, VoteHeld
from runtime.domain.events.workspace import ConnectionMoved
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.refusals import Refusal
from runtime.domain.routing_commands import ContinueRun, MoveConnection, RecordVote, SetAside, TakeRoute, WaitForModels
from runtime.domain.run_state import Run
from runtime.domain.workspace_state import Workspace

_OVER = Refusal("The run ended; no model is asked for it any more.", "state")


def decide_take_route(run: Run, command: TakeRoute) -> Decided:
    """Another model of the chain."""
    if run.finished:
        return _OVER
    taken = RouteTaken(run.run_id, command.role, command.model, command.instead_of, command.sentence)
    return facts(run.run_id, taken)


def decide_set_aside(run: Run, command: SetAside) -> Decided:
    """It did cost what it did cost."""
    if run.finished:
        return _OVER
    aside = AnswerSetAside(
        run.run_id,
        command.turn,
        command.role,
        command.model,
        command.sentence,
        command.confidence,
        command.usage,
        command.duration_ms,
        command.origin,
        command.request_blob,
        command.answer_blob,
    )
    return facts(run.run_id, aside)


def decide_record_vote(run: Run, command: RecordVote) -> Decided:
    """Before the calls it is about are judged."""
    if run.finished or command.turn != len(run.turns) + 1:
        return _OVER
    held = VoteHeld(
        run.run_id,
        command.turn,
        command.model,
        command.asked,
        command.agreed,
        command.proposals,
        command.sentence,
    )
    return facts(run.run_id, held)


def decide_wait_for_models(run: Run, command: WaitForModels, now: int) -> Decided:
    """It stands still, also over a restart, until one of the connections may be asked."""
    if run.finished or run.waits_for is not None:
        return _OVER
    return facts(run.run_id, RunWaiting(run.run_id, command.sentence, command.connections, now, command.until))


def decide_continue(run: Run, command: ContinueRun) -> Decided:
    """What it waited for has come."""
    if run.finished or run.waits_for is None:
        return Refusal("This run does not wait for a model.", "state")
    return facts(command.run_id, RunContinued(command.run_id))


def decide_ask_again(run: Run, workspace: Workspace, now: int) -> Decided:
    """A person does not want to wait: its connections are tried with the next call."""
    if run.finished or run.waits_for is None:
        return Refusal("This run does not wait for a model.", "state")
    decided = facts(run.run_id, RunContinued(run.run_id))
    for name in run.waits_for.connections:
        decided += tried_next(workspace, name, now)
    return decided


def tried_next(workspace: Workspace, name: str, now: int) -> list[Fact]:
    """A person mended something about a connection: where it is left alone, the next call tries it."""
    before = workspace.breakers.get(name, CLOSED)
    return _moved(name, before, due(before, now))


def trials_over(workspace: Workspace, now: int) -> list[Fact]:
    """At a start: calls that were to try a connection ended with the program before; another may, at once."""
    return [fact for name, one in workspace.breakers.items() for fact in _moved(name, one, dropped(one, now))]


def decide_move_connection(workspace: Workspace, command: MoveConnection, now: int) -> Decided:
    """The breaker after what a call told; refused where it stands as it stood."""
    before = workspace.breakers.get(command.connection, CLOSED)
    after = _after(before, command, now)
    decided = _moved(command.connection, before, after)
    return decided or Refusal(f"Nothing changes for {command.connection}.", "state")


def _after(before: Breaker, command: MoveConnection, now: int) -> Breaker:
    match command.what:
        case "try":
            return trying(before, now)
        case "answered":
            return answered(before, now)
        case "dropped":
            return dropped(before, now)
        case _:
            counted = msgspec.structs.replace(before, failures=command.failures) if before.closed else before
            return failed(counted, now, command.why, command.wish_us, by_person=command.by_person)


def _moved(name: str, before: Breaker, after: Breaker) -> list[Fact]:
    """Counting failures while it is closed is no news."""
    same = (before.closed and after.closed) or before == after
    return [] if same else [Fact(WORKSPACE_STREAM, ConnectionMoved(name, after))]
