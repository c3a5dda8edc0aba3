"""The agent that is given a domain's tools, and the right calls of a task as what its model answers."""

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, Limits, ToolGrant
from runtime.domain.decision import Decision
from runtime.domain.ids import AgentName
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.domain.policy import rules_for_new_agent
from tests.domains.material import Task
from tests.fixtures.room import NOTHING, act, done

NAME = "clerk"
RULES = rules_for_new_agent(NAME)
"""Reads are allowed; everything else needs a person."""


def clerk(domain: str, database: str) -> AgentSpec:
    """All tools of the domain over one database, and room for any number of calls."""
    return AgentSpec(
        AgentName(NAME),
        "Clerk",
        tools=(ToolGrant(domain, canonical({"database": database})),),
        limits=Limits(turns=1000, effects=1000, same_action=100),
        at_once=100,
        playbook=PlaybookSpec((NOTHING,)),
    )


def script(domain: str, task: Task) -> list[Decision]:
    """One right call a turn, then done."""
    return [*(act((f"{domain}.{call.name}", call.arguments)) for call in task.calls), done()]
