"""Deciding to ask a person whether an effect happened: it was started, has no end, and nobody can look."""

import msgspec

from runtime.domain.call_question import question_about
from runtime.domain.decide_run import Decided, facts, step_move
from runtime.domain.envelope import Fact
from runtime.domain.events.effects import OutcomeAsked
from runtime.domain.ids import ask_stream
from runtime.domain.loop_commands import AskOutcome
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import CallStatus, StepStatus
from runtime.domain.workspace_state import Agent, Workspace


def decide_ask_outcome(
    run: Run, command: AskOutcome, goal: str, now: int, workspace: Workspace, agent: Agent
) -> Decided:
    """It may or may not have happened, and nobody can look: a person is asked, under what holds now. Asked again where
    it is to be started again while the attempt before is still at work."""
    call = run.call(command.call_id)
    begun = call is not None and call.status is CallStatus.ALLOWED and bool(call.key)
    if call is None or not (call.status is CallStatus.STARTED or begun):
        return Refusal("This call is not open.", "state")
    draft = command.draft
    question = question_about(
        run, call, draft, now, kind="unknown-outcome", title="Did it happen?", known=command.known
    )
    raised = msgspec.structs.replace(
        question,
        policy_version=workspace.policy.version,
        action=msgspec.structs.replace(call.action, contract=command.contract or call.action.contract),
        goal=goal,
        confidence=call.confidence,
        newest_revision=agent.revision,
    )
    asked = OutcomeAsked(run.run_id, call.call_id, draft.ask_id)
    moves = step_move(run, call.plan_step, StepStatus.WAITING)
    return [*facts(run.run_id, asked, *moves), Fact(ask_stream(draft.ask_id), raised)]
