"""Decisions about duty and presence. Whoever comes back moves the deadlines of what waited without anybody there."""

from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events.people import DutyBegun, DutyEnded, OperatorAway, OperatorBack
from runtime.domain.ids import WORKSPACE_STREAM
from runtime.domain.operators_only import not_an_operator
from runtime.domain.presence import Presence
from runtime.domain.queue_commands import NoteAway, NoteBack, SetDuty
from runtime.domain.refusals import Refusal
from runtime.domain.workspace_state import Workspace


def presence_of(workspace: Workspace, operator_id: str) -> Presence | Refusal:
    """What is known of a person who decides here."""
    if refusal := not_an_operator(workspace, operator_id, "nothing was recorded"):
        return refusal
    return workspace.presence.get(operator_id, Presence())


def decide_duty(workspace: Workspace, command: SetDuty) -> Decided:
    """On duty or off; any operator may say so of any."""
    for person in (command.by, command.operator_id):
        if isinstance(known := presence_of(workspace, person), Refusal):
            return known
    assert isinstance(known, Presence)
    if known.on_duty == command.on:
        name = workspace.operators[command.operator_id].name
        return Refusal(f"{name} is {'on' if command.on else 'off'} duty already.", "same")
    event = DutyBegun(command.operator_id) if command.on else DutyEnded(command.operator_id)
    return [Fact(WORKSPACE_STREAM, event)]


def decide_away(workspace: Workspace, command: NoteAway) -> Decided:
    """Nobody touched their window for some minutes; said once."""
    known = presence_of(workspace, command.by)
    if isinstance(known, Refusal):
        return known
    return [] if known.away_since else [Fact(WORKSPACE_STREAM, OperatorAway(command.by, command.since))]


def leaving(workspace: Workspace, at: int) -> list[Fact]:
    """No window is open: whoever was before one is so no longer. Said when the program ends, at the latest when it
    begins again."""
    there = [key for key, one in workspace.presence.items() if one.measured and not one.away_since]
    return [Fact(WORKSPACE_STREAM, OperatorAway(key, at)) for key in there]


def decide_back(workspace: Workspace, command: NoteBack) -> Decided:
    """They are there; said once."""
    known = presence_of(workspace, command.by)
    if isinstance(known, Refusal):
        return known
    told = known.measured and not known.away_since
    return [] if told else [Fact(WORKSPACE_STREAM, OperatorBack(command.by))]
