"""Deciding to ask a person whether an effect happened: it was started, has no end, and nobody can look."""

import msgspec

from runtime.domain.decide_run import Decided, facts, step_move
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import AskRaised
from runtime.domain.events.effects import OutcomeAsked
from runtime.domain.ids import ask_stream
from runtime.domain.loop_commands import AskOutcome
from runtime.domain.priority import priority
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import CallStatus, StepStatus, Tier
from runtime.domain.workspace_state import Agent, Workspace


def decide_ask_outcome(
    run: Run, command: AskOutcome, goal: str, now: int, workspace: Workspace, agent: Agent
) -> Decided:
    """It may or may not have happened, and nobody can look: a person is asked, under what holds now."""
    call = run.call(command.call_id)
    if call is None or call.status is not CallStatus.STARTED:
        return Refusal("This call is not open.", "state")
    draft = command.draft
    raised = AskRaised(
        ask_id=draft.ask_id,
        kind="unknown-outcome",
        run_id=run.run_id,
        call_id=call.call_id,
        agent=run.agent,
        revision=run.revision,
        policy_version=workspace.policy.version,
        turn=call.turn,
        action=msgspec.structs.replace(call.action, contract=command.contract or call.action.contract),
        digest=call.digest,
        title=f"Did it happen? {call.title}"[:60],
        goal=goal,
        touches=draft.touches,
        effect=call.effect,
        undo_sentence=draft.undo_sentence,
        tier=Tier.WIDE,
        priority=priority(Tier.WIDE, draft.answer_by, now),
        reasons=(),
        checks=(),
        answer_by=draft.answer_by,
        expires=draft.expires,
        confidence=call.confidence,
        cost_micros=run.cost_micros,
        steps=len(run.steps),
        folder=draft.folder,
        may_wait=draft.may_wait,
        resource=call.resource,
        known=command.known,
        newest_revision=agent.revision,
    )
    asked = OutcomeAsked(run.run_id, call.call_id, draft.ask_id)
    moves = step_move(run, call.step_id, StepStatus.WAITING)
    return [*facts(run.run_id, asked, *moves), Fact(ask_stream(draft.ask_id), raised)]
