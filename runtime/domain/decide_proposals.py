"""Decisions about proposed rules: who put one aside is in the journal; anybody who decides here takes it up again."""

from runtime.domain.decide_queue import may_look
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events.proposals import ProposalDismissed, ProposalRestored
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.proposal_commands import DismissProposal, RestoreProposal
from runtime.domain.refusals import Refusal
from runtime.domain.workspace_state import Workspace


def decide_dismiss_proposal(workspace: Workspace, command: DismissProposal) -> Decided:
    """Once; a second window hears that it was done already."""
    if refusal := may_look(workspace, command.by):
        return refusal
    if not command.key.strip():
        return Refusal("No proposal is named; nothing was recorded.", "empty")
    if command.key in workspace.dismissed:
        return Refusal("Somebody dismissed this proposal already.", "same")
    return [Fact(WORKSPACE_STREAM, ProposalDismissed(command.key, command.by, command.sentence))]


def decide_restore_proposal(workspace: Workspace, command: RestoreProposal) -> Decided:
    """What was dismissed is proposed again, as long as history speaks for it."""
    if refusal := may_look(workspace, command.by):
        return refusal
    if command.key not in workspace.dismissed:
        return Refusal("This proposal is not dismissed.", "state")
    return [Fact(WORKSPACE_STREAM, ProposalRestored(command.key, command.by))]
