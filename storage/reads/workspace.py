"""Questions about agents, policy, settings, people and credentials."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from storage.read_tables import agent_revisions, agents, credentials, operators, workspace_values


def all_agents() -> Select[Any]:
    return select(agents).where(agents.c.revision > 0).order_by(agents.c.name)


def revisions(name: str = "") -> Select[Any]:
    """Newest first; of all agents when no name is given."""
    found = select(agent_revisions).order_by(agent_revisions.c.name, agent_revisions.c.revision.desc())
    return found.where(agent_revisions.c.name == name) if name else found


def values() -> Select[Any]:
    return select(workspace_values)


def people() -> Select[Any]:
    return select(operators).order_by(operators.c.name)


def stored_credentials() -> Select[Any]:
    return select(credentials).order_by(credentials.c.account)


def matching_agents(words: list[str], limit: int) -> Select[Any]:
    found = select(agents.c.name, agents.c.removed, agents.c.revision).where(agents.c.revision > 0)
    for word in words:
        found = found.where(agents.c.name.contains(word, autoescape=True))
    return found.order_by(agents.c.name).limit(limit)
