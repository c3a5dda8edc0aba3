"""What an approval is bound to beside the bytes of its action: when it changed, the request is asked anew, saying why.

"Changed" means: another version of the rules, a newer saved revision of the agent (the run goes on with the revision it
names, but whoever approves has to know that it is no longer the newest), or that the agent was removed. A pause changes
nothing: it holds everything back and deadlines stand still. The tool's contract, the content of input files and the
folder are in the digest; ``difference`` names which of them it was.
"""

from runtime.domain.events.asks import AskRaised
from runtime.domain.loop_commands import Judged
from runtime.domain.workspace_state import Agent, Workspace


def changed_since(raised: AskRaised, workspace: Workspace, agent: Agent) -> str:
    """Why this request no longer stands as it was asked, in a sentence; empty where it does."""
    if raised.kind != "action":
        return ""
    if raised.policy_version != workspace.policy.version:
        return "The rules changed since this was asked."
    asked_under = raised.newest_revision or raised.revision
    if agent.removed:
        return f"{agent.name} was removed since this was asked."
    if asked_under != agent.revision:
        return (
            f"Revision {agent.revision} of {agent.name} was saved since this was asked; "
            f"this run goes on with revision {raised.revision}."
        )
    return ""


def difference(raised: AskRaised, judged: Judged, otherwise: str) -> str:
    """What the digest noticed: the tool's contract or the content of a file; ``otherwise`` where it is neither."""
    if judged.action.contract != raised.action.contract:
        return f"The tool {raised.action.tool} changed since this was asked."
    if judged.ask is not None and judged.ask.inputs != raised.inputs:
        then, now = dict(raised.inputs), dict(judged.ask.inputs)
        names = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
        return f"{', '.join(names)} changed since this was asked."
    return otherwise
