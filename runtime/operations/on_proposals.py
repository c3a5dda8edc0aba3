"""How proposed rules are put aside and taken up again."""

from runtime.domain import decide_proposals as decide
from runtime.domain.changes import Done
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.proposal_commands import DismissProposal, RestoreProposal
from runtime.domain.refusals import Refusal
from runtime.operations.on_runs import author
from runtime.operations.perform import Operations


async def dismiss(ops: Operations, command: DismissProposal) -> Done | Refusal:
    """Nobody is shown it any more."""
    return await ops.commit(
        [WORKSPACE_STREAM],
        lambda: decide.decide_dismiss_proposal(ops.states.workspace, command),
        by=author(command.by),
        sentence="The proposal was dismissed; Settings, Rules brings it back.",
    )


async def restore(ops: Operations, command: RestoreProposal) -> Done | Refusal:
    """It is shown again."""
    return await ops.commit(
        [WORKSPACE_STREAM],
        lambda: decide.decide_restore_proposal(ops.states.workspace, command),
        by=author(command.by),
        sentence="It is proposed again, as long as what was decided speaks for it.",
    )
