"""What only active operators of the workspace may ask for, and the sentence for everybody else. One place for all."""

from typing import get_args

from runtime.domain.agent_commands import AgentCommand
from runtime.domain.grant_commands import RevokeGrant
from runtime.domain.ids import RUNTIME
from runtime.domain.key_commands import KeyCommand
from runtime.domain.proposal_commands import ProposalCommand
from runtime.domain.refusals import Refusal
from runtime.domain.run_commands import RunCommand, StartRun
from runtime.domain.workspace_commands import (
    ClearSpace,
    CompareWithJournal,
    MakeBackup,
    SaveOperator,
    VerifyChain,
    WorkspaceCommand,
)
from runtime.domain.workspace_state import Workspace

STARTED_BY_TRIGGERS = "trigger:"
"""How those sign that give agents work without a person; nothing else can be asked for in their name."""
OPERATORS_ONLY = frozenset(
    {
        *get_args(RunCommand),
        *get_args(AgentCommand),
        *get_args(WorkspaceCommand),
        *get_args(KeyCommand),
        *get_args(ProposalCommand),
        RevokeGrant,
    }
    - {VerifyChain}  # it only looks, and whoever finds a changed journal is heard
)
"""Commands that change runs, agents, rules, grants, people, connections or settings. Answers to requests are refused
where they are decided (``decide_ask.may_decide``): there the request has to be known first."""

ACTS_FIRST = frozenset({*get_args(KeyCommand), MakeBackup, ClearSpace, CompareWithJournal})
"""Those that reach outside before they record it (keyring, files). They were accepted when that began: what became of
it is recorded also where its author was retired meanwhile. All others are decided only while their author may."""


def not_an_operator(workspace: Workspace, by: str, still: str = "nothing was done") -> Refusal | None:
    """Why this person may not: unnamed, unknown or retired. ``still``: what holds all the same."""
    operator = workspace.operators.get(by)
    if operator is not None and operator.active:
        return None
    if operator is not None:
        who = f"{operator.name} ({by}) is not an active operator of this workspace any more"
    else:
        who = (
            f"{by!r} is not an operator of this workspace"
            if by.strip()
            else "Nobody is named as the one who wants this"
        )
    return Refusal(f"{who}; {still}.", "operator")


def may_ask_for(workspace: Workspace, command: object) -> Refusal | None:
    """Whether the one who gave this command (one of ``OPERATORS_ONLY``) is an active operator.

    The first operator of a workspace enters themselves, and a trigger gives an agent work.
    """
    by: str = command.by  # type: ignore[attr-defined]  # every one of them names its author
    if isinstance(command, StartRun) and by.startswith(STARTED_BY_TRIGGERS):
        return None
    if isinstance(command, SaveOperator) and not workspace.operators and by == command.operator.operator_id != RUNTIME:
        return None
    still = "the grant still stands" if isinstance(command, RevokeGrant) else "nothing was done"
    return not_an_operator(workspace, by, still)
