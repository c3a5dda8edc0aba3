"""What an approval is bound to beside the bytes of its action: when it changed, the request is asked anew, saying why.

"Changed" means: another version of the rules, a newer saved revision of the agent (the run goes on with the revision it
names, but whoever approves has to know that it is no longer the newest), or that the agent was removed. A pause changes
nothing: it holds everything back and deadlines stand still. The tool's contract, the content of input files and the
folder are in the digest; ``difference`` names which of them it was.
"""

from runtime.domain.ask_state import Ask
from runtime.domain.events.asks import AskRaised
from runtime.domain.loop_commands import Judged
from runtime.domain.workspace_state import Agent, Workspace


def changed_since(raised: AskRaised, workspace: Workspace, agent: Agent) -> str:
    """Why this request no longer stands as it was asked, in a sentence; empty where it does."""
    return _changed(raised, workspace, agent) if raised.kind == "action" else ""


def lapsed(ask: Ask, workspace: Workspace, agent: Agent, contract: str, now: int) -> str:
    """Why a consent that was acted on once does not cover doing it (again) now; empty where it does.

    It was spent in time and on what was shown. What was then started and has no end, or failed in a way that may pass,
    is the same approved effect only as long as rules, revision and ``contract`` (digest of the tool's contract now) are
    those that were shown, and its time is not over. Input files are left out: the effect may have changed them itself.
    """
    raised = ask.raised
    if why := _changed(raised, workspace, agent):
        return why
    if raised.action.contract != contract:
        return f"The tool {raised.action.tool} changed since this was asked."
    return "The time for which it was approved is over." if now >= ask.expires else ""


def _changed(raised: AskRaised, workspace: Workspace, agent: Agent) -> str:
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
