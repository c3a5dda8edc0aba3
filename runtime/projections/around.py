"""What audit entries say that their events do not: agent and title of a run, of a call, of a step; who ruled."""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.domain.envelope import Envelope
from runtime.domain.events.agents import AgentEvent
from runtime.domain.events.asks import AskClosed
from runtime.domain.events.runs import PlanStepMoved, RunQueued
from runtime.projections.telling import About

Row = Mapping[Any, Any]
Call = tuple[str, str]
"""(run id, call id); both empty where an event is about no call."""
Step = tuple[str, str]
"""(run id, id of a step of its plan); both empty where an event is about no step."""
Known = tuple[Mapping[str, Row], Mapping[Call, Row], Mapping[str, Row], Mapping[Step, Row]]
"""Rows of runs by id, of effects by call, of asks by id, of steps of plans."""


def wanted_of(envelopes: Sequence[Envelope]) -> tuple[set[str], set[Call], set[str], set[Step]]:
    """The runs, calls, asks and steps of plans that these events name."""
    run_ids = {str(getattr(e.event, "run_id", "")) for e in envelopes} - {""}
    ask_ids = {str(getattr(e.event, "ask_id", "")) for e in envelopes} - {""}
    nothing = {("", "")}
    return run_ids, {call_of(e) for e in envelopes} - nothing, ask_ids, {step_of(e) for e in envelopes} - nothing


def call_of(envelope: Envelope) -> Call:
    """The call an event is about."""
    call_id = str(getattr(envelope.event, "call_id", ""))
    return (str(getattr(envelope.event, "run_id", "")), call_id) if call_id else ("", "")


def step_of(envelope: Envelope) -> Step:
    """The step of a plan an event is about; with a call it is the call that is told of."""
    event = envelope.event
    return (str(event.run_id), str(event.step_id)) if isinstance(event, PlanStepMoved) else ("", "")


def about(envelope: Envelope, known: Known) -> About:
    """What is known around one event."""
    running, called, asked, planned = known
    event = envelope.event
    run_id, ask_id = str(getattr(event, "run_id", "")), str(getattr(event, "ask_id", ""))
    call = called.get(call_of(envelope))
    ask = asked.get(ask_id) or (asked.get(call["ask_id"]) if call is not None else None)
    source = call or ask or planned.get(step_of(envelope))
    run = running.get(run_id)
    agent = run["agent"] if run is not None else ask["agent"] if ask is not None else ""
    if isinstance(event, AgentEvent):
        agent = event.name
    elif isinstance(event, RunQueued):
        agent = event.agent
    ruled = ask is not None and (call is not None or isinstance(event, AskClosed))
    return About(
        agent=agent,
        run_id=run_id or (ask["run_id"] if ask is not None else ""),
        ask_id=ask_id or (ask["ask_id"] if ask is not None and call is not None else ""),
        tool=source["tool"] if source is not None else "",
        title=source["title"] if source is not None else "",
        task=run["title"] if run is not None else "",
        decided_by=ask["ruled_by"] if ruled and ask is not None else "",
    )
