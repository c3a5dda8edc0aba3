"""Plain words for every event of the union; an event without words is a type error."""

from typing import assert_never

import msgspec

from runtime.domain.events import (
    AgentEvent,
    AskEvent,
    BudgetEvent,
    EffectEvent,
    Event,
    GrantEvent,
    RollbackEvent,
    RunEvent,
    WorkspaceEvent,
)
from runtime.projections.telling import About, Named, Told, plain_name
from runtime.projections.telling_budget import told_budget
from runtime.projections.telling_grants import told_grant
from runtime.projections.telling_people import told_agent, told_ask, told_workspace
from runtime.projections.telling_runs import told_effect, told_rollback, told_run

NOTHING = About()


def told(event: Event, about: About = NOTHING, by: str = "", named: Named = plain_name) -> Told:
    """Everything that is said about an event; ``by`` is its author, ``named`` makes names of authors."""
    said = _told(event, about, by, named)
    return said if said.sentence.strip() else msgspec.structs.replace(said, sentence=f"{said.words.strip()}.")


def _told(event: Event, about: About, by: str, named: Named) -> Told:
    if isinstance(event, RunEvent):
        return told_run(event, about, named)
    if isinstance(event, EffectEvent):
        return told_effect(event, about, named)
    if isinstance(event, RollbackEvent):
        return told_rollback(event, about, named)
    if isinstance(event, AskEvent):
        return told_ask(event, about, named)
    if isinstance(event, AgentEvent):
        return told_agent(event, named, by)
    if isinstance(event, WorkspaceEvent):
        return told_workspace(event, named, by)
    if isinstance(event, BudgetEvent):
        return told_budget(event, about, named, by)
    if isinstance(event, GrantEvent):
        return told_grant(event, about, named)
    assert_never(event)


def event_words(event: Event) -> str:
    """The event in words: "Asked for approval", "Tool call finished"."""
    return told(event).words


def sentence(event: Event, about: About = NOTHING, by: str = "", named: Named = plain_name) -> str:
    """The event as a sentence."""
    return told(event, about, by, named).sentence
